import { expect, test } from 'vitest';
import type { LatencyAnswer } from '../../../server/contract/graph.ts';
import { LatencyBuckets } from './latency-buckets.ts';

const answer = (cells: LatencyAnswer['cells'], part: Partial<LatencyAnswer> = {}): LatencyAnswer => ({
  ...{ intervalUs: 1_000_000, isCoarser: false, fromUs: 0, toUs: 4_000_000, nowUs: 3_500_000, keptFromUs: 0 },
  ...{ scannedTo: 9, isComplete: true, stages: ['whole', 'dispatch', 'router', 'packet-out'], cells },
  ...part,
});

test('[METRICS7] answers add up to p50 and p95 of each bucket; a bucket without a packet is a gap', () => {
  const buckets = new LatencyBuckets();
  buckets.take(
    answer([
      [0, 0, 100, 19],
      [0, 0, 900, 1],
      [2, 0, 80, 1],
    ]),
  );
  buckets.take(
    answer([
      [0, 0, 300, 30],
      [0, 2, 50, 1],
    ]),
  );
  expect(buckets.columns('whole')).toEqual({
    seconds: [0, 1, 2, 3],
    counts: [50, 0, 1, 0],
    p50Us: [300, null, 50, null],
    p95Us: [300, null, 50, null],
  });
  expect(buckets.columns('router').counts).toEqual([1, 0, 0, 0]);
  expect(buckets.whole('whole')).toEqual({ count: 51, p50Us: 300, p95Us: 300 });
  expect(buckets.whole('packet-out')).toEqual({ count: 0, p50Us: null, p95Us: null });
});

test('[METRICS7] quantiles are those of the sorted times, as the table of the stages has them', () => {
  const buckets = new LatencyBuckets();
  buckets.take(answer(Array.from({ length: 20 }, (_, i) => [1, 0, (i + 1) * 10, 1])));
  expect(buckets.whole('dispatch')).toEqual({ count: 20, p50Us: 110, p95Us: 200 });
});

test('[METRICS7] what is no longer kept goes, and longer buckets are refused', () => {
  const buckets = new LatencyBuckets();
  buckets.take(answer([[0, 0, 100, 1]]));
  expect(buckets.take(answer([], { intervalUs: 2_000_000 }))).toBe(false);
  buckets.take(answer([[0, 3, 200, 1]], { keptFromUs: 2_000_000 }));
  expect(buckets.columns('whole')).toMatchObject({ seconds: [2, 3], counts: [0, 1] });
});
