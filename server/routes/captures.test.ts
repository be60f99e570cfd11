import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { LabsUnderTest, ping, ready } from '../labs/testing/labs-under-test.ts';
import { until } from '../labs/testing/until.ts';
import { serveForTest } from '../testing/serve-for-test.ts';
import { serveLabsForTest } from '../testing/serve-labs-for-test.ts';

const bench = new LabsUnderTest('emulated');
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../bridge/packet/fixtures/${name}`, import.meta.url)));
const binary = { 'content-type': 'application/octet-stream' };

async function problemOf(response: Response): Promise<string> {
  const { code, detail } = await response.json();
  return `${response.status} ${code}: ${detail}`;
}

test('[API20] the log, chosen records and filtered records are downloaded as pcapng', async () => {
  await using server = await serveForTest();
  const api = `${server.url}/api/labs/simple-router`;
  expect(await problemOf(await fetch(`${api}/trace.pcapng`))).toMatch(/^409 lab-not-running/);
  await server.labs.start('simple-router');
  server.labs.bridge.log(5000);
  const download = async (query: string) => {
    const response = await fetch(`${api}/trace.pcapng${query}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="simple-router-\d{8}-\d{6}\.pcapng"$/,
    );
    const capture = readCapture(new Uint8Array(await response.arrayBuffer()));
    return {
      ...capture,
      seqs: capture.frames.map(({ comments }) => Number(/^seq (\d+);/.exec(comments[0] ?? '')?.[1])),
    };
  };
  const all = await download('');
  expect(all.seqs).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
  expect(all.interfaces.map(({ name }) => name)).toEqual(['sw0 packet_in']);
  expect(all.names).toContainEqual({ name: 'client', address: '10.0.1.100' });
  expect(all.frames[9]?.timeNs).toBe(1_000_010_000n);
  expect((await download('?seqs=4990-,7,3-5')).seqs).toEqual([3, 4, 5, 7, ...range(4990, 5000)]);
  expect((await download(`?filter=${encodeURIComponent('lab.seq in {10..12}')}`)).seqs).toEqual([10, 11, 12]);
  expect((await download(`?seqs=1-11&filter=${encodeURIComponent('lab.seq >= 10')}`)).seqs).toEqual([10, 11]);
  server.labs.bridge.forget(4001);
  expect((await download('?seqs=3-4,3999-4002')).seqs).toEqual([4001, 4002]);
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('[API20] what cannot be chosen is said before anything is sent', async () => {
  await using server = await serveForTest();
  await server.labs.start('simple-router');
  const refusal = async (query: string) =>
    problemOf(await fetch(`${server.url}/api/labs/simple-router/trace.pcapng?${query}`));
  expect(await refusal('seqs=9-3')).toMatch(/^400 bad-request: seqs: expected numbers and ranges/);
  expect(await refusal('filter=ip.nonsense')).toMatch(/^400 bad-request: filter: at character 1: /);
  expect(await refusal('filter=lab.check%20==%20%22ping%22')).toMatch(
    /^400 bad-request: filter: lab.check is not known/,
  );
  expect(await refusal('seqs=1&chain=2')).toMatch(/^400 bad-request: chain and seqs/);
  expect(await refusal('colour=red')).toMatch(/^400 bad-request/);
});

test('[API21] a download holds a bounded part of the log in memory, and none when nobody reads', async () => {
  await using server = await serveForTest();
  await server.labs.start('simple-router');
  server.labs.bridge.log(400_000);
  const response = await fetch(`${server.url}/api/labs/simple-router/trace.pcapng`);
  const reader = response.body?.getReader();
  await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { reads } = server.labs.bridge;
  // The socket's buffers took some of it (a few MiB); the rest waits in the log.
  expect(reads).toBeLessThan(100);
  await reader?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.labs.bridge.reads - reads).toBeLessThan(5);
});

test('[API22] a capture is uploaded, listed, looked at and let go; a lab keeps two', async () => {
  await using server = await serveForTest();
  const api = `${server.url}/api/labs/simple-router/uploads`;
  const upload = async (name: string) => {
    const response = await fetch(`${api}?name=${name}`, { method: 'POST', headers: binary, body: fixture(name) });
    expect(response.status).toBe(201);
    return await response.json();
  };
  const lab = await upload('lab.pcap');
  const { frames } = readCapture(fixture('lab.pcap'));
  expect(lab).toMatchObject({
    id: 1,
    name: 'lab.pcap',
    format: 'pcap',
    packets: frames.length,
    interfaces: ['interface 0'],
  });
  expect(lab.firstMs).toBeCloseTo(Number(frames[0]?.timeNs) / 1e6, 2);
  const { packets } = await (await fetch(`${api}/1/packets?from=2&limit=3`)).json();
  expect(packets.map((packet: { number: number }) => packet.number)).toEqual([2, 3, 4]);
  expect(packets[0]).toMatchObject({
    protocol: 'ARP',
    info: '10.0.1.1 is at 86:ac:45:06:a8:f7',
    hex: Buffer.from(frames[1]?.frame ?? []).toString('hex'),
  });
  await upload('dns.pcap');
  await upload('dhcp.pcap');
  const ids = async (response: Promise<Response>) =>
    (await (await response).json()).uploads.map(({ id }: { id: number }) => id);
  expect(await ids(fetch(api))).toEqual([2, 3]);
  expect(await problemOf(await fetch(`${api}/1/packets`))).toMatch(
    /^404 not-found: The lab has no upload 1; it keeps the last 2/,
  );
  expect(await ids(fetch(`${api}/2`, { method: 'DELETE' }))).toEqual([3]);
});

