import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Coalescer } from './coalescer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Pushes one byte each `everyMs` for a second; the batches that came. */
function stream(everyMs: number, typedEveryMs = Number.POSITIVE_INFINITY): number[] {
  const batches: number[] = [];
  const coalescer = new Coalescer((batch) => batches.push(batch.length));
  for (let ms = 0; ms < 1000; ms += everyMs) {
    if (ms % typedEveryMs === 0) coalescer.typed();
    coalescer.push(Uint8Array.of(65));
    vi.advanceTimersByTime(everyMs);
  }
  coalescer.flush();
  return batches;
}

test('[TERM6] what comes now and then is handed on after 4 ms', () => {
  expect(stream(100)).toHaveLength(10);
  expect(stream(10, 50)).toHaveLength(100);
});

test('[TERM6] a stream is gathered for 80 ms, and all of it comes', () => {
  const batches = stream(5);
  expect(batches.length).toBeLessThanOrEqual(9 + 1000 / 80);
  expect(batches.reduce((sum, length) => sum + length, 0)).toBe(200);
});

test('[TERM6] a program that writes each 30 ms is a stream, too: what was gathered does not end it', () => {
  const batches = stream(30);
  expect(batches.length).toBeLessThanOrEqual(9 + 1000 / 80);
  expect(batches.reduce((sum, length) => sum + length, 0)).toBe(34);
});

test('[TERM6] a key ends the gathering', () => {
  const batches: number[] = [];
  const coalescer = new Coalescer((batch) => batches.push(batch.length));
  for (let i = 0; i < 100; i++) {
    coalescer.push(Uint8Array.of(65));
    vi.advanceTimersByTime(5);
  }
  coalescer.flush();
  coalescer.push(Uint8Array.of(65));
  const before = batches.length;
  coalescer.typed();
  coalescer.push(Uint8Array.of(66));
  vi.advanceTimersByTime(4);
  expect(batches.slice(before)).toEqual([2]);
});

test('[TERM6] keys without end do not hold back what answers them', () => {
  const batches: number[] = [];
  const coalescer = new Coalescer((batch) => batches.push(batch.length));
  coalescer.push(Uint8Array.of(65));
  for (let i = 0; i < 5; i++) {
    coalescer.typed();
    vi.advanceTimersByTime(2);
  }
  expect(batches).toEqual([1]);
});
