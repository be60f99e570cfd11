import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { LabsUnderTest, ping, ready } from '../labs/testing/labs-under-test.ts';
import { serveLabsForTest } from '../testing/serve-labs-for-test.ts';

const bench = new LabsUnderTest('emulated');
const gzip = { 'content-type': 'application/gzip' };

async function problemOf(response: Response): Promise<string> {
  const { code, detail } = await response.json();
  return `${response.status} ${code}: ${detail}`;
}
const get = async (url: string) => (await fetch(url)).json();

test('[BUN1] [BUN2] [BUN3] what ran here is looked at on another server', { timeout: 60_000 }, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  await using here = await serveLabsForTest(labs);
  expect(await ping(run)).toContain('1 received');
  const answer = await fetch(
    `${here.url}/api/labs/simple-router/bundle?packet=3&filter=icmp&layout=debug&marked=3,5-6`,
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toMatch(
    /filename="simple-router-\d{8}-\d{6}\.patchbay\.jsonl\.gz"/,
  );
  const packed = new Uint8Array(await answer.arrayBuffer());
  const live = decodeTraceBatch(await run.bridge.readTrace(0, 100_000));

  await using there = await serveLabsForTest(await bench.open());
  const imported = await fetch(`${there.url}/api/bundles`, { method: 'POST', headers: gzip, body: packed });
  expect(imported.status).toBe(201);
  const info = await imported.json();
  expect(info).toMatchObject({ id: 1, lab: 'simple-router', firstSeq: 1 });
  expect(await get(`${there.url}/api/bundles`)).toEqual({ bundles: [info] });
  const { content } = await get(`${there.url}/api/bundles/1`);
  expect(content).toMatchObject({
    lab: { id: 'simple-router' },
    status: { phase: 'running', runtime: 'emulated' },
    view: { packet: 3, filter: 'icmp', layout: 'debug', marked: '3,5-6' },
    seeds: { runtime: 1, faults: [] },
    build: { version: '0.1.0', node: process.versions.node },
  });
  expect(content.rtables[0].text).toContain('192.168.2.2');
  expect(content.terminals.map(({ id }: { id: string }) => id)).toContain('mininet');
  expect(content.events.length).toBeGreaterThan(0);

  const records = [];
  for (let from = 0; ; from = (records.at(-1)?.seq ?? 0) + 1) {
    const batch = await fetch(`${there.url}/api/bundles/1/trace?from=${from}`);
    const { records: next, epochMs } = decodeTraceBatch(new Uint8Array(await batch.arrayBuffer()));
    if (next.length === 0) break;
    expect(epochMs).toBe(live.epochMs);
    records.push(...next);
  }
  expect(records.length).toBe(info.records);
  expect(records).toEqual(live.records.slice(0, records.length));
  expect(records.some(({ point }) => point === 'from_router')).toBe(true);
  const pcapng = await fetch(`${there.url}/api/bundles/1/trace.pcapng?filter=icmp`);
  const { frames } = readCapture(new Uint8Array(await pcapng.arrayBuffer()));
  expect(frames.length).toBeGreaterThanOrEqual(8);
  expect(await get(`${there.url}/api/bundles/1`).then(({ info: { records: count } }) => count)).toBe(records.length);
  const gone = await fetch(`${there.url}/api/bundles/1`, { method: 'DELETE' });
  expect(await gone.json()).toEqual({ bundles: [] });
  expect(await problemOf(await fetch(`${there.url}/api/bundles/1/trace`))).toMatch(
    /^404 not-found: There is no bundle 1/,
  );

  const lines = gunzipSync(packed).toString().trimEnd().split('\n');
  const send = async (changed: readonly string[] | Uint8Array<ArrayBuffer>) => {
    const body = changed instanceof Uint8Array ? changed : new Uint8Array(gzipSync(changed.join('\n')));
    return problemOf(await fetch(`${there.url}/api/bundles`, { method: 'POST', headers: gzip, body }));
  };
  const put = (at: number, line: string) => lines.map((each, i) => (i === at ? line : each));
  const no = '400 bad-request: This is no bundle that can be read: ';
  expect(await send(packed.slice(0, 500))).toBe(`${no}unexpected end of file.`);
  expect(await send(new Uint8Array(10))).toBe(`${no}incorrect header check.`);
  expect(await send(put(0, '{"patchbay":"bundle","version":2}'))).toBe(`${no}line 1: version 2, 1 is known.`);
  expect(await send(put(0, '{"x":1}'))).toBe(`${no}line 1: expected "patchbay": "bundle".`);
  expect(await send(put(1, '{"content":{"lab":7}}'))).toMatch(/line 2: content.*: expected/);
  expect(await send(put(1, '{'))).toMatch(/line 2: .*JSON/);
  expect(await send(put(2, '{"batch":"AAAA"}'))).toMatch(/line 3: .* at byte /);
  expect(await send(lines.slice(0, -1))).toBe(`${no}line ${lines.length - 1}: the bundle ends before its last line.`);
  expect(await send([...lines.slice(0, 3), ...lines.slice(2)])).toMatch(/line 4: record 1 behind record \d+\.$/);
  expect(await send(lines.filter((_, i) => i !== 2))).toMatch(/records announced, 0 read\.$/);
  expect(await send([...lines, lines[0] ?? ''])).toMatch(/there is more behind the last line/);
});

test('[BUN2] what unpacks without end is refused', async () => {
  await using server = await serveLabsForTest(await bench.open());
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(40 * 1024 * 1024, 0x20)));
  const answer = await fetch(`${server.url}/api/bundles`, { method: 'POST', headers: gzip, body: bomb });
  expect(await problemOf(answer)).toBe('413 too-large: The bundle has a line of more than 32 MiB.');
});
