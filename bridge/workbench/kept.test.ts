import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeTraceBatch } from '../packet/trace-batch.ts';
import { PacketLog } from '../trace/packet-log.ts';
import { keptMethods } from './kept.ts';

test('[WB140] the bounds of the log follow what is appended and what is forgotten', async () => {
  const log = new PacketLog({ records: 3, frameBytes: 10_000, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const { 'trace:kept': kept } = keptMethods(log);
  expect(await kept({})).toEqual({ firstSeq: 1, nextSeq: 1 });
  for (let i = 0; i < 5; i++) log.append('packet_in', log.node('sw0'), 1, new Uint8Array(60), 0, 60);
  expect(await kept({})).toEqual({ firstSeq: 3, nextSeq: 6 });
});

test('[WB87] records are picked by number, in order of seq; those that are forgotten or to come are left out', async () => {
  const log = new PacketLog({ records: 3, frameBytes: 10_000, snapLength: 100, nowUs: () => 0, epochMs: 7 });
  for (let i = 0; i < 5; i++) log.append('packet_in', log.node('sw0'), i, new Uint8Array(60).fill(i), 0, 60);
  const { 'trace:records': records } = keptMethods(log);
  const { batch, ...bounds } = await records({ seqs: [5, 2, 3, 9] });
  expect(bounds).toEqual({ firstSeq: 3, nextSeq: 6 });
  const read = decodeTraceBatch(Buffer.from(batch, 'base64'));
  expect(read.epochMs).toBe(7);
  expect(read.records.map(({ seq, port, frame }) => [seq, port, frame[0]])).toEqual([
    [3, 2, 2],
    [5, 4, 4],
  ]);
});
