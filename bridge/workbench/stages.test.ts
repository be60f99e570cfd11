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
  expect(await stages({ records: 100 })).toEqual([
    { stage: 'dispatch', from: 'packet_in', to: 'to_router', count: 10, p50Us: 60, p95Us: 100, p99Us: 100 },
    { stage: 'router', from: 'to_router', to: 'from_router', count: 0, p50Us: 0, p95Us: 0, p99Us: 0 },
    { stage: 'packet-out', from: 'from_router', to: 'packet_out', count: 10, p50Us: 5, p95Us: 5, p99Us: 5 },
  ]);
  expect((await stages({ records: 4 }))[0]).toMatchObject({ count: 1, p50Us: 100 });
});
