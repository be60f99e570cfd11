import { expect, test } from 'vitest';
import { LatencyHistogram } from './latency.ts';

const second = 1_000_000;

test('[TR8] percentiles are at most a sixteenth too high', () => {
  const latency = new LatencyHistogram();
  for (let us = 1; us <= 1000; us++) latency.add(us);
  const p50 = latency.percentile(0.5, 1);
  const p99 = latency.percentile(0.99, 1);
  expect(p50).toBeGreaterThanOrEqual(500);
  expect(p50).toBeLessThanOrEqual(532);
  expect(p99).toBeGreaterThanOrEqual(990);
  expect(p99).toBeLessThanOrEqual(1052);
});

test('[TR8] an extreme value has a bucket of its own', () => {
  const latency = new LatencyHistogram();
  latency.add(0);
  latency.add(1e12);
  expect(latency.percentile(0.5, 1)).toBeLessThanOrEqual(2);
  expect(latency.percentile(1, 1)).toBeGreaterThan(1e9);
});

test('[TR8] what is older than two windows no longer counts', () => {
  const latency = new LatencyHistogram(5 * second);
  latency.add(10_000);
  expect(latency.percentile(0.99, 1 * second)).toBeGreaterThan(9000);
  expect(latency.percentile(0.99, 6 * second)).toBeGreaterThan(9000);
  latency.add(10);
  expect(latency.percentile(0.5, 11 * second)).toBeLessThan(20);
  expect(latency.percentile(0.5, 60 * second)).toBe(0);
});
