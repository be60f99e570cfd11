import { expect, test } from 'vitest';
import { PacketLog } from '../../trace/packet-log.ts';
import { latencyMethods, stepOf } from './latency.ts';

const frame = new Uint8Array(60);

function logged() {
  const clock = { us: 0 };
  const log = new PacketLog({ records: 1000, frameBytes: 100_000, snapLength: 100, nowUs: () => clock.us, epochMs: 0 });
  const [sw0, r0] = [log.node('sw0'), log.node('r0')];
  const { 'graph:latency': latency } = latencyMethods(log, () => clock.us);
  const after = (us: number): void => {
    clock.us += us;
  };
  const cameIn = () => log.append('packet_in', sw0, 1, frame, 0, 60);
  return {
    ...{ clock, log, after, cameIn },
    given: (seq: number) => log.follow(seq, 'to_router', r0, 1),
    sent: (of: readonly number[]) => {
      const seq = log.append('from_router', r0, 2, frame, 0, 60);
      log.infer(seq, 'forward', 90, of, of.length);
      return seq;
    },
    wentOut: (seq: number) => log.follow(seq, 'packet_out', sw0, 2),
    ask: async (fromSeq?: number) => {
      const { stages, cells, ...told } = await latency({ intervalUs: 1_000_000, fromSeq, asker: 'a' });
      return { ...told, cells: cells.map(([stage, ...rest]) => [stages[stage], ...rest]) };
    },
  };
}

test('[WB48] each stage and the whole way count in the bucket in which they ended', async () => {
  const { after, cameIn, given, sent, wentOut, ask, clock } = logged();
  for (const router of [100, 100, 400]) {
    clock.us = Math.ceil(clock.us / 1e6 + 0.5) * 1e6;
    const seq = cameIn();
    after(10);
    const to = given(seq);
    after(router);
    const from = sent([to]);
    after(5);
    wentOut(from);
  }
  const { cells, isComplete, scannedTo } = await ask();
  const of = (stage: string) => cells.filter(([each]) => each === stage).map(([, ...rest]) => rest);
  expect(of('dispatch')).toEqual([
    [1, 10, 1],
    [2, 10, 1],
    [3, 10, 1],
  ]);
  expect(of('router').map(([bucket, us]) => [bucket, us])).toEqual([
    [1, stepOf(100)],
    [2, stepOf(100)],
    [3, stepOf(400)],
  ]);
  expect(of('whole').map(([, us]) => us)).toEqual([stepOf(115), stepOf(115), stepOf(415)]);
  expect([isComplete, scannedTo]).toEqual([true, 12]);
  // Who goes on behind the last record adds nothing twice.
  expect((await ask(13)).cells).toEqual([]);
});

test('[WB48] without a router the whole way is that through the controller', async () => {
  const { after, cameIn, wentOut, ask } = logged();
  const seq = cameIn();
  after(12);
  wentOut(seq);
  expect((await ask()).cells).toEqual([['whole', 0, 12, 1]]);
});

test('[WB48] what waited for a neighbour is no way', async () => {
  const { after, cameIn, given, sent, wentOut, ask } = logged();
  const to = given(cameIn());
  after(5_000_000);
  wentOut(sent([to]));
  expect((await ask()).cells.map(([stage]) => stage).sort()).toEqual(['dispatch', 'packet-out']);
});

test('[WB48] a time is told at most 4 % off', () => {
  for (let us = 1; us < 1e6; us = us * 1.01 + 0.3)
    expect(Math.abs(stepOf(us) - us) / us).toBeLessThan(us < 16 ? 0.51 / us : 0.04);
});

test('[WB47] [WB48] what is out of bounds is a bad request', async () => {
  const { 'graph:latency': latency } = latencyMethods(logged().log, () => 0);
  await expect(latency({ intervalUs: 10, asker: 'a' })).rejects.toMatchObject({ code: 'bad-request' });
});
