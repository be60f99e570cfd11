import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { createGrader } from '../grading/grader.ts';
import type { LabRun } from '../labs/lab-service.ts';
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
  expect(info).toMatchObject({ id: 1, lab: 'simple-router', firstSeq: 1, name: '', bytes: packed.length });
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
    /^404 not-found: There is no recorded run 1 here/,
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
  expect(await send(put(0, '{"patchbay":"bundle","version":3}'))).toBe(`${no}line 1: version 3, 1 and 2 are known.`);
  expect(await send(put(0, '{"x":1}'))).toBe(`${no}line 1: expected "patchbay": "bundle".`);
  expect(await send(put(1, '{"content":{"lab":7}}'))).toMatch(/line 2: content.*: expected/);
  expect(await send(put(1, '{'))).toMatch(/line 2: .*JSON/);
  const batchAt = lines.findIndex((line) => line.startsWith('{"batch"'));
  expect(await send(put(batchAt, '{"batch":"AAAA"}'))).toMatch(new RegExp(`line ${batchAt + 1}: .* at byte `));
  expect(await send(lines.slice(0, -1))).toBe(`${no}line ${lines.length - 1}: the bundle ends before its last line.`);
  expect(await send([...lines.slice(0, batchAt + 1), ...lines.slice(batchAt)])).toMatch(
    /record 1 behind record \d+\.$/,
  );
  expect(await send(lines.filter((line) => !line.startsWith('{"batch"')))).toMatch(/records announced, 0 read\.$/);
  expect(await send([...lines, lines[0] ?? ''])).toMatch(/there is more behind the last line/);
});

test('[BUN2] what unpacks without end is refused', async () => {
  await using server = await serveLabsForTest(await bench.open());
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(40 * 1024 * 1024, 0x20)));
  const answer = await fetch(`${server.url}/api/bundles`, { method: 'POST', headers: gzip, body: bomb });
  expect(await problemOf(answer)).toBe('413 too-large: The bundle has a line of more than 32 MiB.');
});

/** Everything that a run can hold: pings, a fault and a breakpoint that are set, a check that fails, a table that was read. */
async function eventful(url: string, run: LabRun, settled: () => Promise<unknown>): Promise<void> {
  await ping(run);
  await run.bridge.call('fault:set', {
    id: 'no-replies',
    where: { kind: 'interface', router: 'router', port: 3, direction: 'out' },
    what: { kind: 'lose' },
    which: { filter: 'icmp.type == 0' },
    seed: 77,
    when: { afterMs: 0, forMs: 0 },
  });
  await run.bridge.call('hold:breakpoints', {
    breakpoints: [{ id: 'never', filter: 'tcp.port == 9', points: ['to_router'], enabled: true, limit: 0 }],
  });
  const checks = { method: 'POST', headers: { 'content-type': 'application/json' } };
  await fetch(`${url}/api/labs/simple-router/checks/run`, {
    ...checks,
    body: JSON.stringify({ checks: ['ttl-1-to-router'] }),
  });
  await settled();
}

