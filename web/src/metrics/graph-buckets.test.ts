import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFilter } from '../../../bridge/packet/filter/filter.ts';
import type { GraphAnswer } from '../../../server/contract/graph.ts';
import { chartOptions, shortCount } from './chart-options.ts';
import { busyBuckets, figuresOf, GraphBuckets } from './graph-buckets.ts';
import { firstLines, mostLines, presets, strokes, withLine } from './graph-series.ts';
import { intervalText, timeFilter, timeText } from './graph-time.ts';

const answer = (change: Partial<GraphAnswer> = {}): GraphAnswer => ({
  intervalUs: 1_000_000,
  isCoarser: false,
  fromUs: 0,
  toUs: 5_000_000,
  nowUs: 4_500_000,
  keptFromUs: 0,
  at: [],
  counts: [[], []],
  scannedTo: 0,
  isComplete: true,
  ...change,
});

test('[METRICS2] answers add up to one graph; what is no longer kept leaves it', () => {
  const buckets = new GraphBuckets(2);
  expect(buckets.columns()).toEqual({ seconds: [], sums: [[], []] });
  expect(
    buckets.take(
      answer({
        at: [1, 3],
        counts: [
          [2, 1],
          [0, 1],
        ],
      }),
    ),
  ).toBe(true);
  expect(
    buckets.take(
      answer({
        at: [3, 4],
        counts: [
          [5, 1],
          [0, 0],
        ],
      }),
    ),
  ).toBe(true);
  expect(buckets.columns()).toEqual({
    seconds: [0, 1, 2, 3, 4],
    sums: [
      [0, 2, 0, 6, 1],
      [0, 0, 0, 1, 0],
    ],
  });
  expect(buckets.take(answer({ keptFromUs: 3_200_000, toUs: 7_000_000 }))).toBe(true);
  expect(buckets.columns()).toEqual({
    seconds: [3, 4, 5, 6],
    sums: [
      [6, 1, 0, 0],
      [1, 0, 0, 0],
    ],
  });
  // Longer buckets are another graph.
  expect(buckets.take(answer({ intervalUs: 2_000_000 }))).toBe(false);
});

test('[METRICS2] however the records are split into answers, the sums are the same', () => {
  const counted = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 9 })), { maxLength: 30 });
  fc.assert(
    fc.property(counted, fc.integer({ min: 1, max: 7 }), (all, size) => {
      const told = (parts: readonly (typeof all)[]) => {
        const buckets = new GraphBuckets(1);
        for (const part of parts) {
          const at = [...new Set(part.map(([bucket]) => bucket))].sort((a, b) => a - b);
          const sum = (bucket: number) => part.reduce((sums, [own, amount]) => sums + (own === bucket ? amount : 0), 0);
          buckets.take(answer({ at, counts: [at.map(sum)] }));
        }
        return buckets.columns();
      };
      const parts: (typeof all)[] = [];
      for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
      expect(told(parts)).toEqual(all.length === 0 ? told([]) : told([all]));
    }),
  );
});

test('[METRICS4] what a line comes to, and the buckets that hold something', () => {
  const columns = {
    seconds: [10, 11, 12, 13],
    sums: [
      [0, 4, 0, 2],
      [0, 0, 0, 0],
    ],
  };
  expect(figuresOf(columns, 0, 1_000_000)).toEqual({ total: 6, most: 4, mostAtUs: 11_000_000, perSecond: 1.5 });
  expect(figuresOf(columns, 1, 1_000_000)).toEqual({ total: 0, most: 0, mostAtUs: undefined, perSecond: 0 });
  expect(figuresOf({ seconds: [], sums: [] }, 0, 1000).perSecond).toBe(0);
  expect(busyBuckets(columns)).toEqual([1, 3]);
});

test('[METRICS1] at most eight lines, no two alike; every preset can be read', () => {
  for (const { filter } of presets) expect(readFilter(filter).ok, filter).toBe(true);
  let lines = firstLines;
  for (let i = 0; i < 10; i++) lines = withLine(lines, presets[i % presets.length]);
  expect(lines).toHaveLength(mostLines);
  expect(new Set(lines.map(({ stroke }) => stroke)).size).toBe(mostLines);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(mostLines);
  expect(new Set(strokes.map(({ dash }) => dash.join(' '))).size).toBe(strokes.length);
  expect(new Set(strokes.map(({ token }) => token)).size).toBe(strokes.length);
});

test('[METRICS3] a time is a filter of the trace, and reads as the scrubber writes it', () => {
  const filter = timeFilter(1_500_000, 2_000_001);
  expect(filter).toBe('frame.time_relative >= 1.5 and frame.time_relative < 2.000001');
  expect(readFilter(filter).ok).toBe(true);
  expect(readFilter(timeFilter(0.4, 86_400_000_000)).ok).toBe(true);
  expect([
    timeText(62_350_000, 10_000),
    timeText(59_999_999, 1_000_000),
    timeText(5_000, 1000),
    timeText(2.5e6, 2.5e6),
  ]).toEqual(['01:02.35', '01:00', '00:00.005', '00:02.5']);
  expect([1000, 200_000, 1_000_000, 60_000_000, 120_000_000].map(intervalText)).toEqual([
    '1 ms',
    '200 ms',
    '1 s',
    '60 s',
    '2 min',
  ]);
  expect([0, 0.5, 12, 1200, 3_400_000, 2e9].map(shortCount)).toEqual(['0', '0.5', '12', '1.2k', '3.4M', '2G']);
});

test('[METRICS1] the plot draws each line in its own colour and pattern, from the tokens', () => {
  const asked: string[] = [];
  const options = chartOptions({
    lines: firstLines,
    yLabel: 'Bits per 200 ms',
    yText: shortCount,
    isLog: true,
    isDotted: false,
    token: (name) => {
      asked.push(name);
      return name;
    },
    stepped: undefined,
    marks: () => ({ momentUs: undefined, packet: undefined }),
  });
  expect(options.series.slice(1).map(({ label, stroke }) => [label, stroke])).toEqual([
    ['All', '--text-1'],
    ['ICMP', '--proto-icmp-edge'],
    ['ARP', '--proto-arp-edge'],
    ['Drops', '--bad'],
  ]);
  expect(options.axes?.[1]).toMatchObject({ label: 'Bits per 200 ms' });
  // Nothing is drawn in a colour that no theme knows.
  expect(asked.every((name) => name.startsWith('--'))).toBe(true);
});
