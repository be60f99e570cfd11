import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BridgeHandle, startBridge } from '../../bridge/index.ts';
import { labConfig } from '../../bridge/testing/lab.ts';
import { serveForTest, type TestServer } from '../testing/serve-for-test.ts';

let server: TestServer;
let bridge: BridgeHandle;

beforeAll(async () => {
  bridge = await startBridge(labConfig());
  server = await serveForTest();
  Object.assign(server.labs, { run: () => ({ bridge }) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await bridge.close();
});

async function ask(method: string, argument: unknown): Promise<{ status: number; body: unknown }> {
  const url = `${server.url}/api/labs/simple-router/workbench/${method.replace(':', '/')}`;
  const headers = { 'content-type': 'application/json', origin: server.url };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(argument) });
  return { status: reply.status, body: await reply.json() };
}
const problem = async (method: string, argument: unknown) => {
  const { status, body } = await ask(method, argument);
  return [status, (body as { detail: string }).detail];
};
const fault = {
  where: { kind: 'interface', router: 'r0', port: 2, direction: 'both' },
  what: { kind: 'delay', ms: 20, jitterMs: 5 },
  which: { filter: 'arp.opcode == 2', nth: 3 },
  seed: 7,
  when: { afterMs: 0, forMs: 60_000 },
};
const breakpoint = { id: 'b1', filter: 'icmp', points: ['packet_in', 'to_router'], enabled: true, limit: 2 };
/** An echo request of 60 bytes. */
const form = {
  eth: { dst: '02:00:00:00:00:02', src: '02:00:00:00:00:01' },
  vlan: { id: 7, priority: 1 },
  layer: {
    ...{ kind: 'ipv4', src: '10.0.1.100', dst: '192.168.2.2', ttl: 64, id: 1, dontFragment: true, payload: 'AAAA' },
    transport: { kind: 'icmp', type: 8, code: 0, ident: 1, seq: 1 },
  },
};

describe('over HTTP', () => {
  test('[WB50] [WB54] breakpoints are set and asked for, and a frame is held, shown, edited and released', async () => {
    const settings = { stopRouter: true, holdMs: 5000, capacity: 9 };
    const set = await ask('hold:breakpoints', { ...settings, breakpoints: [breakpoint] });
    expect(set).toEqual({ status: 200, body: { ...settings, breakpoints: [{ ...breakpoint, hits: 0 }] } });
    const { bytes } = (await ask('inject:build', form)).body as { bytes: string };
    expect(await ask('inject:frame', { point: 'to_router', node: 'r0', port: 2, bytes })).toEqual({
      status: 200,
      body: { seq: 1 },
    });
    expect((await ask('hold:list', {})).body).toMatchObject({
      frames: [
        { id: 1, point: 'to_router', node: 'r0', next: 'to r0, eth2', bytes, why: { kind: 'breakpoint', id: 'b1' } },
      ],
    });
    const edit = { kind: 'edit-fields', edits: [{ field: 'ip.ttl', value: 3 }], checksums: 'break' };
    expect((await ask('hold:act', { ids: [1], action: edit })).body).toEqual({ done: 1, gone: [] });
    expect((await ask('hold:act', { ids: 'all', action: { kind: 'forward' } })).body).toEqual({ done: 1, gone: [] });
    expect((await ask('hold:breakpoints', {})).body).toMatchObject({ breakpoints: [{ hits: 1 }] });
    expect((await ask('hold:run', {})).body).toEqual({ released: 0 });
    expect(await problem('hold:step', {})).toEqual([404, 'No frame is held']);
    await ask('hold:breakpoints', { breakpoints: [] });
  });

  test('[WB60] [WB67] faults are set, listed, removed and stopped', async () => {
    const set = await ask('fault:set', fault);
    expect(set).toEqual({
      status: 200,
      body: { ...fault, id: 'f1', state: 'active', matched: 0, affected: 0, lastSeq: 0, waiting: 0 },
    });
    expect((await ask('fault:list', {})).body).toMatchObject([{ id: 'f1', what: fault.what, where: fault.where }]);
    for (const what of [
      { kind: 'corrupt', bit: 9 },
      { kind: 'stall', ms: 1 },
      { kind: 'rate-limit', kbitPerSecond: 5 },
    ])
      expect((await ask('fault:set', { ...fault, id: 'f1', what })).body).toMatchObject({ id: 'f1', what });
    expect(await problem('fault:remove', { id: 'f9' })).toEqual([404, 'There is no fault "f9"']);
    expect((await ask('fault:stop-all', {})).body).toEqual([]);
  });

  test('[WB72] a replay larger than an ordinary body is taken', async () => {
    const { bytes } = (await ask('inject:build', { ...form, layer: { ...form.layer, payload: 'A'.repeat(1000) } }))
      .body as { bytes: string };
    const frames = Array.from({ length: 300 }, (_, i) => ({ atUs: i, bytes }));
    const from = { kind: 'frames', at: { point: 'to_router', node: 'r0', port: 1 }, frames };
    expect((await ask('inject:replay', { from, speed: 0 })).body).toMatchObject({ state: 'running', total: 300 });
    expect(await problem('inject:replay', { from, speed: 0 })).toEqual([409, 'A replay is running: cancel it first']);
    expect((await ask('inject:cancel', {})).body).toMatchObject({ state: 'cancelled' });
  });

  test.each([
    ['hold:breakpoints', { breakpoints: [{ ...breakpoint, points: [] }] }],
    ['hold:breakpoints', { holdMs: 1 }],
    ['hold:act', { ids: 'all', action: { kind: 'explode' } }],
    ['hold:act', { ids: [], action: { kind: 'drop' } }],
    ['fault:set', { ...fault, what: { kind: 'delay', ms: -1, jitterMs: 0 } }],
    ['fault:set', { ...fault, which: { filter: '', share: 2 } }],
    ['fault:set', { ...fault, where: { kind: 'planet' } }],
    ['inject:frame', { point: 'host.tx', node: 'sw0', port: 1, bytes: '' }],
    ['inject:frame', { point: 'packet_in', node: 'sw0', port: 1, bytes: 'A'.repeat(13_504) }],
    ['inject:build', { ...form, vlan: { id: 5000, priority: 0 } }],
  ])('[WB1] %s with %o is refused before it reaches the bridge', async (method, argument) => {
    expect((await ask(method, argument)).status).toBe(400);
  });

  test('[WB50] [WB71] what the bridge refuses is a problem with its sentence', async () => {
    expect(await problem('hold:breakpoints', { breakpoints: [{ ...breakpoint, filter: 'icmp.typ' }] })).toEqual([
      400,
      expect.stringMatching(/^Breakpoint b1: Filter, character 1: .*icmp\.type/),
    ]);
    const bytes = Buffer.alloc(60).toString('base64');
    expect(await problem('inject:frame', { point: 'from_router', node: 'r7', port: 1, bytes })).toEqual([
      404,
      'There is no "r7" with from_router, only r0',
    ]);
  });

  test('[API24] a question whose bridge ends before it can answer is told that the lab does not run', async () => {
    await using ending = await startBridge(labConfig());
    Object.assign(server.labs, { run: () => ({ bridge: ending }) });
    await ending.close();
    expect(await ask('hold:list', {})).toEqual({
      status: 409,
      body: expect.objectContaining({ code: 'lab-not-running', detail: 'The bridge is closed.' }),
    });
    Object.assign(server.labs, { run: () => ({ bridge }) });
  });
});
