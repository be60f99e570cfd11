import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { learnServerClock, serverNowMs } from './server-clock.ts';

const nowMs = 1_000_000_000;
const offset = (): number => serverNowMs() - nowMs;
beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
  learnServerClock(nowMs, nowMs, nowMs);
});
afterEach(() => vi.useRealTimers());

test('[UI60] the same clock stays the same, however slow the answers are', () => {
  for (const [there, back] of [
    [0, 0],
    [3, 400],
    [2_000, 1],
  ] as const)
    learnServerClock(nowMs - there - back, nowMs - back, nowMs);
  expect(offset()).toBe(0);
});

test('[UI60] a clock that is hours away is known by one answer, and better by a quicker one', () => {
  const aheadMs = 7_200_000;
  learnServerClock(nowMs - 300, nowMs - 10 + aheadMs, nowMs);
  expect(Math.abs(offset() - aheadMs)).toBeLessThanOrEqual(150);
  learnServerClock(nowMs - 4, nowMs - 1 + aheadMs, nowMs);
  expect(Math.abs(offset() - aheadMs)).toBeLessThanOrEqual(3);
  const known = offset();
  learnServerClock(nowMs - 900, nowMs - 899 + aheadMs, nowMs);
  expect(offset()).toBe(known);
});

test('[UI60] a clock that is set anew is followed', () => {
  learnServerClock(nowMs - 2, nowMs - 1 - 60_000, nowMs);
  expect(Math.abs(offset() + 60_000)).toBeLessThanOrEqual(2);
  learnServerClock(nowMs - 2, nowMs - 1, nowMs);
  expect(Math.abs(offset())).toBeLessThanOrEqual(2);
});
