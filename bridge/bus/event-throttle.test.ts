import { expect, test } from 'vitest';
import { EventThrottle } from './event-throttle.ts';

test('[BR12] of many like events a few a second pass; the next that passes knows how many did not', () => {
  const throttle = new EventThrottle(2);
  const passed = Array.from({ length: 5 }, (_, i) => throttle.pass('a', i));
  expect(passed).toEqual([0, 0, undefined, undefined, undefined]);
  expect(throttle.pass('b', 5)).toBe(0);
  expect(throttle.pass('a', 1_000_000)).toBe(3);
  expect(throttle.pass('a', 1_000_001)).toBe(0);
});
