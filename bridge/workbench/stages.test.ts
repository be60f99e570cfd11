import { expect, test } from 'vitest';
import { PacketLog } from '../trace/packet-log.ts';
import { stageMethods } from './stages.ts';

test('[WB2] a stage lasts from a record to what followed it', async () => {
  const clock = { us: 0 };
  const log = new PacketLog({ records: 100, frameBytes: 10_000, snapLength: 100, nowUs: () => clock.us, epochMs: 0 });
  const node = log.node('sw0');
  for (let i = 1; i <= 10; i++) {
    const seq = log.append('packet_in', node, 1, new Uint8Array(60), 0, 60);
    clock.us += i * 10;
    log.follow(seq, 'to_router', node, 1);
    const back = log.append('from_router', node, 2, new Uint8Array(60), 0, 60);
    clock.us += 5;
    log.follow(back, 'packet_out', node, 2);
  }
  const { 'latency:stages': stages } = stageMethods(log);
  expect(await stages({ records: 100 })).toMatchObject([
    { stage: 'dispatch', from: 'packet_in', to: 'to_router', count: 10, p50Us: 60, p95Us: 100, p99Us: 100 },
    { stage: 'router', from: 'to_router', to: 'from_router', count: 0, p50Us: 0, p95Us: 0, p99Us: 0 },
    { stage: 'packet-out', from: 'from_router', to: 'packet_out', count: 10, p50Us: 5, p95Us: 5, p99Us: 5 },
  ]);
  expect((await stages({ records: 4 }))[0]).toMatchObject({ count: 1, p50Us: 100 });
});

test('[WB2] the router stage counts by inferred links, from the last parent on; what waited for a neighbour does not count', async () => {
  const clock = { us: 0 };
  const log = new PacketLog({ records: 100, frameBytes: 10_000, snapLength: 100, nowUs: () => clock.us, epochMs: 0 });
  const given = () =>
    log.follow(log.append('packet_in', log.node('sw0'), 1, new Uint8Array(60), 0, 60), 'to_router', log.node('r0'), 1);
  const sent = () => log.append('from_router', log.node('r0'), 2, new Uint8Array(60), 0, 60);
  const waited = given();
  clock.us += 400_000;
  const answer = given();
  clock.us += 70;
  log.infer(sent(), 'arp release', 90, [waited, answer], 2);
  clock.us += 5_000_000;
  log.infer(sent(), 'icmp error', 90, [waited], 1);
  sent();
  const [, router] = await stageMethods(log)['latency:stages']({ records: 100 });
  expect(router).toMatchObject({ count: 1, p50Us: 70 });
});

test('[WB2] beside each stage stands what of the classic budget it contains, 500 µs in all', async () => {
  const log = new PacketLog({ records: 10, frameBytes: 100, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const stages = await stageMethods(log)['latency:stages']({ records: 10 });
  expect(stages.map(({ budgetUs }) => budgetUs)).toEqual([50, 400, 50]);
  expect(stages[1]?.budgetParts.map(({ part, us }) => `${part} ${us}`)).toEqual([
    'VNS send 100',
    'router 200',
    'VNS receive 100',
  ]);
});

test('[WB2] the same for windows of time, the oldest first, quiet ones in between with a count of 0', async () => {
  const clock = { us: 0 };
  const log = new PacketLog({ records: 100, frameBytes: 10_000, snapLength: 100, nowUs: () => clock.us, epochMs: 0 });
  for (const [atUs, took] of [
    [0, 10],
    [2_500_000, 20],
    [2_600_000, 30],
  ] as const) {
    clock.us = atUs;
    const seq = log.append('packet_in', log.node('sw0'), 1, new Uint8Array(60), 0, 60);
    clock.us = atUs + took;
    log.follow(seq, 'to_router', log.node('r0'), 1);
  }
  const [dispatch, router] = await stageMethods(log)['latency:stages']({ records: 100, windowMs: 1000 });
  expect(dispatch?.windows.map(({ count, p99Us }) => [count, p99Us])).toEqual([
    [1, 10],
    [0, 0],
    [2, 30],
  ]);
  expect(dispatch?.windows.at(-1)?.fromUs).toBe(1_600_030);
  expect(router?.windows).toEqual([]);
});
