import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { traceOf } from '../../../bridge/testing/lab.ts';
import type { LabRun } from '../lab-service.ts';
import { processOf } from '../runtimes/processes.ts';
import { chipOf, ping, ready, type Scenarios, simpleRouter } from './labs-under-test.ts';
import { until } from './until.ts';

const clientPort = 3;
const gateway = '10.0.1.1';
const liar = '02:de:ad:be:ef:01';
const atClient = { kind: 'link', switch: 'sw0', port: clientPort, direction: 'out' } as const;
const atOnce = { seed: 1, when: { afterMs: 0, forMs: 0 } } as const;

const on = async (run: LabRun, ...argv: string[]) =>
  (await run.network.exec('client', argv, { timeoutMs: 15_000 })).output;
const isEcho = ({ frame }: TraceRecord, type: number) =>
  frame[12] === 8 && frame[13] === 0 && frame[23] === 1 && frame[34] === type;
const heldFrames = async (run: LabRun) => (await run.bridge.call('hold:list', {})).frames;

/** What people do to frames on their way, the same on every runtime (RUN10). */
export const interventionScenarios: Scenarios = {
  '[WB54] [WB55] the next ARP reply is held, edited and forwarded, and the client believes the wrong address': async (
    bench,
  ) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    await on(run, 'arp', '-d', gateway);
    const points = ['packet_out'] as const;
    await run.bridge.call('hold:breakpoints', {
      breakpoints: [{ id: 'arp', filter: 'arp.opcode == 2', points, enabled: true, limit: 1 }],
    });
    const pinging = ping(run);
    const [held] = await until('a held frame', async () => {
      const frames = await heldFrames(run);
      return frames.length > 0 && frames;
    });
    if (held === undefined) return;
    expect(held).toMatchObject({ point: 'packet_out', node: 'sw0', port: clientPort });
    await until('the state', () => run.bridge.state.workbench.distorted);
    expect(labs.status(simpleRouter).workbench).toMatchObject({ held: 1, breakpoints: 1, distorted: true });
    const edits = [{ field: 'arp.src.hw_mac', value: liar }];
    await run.bridge.call('hold:act', {
      ids: [held.id],
      action: { kind: 'edit-fields', edits, checksums: 'recompute' },
    });
    await run.bridge.call('hold:act', { ids: [held.id], action: { kind: 'forward' } });
    await until('the wrong entry', async () => (await on(run, 'arp', '-n')).includes(liar));
    expect(await pinging).toContain('0 received');

    const trace = await traceOf(run.bridge);
    const edited = trace.find(({ rule }) => rule === 'edited');
    expect(edited).toMatchObject({ point: 'hold', verdict: 'edited', parents: [held.seq] });
    expect(trace.find(({ parents }) => parents[0] === edited?.seq)).toMatchObject({ point: 'packet_out' });
  },

  '[WB61] a fault loses the third ARP reply, and only that': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    const fault = await run.bridge.call('fault:set', {
      where: atClient,
      what: { kind: 'lose' },
      which: { filter: 'arp.opcode == 2', nth: 3 },
      ...atOnce,
    });
    const output = await on(run, 'arping', '-c', '4', '-I', 'client-eth0', gateway);
    expect(output.match(/reply from/g)).toHaveLength(3);
    expect(await run.bridge.call('fault:list', {})).toMatchObject([
      { id: fault.id, state: 'over', matched: 3, affected: 1 },
    ]);
    const lost = (await traceOf(run.bridge)).filter(({ point }) => point === 'fault');
    expect(lost).toMatchObject([{ verdict: 'dropped', cause: 'fault', port: clientPort, node: 'sw0' }]);
    expect(await run.bridge.call('fault:stop-all', {})).toEqual([]);
  },

  '[WB73] a replayed ping is answered': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    expect(await ping(run)).toContain('1 received');
    const asked = (await traceOf(run.bridge)).find(
      (record) => record.point === 'packet_in' && record.port === clientPort && isEcho(record, 8),
    );
    if (asked === undefined) throw new Error('The ping is not in the log');
    const { total } = await run.bridge.call('inject:replay', {
      from: { kind: 'log', fromSeq: asked.seq, toSeq: asked.seq, point: 'packet_in' },
      speed: 1,
    });
    expect(total).toBe(1);
    const injected = await until('the replay', async () => {
      const { state, lastSeq } = await run.bridge.call('inject:status', {});
      return state === 'done' && lastSeq;
    });
    const answer = await until('an answer', async () =>
      (await traceOf(run.bridge)).find(
        (record) =>
          record.seq > injected && record.point === 'packet_out' && record.port === clientPort && isEcho(record, 0),
      ),
    );
    // Identifier and sequence number are those of the request.
    expect(answer.frame.subarray(38, 42)).toEqual(asked.frame.subarray(38, 42));
    expect((await traceOf(run.bridge)).find(({ seq }) => seq === injected)).toMatchObject({
      point: 'inject',
      verdict: 'injected',
      parents: [],
    });
  },

  '[WB70] a crafted echo request is answered to the client by the router': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    await ping(run);
    const mac = run.bridge.state.routers[0]?.interfaces.find(({ port }) => port === clientPort)?.mac ?? '';
    const { bytes } = await run.bridge.call('inject:build', {
      eth: { src: '02:00:00:00:00:03', dst: mac },
      layer: {
        ...{ kind: 'ipv4', src: '10.0.1.100', dst: gateway, ttl: 64, id: 4711, dontFragment: false },
        transport: { kind: 'icmp', type: 8, code: 0, ident: 0xbeef, seq: 1 },
        payload: Buffer.from('hello').toString('base64'),
      },
    });
    const { seq } = await run.bridge.call('inject:frame', { point: 'packet_in', node: 'sw0', port: clientPort, bytes });
    await until('an answer', async () =>
      (await traceOf(run.bridge)).find(
        (record) => record.seq > seq && record.point === 'packet_out' && isEcho(record, 0),
      ),
    );
  },

  '[LAB18] the router stands still while a frame is held, and goes on when it is not': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    await ping(run);
    const pid = labs.status(simpleRouter).routers[0]?.process?.pid ?? 0;
    const points = ['packet_in'] as const;
    const filter = 'icmp.type == 8';
    await run.bridge.call('hold:breakpoints', {
      breakpoints: [{ id: 'echo', filter, points, enabled: true, limit: 1 }],
      stopRouter: true,
    });
    const pinging = ping(run);
    await until('a router that stands still', async () => (await stateOf(pid)) === 'T');
    await run.bridge.call('hold:run', {});
    await run.bridge.call('hold:breakpoints', { breakpoints: [] });
    await until('a router that goes on', async () => (await stateOf(pid)) !== 'T');
    expect(await pinging).toContain('1 received');

    await run.bridge.call('hold:breakpoints', {
      breakpoints: [{ id: 'echo', filter, points, enabled: true, limit: 0 }],
    });
    const again = ping(run);
    await until('a router that stands still', async () => (await stateOf(pid)) === 'T');
    await labs.stopRouter(simpleRouter, 'router');
    expect(await processOf(pid)).toBeUndefined();
    await again;
  },

  '[WB66] [WB65] a fault kills the router, another one cuts the switch off': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    const { pid } = labs.status(simpleRouter).routers[0]?.process ?? { pid: 0 };
    const which = { filter: '' };
    const where = { kind: 'router', name: 'router', direction: 'both' } as const;
    await run.bridge.call('fault:set', { where, what: { kind: 'kill' }, which, ...atOnce });
    await until('its end', () => labs.status(simpleRouter).routers[0]?.process?.state === 'ended');
    expect(labs.status(simpleRouter).routers[0]?.process).toMatchObject({ signal: 'SIGKILL', stopped: false, pid });

    const cut = await run.bridge.call('fault:set', {
      where: { kind: 'switch', name: 'sw0', direction: 'both' },
      what: { kind: 'disconnect' },
      which,
      ...{ seed: 1, when: { afterMs: 0, forMs: 0 } },
    });
    await until('a lost switch', () => chipOf(labs, 'switch')?.state !== 'ok');
    await run.bridge.call('fault:remove', { id: cut.id });
    await until('the switch again', () => chipOf(labs, 'switch')?.state === 'ok');
  },
};

/** State letter of proc(5) `stat`: T for one that was stopped. */
async function stateOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}
