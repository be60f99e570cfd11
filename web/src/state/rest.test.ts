import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// A page that has not rested: the module knows of one that did.
beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('[UI49] the page rests once nothing was waited for during 0.4 s and the browser is idle, and only then', async () => {
  vi.useFakeTimers();
  const idle: (() => void)[] = [];
  vi.stubGlobal('requestIdleCallback', (work: () => void) => idle.push(work));
  const { lookForRest, onceRested, waitForPart } = await import('./rest.ts');
  let rested = 0;
  onceRested(() => {
    rested += 1;
  });
  const arrived = waitForPart();
  lookForRest();
  vi.advanceTimersByTime(1_000);
  expect(idle).toHaveLength(0);
  arrived();
  vi.advanceTimersByTime(300);
  const another = waitForPart();
  vi.advanceTimersByTime(300);
  another();
  vi.advanceTimersByTime(400);
  expect([idle.length, rested]).toEqual([1, 0]);
  idle[0]?.();
  lookForRest();
  vi.advanceTimersByTime(1_000);
  expect([idle.length, rested]).toEqual([1, 1]);
  onceRested(() => {
    rested += 1;
  });
  expect(rested).toBe(2);
});
