import { expect, test } from 'vitest';
import { recordOf } from '../trace/records.fixture.ts';
import { Density } from './density.ts';

const arp = new Uint8Array(42);
arp.set([8, 6], 12);

test('[SCRUB4] records are counted by time and protocol; what was dropped or held is marked', () => {
  const density = new Density();
  for (let at = 0; at < 30; at++) density.add(recordOf(at + 1, { tUs: 100_000, frame: arp }));
  density.add(recordOf(40, { tUs: 900_000 }));
  density.add(recordOf(41, { tUs: 900_000, verdict: 'dropped', cause: 'no router' }));
  const columns = density.columns(0, 1_000_000, 10);
  expect(columns.map(({ count }) => count)).toEqual([0, 30, 0, 0, 0, 0, 0, 0, 0, 2]);
  expect([columns[1]?.shape, columns[9]?.shape]).toEqual(['arp', 'other']);
  expect([columns[1]?.marked, columns[9]?.marked]).toEqual([false, true]);
});

test('[SCRUB4] a log of hours needs no more memory than one of seconds, and loses no record', () => {
  const density = new Density();
  for (let minute = 0; minute < 300; minute++) density.add(recordOf(minute + 1, { tUs: minute * 60e6 }));
  const columns = density.columns(0, 300 * 60e6, 5);
  expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  expect(Math.max(...columns.map(({ count }) => count)) - Math.min(...columns.map(({ count }) => count))).toBeLessThan(
    3,
  );
  density.clear();
  expect(density.columns(0, 1e6, 4).every(({ count }) => count === 0)).toBe(true);
});
