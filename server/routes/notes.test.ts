import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import { LabsUnderTest, ping, ready } from '../labs/testing/labs-under-test.ts';
import { until } from '../labs/testing/until.ts';
import { serveLabsForTest } from '../testing/serve-labs-for-test.ts';

const bench = new LabsUnderTest('emulated');
const gzip = { 'content-type': 'application/gzip' };

test('[WB26] a comment is with everyone who looks, in captures and in bundles', { timeout: 60_000 }, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  await using server = await serveLabsForTest(labs);
  expect(await ping(run)).toContain('1 received');
  const lab = `${server.url}/api/labs/simple-router`;
  const ask = async (method: string, body: object) => {
    const response = await fetch(`${lab}/workbench/note/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const heard: (number | undefined)[] = [];
  labs.onStatus(({ comments }) => heard.push(comments?.revision));
  expect(await ask('set', { seq: 2, text: 'The first ARP request' })).toEqual({
    status: 200,
    body: { revision: 1, kept: 1, forgotten: 0 },
  });
  await until('the status that tells every page', () => heard.includes(1) || undefined);
  expect((await ask('list', {})).body.comments).toEqual([{ seq: 2, text: 'The first ARP request' }]);
  expect(await ask('set', { seq: 900_000, text: 'x' })).toMatchObject({
    status: 404,
    body: {
      code: 'not-found',
      detail: expect.stringMatching(/^Record 900,000 cannot be commented: the log keeps 1 to /),
    },
  });
  expect(await ask('set', { seq: 1, text: 'x'.repeat(2001) })).toMatchObject({
    status: 400,
    body: { detail: 'A comment has at most 2,000 characters, this one has 2,001.' },
  });

  const capture = async (url: string) =>
    readCapture(new Uint8Array(await (await fetch(url)).arrayBuffer())).frames.map(({ comments }) => comments);
  const said = [['The first ARP request', expect.stringMatching(/^seq 2; /)]];
  const filter = `?filter=${encodeURIComponent('frame.comment contains "ARP"')}`;
  expect(await capture(`${lab}/trace.pcapng?seqs=2`)).toEqual(said);
  expect(await capture(`${lab}/trace.pcapng${filter}`)).toEqual(said);

  const packed = new Uint8Array(await (await fetch(`${lab}/bundle`)).arrayBuffer());
  const bring = async (body: Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${server.url}/api/bundles`, { method: 'POST', headers: gzip, body });
    const info = await response.json();
    expect(response.status, info.detail).toBe(201);
    const url = `${server.url}/api/bundles/${info.id}`;
    return { url, content: (await (await fetch(url)).json()).content };
  };
  const brought = await bring(packed);
  expect(brought.content.comments).toEqual([{ seq: 2, text: 'The first ARP request' }]);
  expect(await capture(`${brought.url}/trace.pcapng${filter}`)).toEqual(said);

  const lines = gunzipSync(packed).toString().split('\n');
  const { content } = JSON.parse(lines[1] ?? '');
  lines[1] = JSON.stringify({ content: { ...content, comments: undefined } });
  const older = await bring(new Uint8Array(gzipSync(lines.join('\n'))));
  expect(older.content.comments).toBeUndefined();
  expect(await capture(`${older.url}/trace.pcapng${filter}`)).toEqual([]);
});
