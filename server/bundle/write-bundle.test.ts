import { expect, test } from 'vitest';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { PacketLog } from '../../bridge/trace/packet-log.ts';
import type { TraceSource } from '../captures/trace-source.ts';
import type { BundleContent } from '../contract/bundle.ts';
import { bundleLines } from './write-bundle.ts';

const frame = new Uint8Array(700);

/** A log of so many records as a bundle reads it. */
function sourceOf(records: number): TraceSource {
  const log = new PacketLog({ records, frameBytes: records * 700, snapLength: 700, nowUs: () => 0, epochMs: 1 });
  const node = log.node('sw0');
  for (let i = 0; i < records; i++) log.append('packet_in', node, 1, frame, 0, frame.length);
  return {
    epochMs: 1,
    kept: async () => ({ firstSeq: log.firstSeq, nextSeq: log.nextSeq }),
    read: async (fromSeq, limit) => log.batches.read(fromSeq, limit, 16 * 1024 * 1024).batch,
    comments: async () => new Map(),
  };
}

/** The numbers of the records that are written, and how long the lines with them are. */
async function written(source: TraceSource, textLimit: number): Promise<{ seqs: number[]; text: number }> {
  const nothing = { call: async () => ({ messages: [], nextId: 0 }) };
  const seqs: number[] = [];
  let text = 0;
  for await (const line of bundleLines({} as BundleContent, nothing as never, source, textLimit)) {
    const value: { batch?: string; end?: { records: number } } = JSON.parse(line);
    if (value.end !== undefined) expect(value.end.records).toBe(seqs.length);
    if (value.batch === undefined) continue;
    text += line.length;
    seqs.push(...decodeTraceBatch(new Uint8Array(Buffer.from(value.batch, 'base64'))).records.map(({ seq }) => seq));
  }
  return { seqs, text };
}

test('[BUN1] the whole log is written when it fits', async () => {
  const { seqs } = await written(sourceOf(9000), 64 * 1024 * 1024);
  expect([seqs.length, seqs[0], seqs.at(-1)]).toEqual([9000, 1, 9000]);
});

test('[BUN1] of a longer one the newest, without a hole and no longer than allowed', async () => {
  const limit = 4 * 1024 * 1024;
  const { seqs, text } = await written(sourceOf(9000), limit);
  expect(seqs.at(-1)).toBe(9000);
  expect(seqs[0]).toBe(9001 - seqs.length);
  expect(seqs.length).toBeGreaterThan(2000);
  expect(text).toBeLessThan(limit * 1.01);
});