test('[API22] what is no capture is refused with the place; what is too large, with the size', async () => {
  await using server = await serveForTest();
  const send = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = binary, query = '?name=x') =>
    problemOf(await fetch(`${server.url}/api/labs/simple-router/uploads${query}`, { method: 'POST', headers, body }));
  expect(await send(new Uint8Array(100))).toBe(
    '400 bad-request: This is no capture that can be read: neither a pcap nor a pcapng file at byte 0.',
  );
  expect(await send(fixture('lab.pcap').slice(0, 30))).toMatch(/half a record header at byte 24\.$/);
  expect(await send(new Uint8Array(16 * 1024 * 1024 + 1))).toMatch(/^413 too-large: .*16 MiB/);
  expect(await send(new Uint8Array(10), { 'content-type': 'application/json' })).toMatch(/^400 bad-request/);
  expect(await send(fixture('lab.pcap'), binary, '')).toMatch(/^400 bad-request/);
  const elsewhere = await fetch(`${server.url}/api/labs/other/uploads?name=x`, {
    method: 'POST',
    headers: binary,
    body: fixture('dns.pcap'),
  });
  expect(elsewhere.status).toBe(404);
});

test('[API23] packets of an upload are sent in again, and are marked as injected', { timeout: 30_000 }, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  await using server = await serveLabsForTest(labs);
  const api = `${server.url}/api/labs/simple-router/uploads`;
  await fetch(`${api}?name=lab.pcap`, { method: 'POST', headers: binary, body: fixture('lab.pcap') });
  const replay = (body: object) =>
    fetch(`${api}/1/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ at: { point: 'packet_in', node: 'sw0', port: 3 }, speed: 0, ...body }),
    });
  const answer = await replay({ from: 1, to: 3 });
  expect([answer.status, (await answer.json()).total]).toEqual([200, 3]);
  const { frames } = readCapture(fixture('lab.pcap'));
  const injected = await until('three injected packets', async () => {
    const { records } = decodeTraceBatch(await run.bridge.readTrace(0, 10_000));
    const found = records.filter(({ point }) => point === 'inject');
    return found.length === 3 && found;
  });
  expect(injected.map(({ frame, verdict }) => [Buffer.from(frame).toString('hex'), verdict])).toEqual(
    frames.slice(0, 3).map(({ frame }) => [Buffer.from(frame).toString('hex'), 'injected']),
  );
  expect(await problemOf(await replay({ from: 9000 }))).toMatch(/^409 not-possible: The file has \d+ packets, none/);
  expect(await problemOf(await replay({ at: { point: 'packet_in', node: 'nowhere', port: 1 } }))).toMatch(
    /^404 not-found/,
  );
  expect(await problemOf(await replay({ speed: -1 }))).toMatch(/^400 bad-request/);
});

test('[API20] the chain of a record, and what only the whole log knows, are downloaded', {
  timeout: 30_000,
}, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  await using server = await serveLabsForTest(labs);
  expect(await ping(run)).toContain('1 received');
  const api = `${server.url}/api/labs/simple-router/trace.pcapng`;
  const seqsOf = async (query: string) => {
    const { frames } = readCapture(new Uint8Array(await (await fetch(`${api}?${query}`)).arrayBuffer()));
    return frames.map(({ comments }) => Number(/^seq (\d+);/.exec(comments[0] ?? '')?.[1]));
  };
  const [request = 0] = await seqsOf('filter=icmp.type%20==%208');
  const chain = (await run.bridge.call('trace:chain', { seq: request })).map(({ seq }) => seq);
  expect(chain.length).toBeGreaterThanOrEqual(4);
  expect(await seqsOf(`chain=${request}`)).toEqual(chain);
  const { seqs: want } = await run.bridge.call('trace:find', {
    filter: `lab.chain == ${request}`,
    fromSeq: 1,
    limit: 1000,
    asker: 'test',
  });
  expect(want.length).toBeGreaterThanOrEqual(4);
  expect(await seqsOf(`filter=lab.chain%20==%20${request}`)).toEqual(want);
  expect(await problemOf(await fetch(`${api}?chain=99999`))).toMatch(/^404 not-found: Record #99999 is not kept/);
});
