import { expect, test } from 'vitest';
import { PacketLog } from '../trace/packet-log.ts';
import { keptMethods } from './kept.ts';

test('[WB140] the bounds of the log follow what is appended and what is forgotten', async () => {
  const log = new PacketLog({ records: 3, frameBytes: 10_000, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const { 'trace:kept': kept } = keptMethods(log);
  expect(await kept({})).toEqual({ firstSeq: 1, nextSeq: 1 });
  for (let i = 0; i < 5; i++) log.append('packet_in', log.node('sw0'), 1, new Uint8Array(60), 0, 60);
  expect(await kept({})).toEqual({ firstSeq: 3, nextSeq: 6 });
});