test('[BUN4] [BUN5] [BUN6] a recorded run is asked as the lab was, and answers the same', {
  timeout: 90_000,
}, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  const grader = createGrader({ labs, log: pino({ level: 'silent' }) });
  await using here = await serveLabsForTest(labs, grader);
  await eventful(here.url, run, () => grader.settled('simple-router'));
  const dock = 'h(550(500:*map,500:*trace.waterfall),450:*packet)';
  const answer = await fetch(`${here.url}/api/labs/simple-router/bundle?${new URLSearchParams({ dock })}`);
  const packed = new Uint8Array(await answer.arrayBuffer());

  await using there = await serveLabsForTest(await bench.open());
  const post = (path: string, body: object) =>
    fetch(`${there.url}/api/bundles/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const imported = await fetch(`${there.url}/api/bundles?name=run.gz`, { method: 'POST', headers: gzip, body: packed });
  const info = await imported.json();
  expect(info).toMatchObject({ id: 1, name: 'run.gz', bytes: packed.length });
  const { content } = await get(`${there.url}/api/bundles/1`);
  expect(content).toMatchObject({
    view: { dock },
    grade: { checks: expect.arrayContaining([expect.objectContaining({ id: 'ttl-1-to-router', state: 'failed' })]) },
    interventions: {
      faults: [{ id: 'no-replies', seed: 77 }],
      breakpoints: { breakpoints: [{ id: 'never', filter: 'tcp.port == 9' }] },
    },
  });
  expect(content.guide).toBe(labs.detail('simple-router').guide);
  expect(content.moments.length).toBeGreaterThan(1);
  expect(content.flowTables.map((table: { switch: string }) => table.switch)).toEqual(['sw0']);

  const recorded = decodeTraceBatch(await run.bridge.readTrace(0, 100_000)).records.filter(
    ({ seq }) => seq <= info.lastSeq,
  );
  const hit = recorded.find(({ cause }) => cause === 'fault')?.seq ?? 0;
  const asked = async (path: string, body: object) => (await post(`1/workbench/${path}`, body)).json();
  const chain = await asked('trace/chain', { seq: hit });
  expect(chain).toEqual(await run.bridge.call('trace:chain', { seq: hit }));
  expect(chain.length).toBeGreaterThan(3);
  const find = { filter: 'icmp and lab.cause == "fault"', fromSeq: 1, limit: 50, asker: 'test' };
  const found = await asked('trace/find', find);
  expect(found).toMatchObject({ total: info.records, isComplete: true });
  expect(found.seqs).toEqual(recorded.filter(({ cause }) => cause === 'fault').map(({ seq }) => seq));
  expect((await asked('trace/why', { seq: hit })).text).toBe((await run.bridge.call('trace:why', { seq: hit })).text);
  const comparison = await asked('shadow/compare', { router: 'router', limit: 10 });
  expect(comparison.compared).toBeGreaterThan(3);
  const { messages } = await asked('openflow/log', { fromId: 0, limit: 2000 });
  const live = (await run.bridge.call('openflow:log', { fromId: 0, limit: 2000 })).messages;
  expect(messages.map(({ type }: { type: string }) => type)).toEqual(
    live.slice(0, messages.length).map(({ type }) => type),
  );
  const { dpid } = content.flowTables[0];
  expect(await asked('flows/read', { dpid })).toEqual(content.flowTables[0]);
  const pcapng = await fetch(`${there.url}/api/bundles/1/trace.pcapng?chain=${hit}`);
  expect(readCapture(new Uint8Array(await pcapng.arrayBuffer())).frames).toHaveLength(chain.length);

  expect(await problemOf(await post('1/workbench/fault/stop-all', {}))).toBe(
    '409 not-possible: This is a recorded run: fault:stop-all needs a network that runs.',
  );
  expect(await problemOf(await post('1/workbench/trace/find', { ...find, filter: 'icmp ==' }))).toMatch(
    /^400 bad-request: Filter/,
  );
  expect(await problemOf(await post('7/workbench/trace/kept', {}))).toMatch(
    /^404 not-found: There is no recorded run 7/,
  );

  const lines = gunzipSync(packed).toString().trimEnd().split('\n');
  const send = async (changed: readonly string[]) =>
    fetch(`${there.url}/api/bundles`, {
      method: 'POST',
      headers: gzip,
      body: new Uint8Array(gzipSync(changed.join('\n'))),
    });
  const controlAt = lines.findIndex((line) => line.startsWith('{"control"'));
  const twice = await send([...lines.slice(0, controlAt + 1), ...lines.slice(controlAt)]);
  expect(await problemOf(twice)).toMatch(/line \d+: control message 1 behind \d+\.$/);
  expect(
    await problemOf(await send(lines.map((line, i) => (i === controlAt ? '{"control":[{"id":0}]}' : line)))),
  ).toMatch(/control\.0: expected the key/);

  const { lab, status, events, rtables, build, seeds, terminals, writtenMs } = content;
  const old = { lab, status, events, rtables, build, seeds, terminals, view: {}, writtenMs };
  const older = [
    '{"patchbay":"bundle","version":1}',
    JSON.stringify({ content: old }),
    ...lines.slice(2).filter((line) => !line.startsWith('{"control"')),
  ];
  expect(await (await send(older)).json()).toMatchObject({ id: 2, records: info.records });
  expect((await (await post('2/workbench/openflow/log', { fromId: 0, limit: 10 })).json()).messages).toEqual([]);
  expect(await (await post('2/workbench/trace/chain', { seq: hit })).json()).toEqual(chain);
  for (const id of [3, 4]) expect(await (await send(older)).json()).toMatchObject({ id });
  const { bundles } = await get(`${there.url}/api/bundles`);
  expect(bundles.map(({ id }: { id: number }) => id)).toEqual([2, 3, 4]);
});
