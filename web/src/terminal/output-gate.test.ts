import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OutputGate } from './output-gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const paceMs = 100;

/** A gate, and when which bytes came through it. */
function bench() {
  const drawn: { atMs: number; bytes: number[] }[] = [];
  const gate = new OutputGate(
    (data) => drawn.push({ atMs: performance.now(), bytes: [...data] }),
    (draw) => setTimeout(draw, paceMs),
  );
  const start = performance.now();
  /** Something is written each `everyMs`; the bytes are numbered. */
  const write = (many: number, everyMs: number) => {
    for (let i = 0; i < many; i++) {
      gate.push(Uint8Array.of(drawn.length % 256, i % 256));
      vi.advanceTimersByTime(everyMs);
    }
  };
  return { gate, drawn, write, moments: () => new Set(drawn.map(({ atMs }) => Math.round(atMs - start))) };
}

test('[TERM10] what answers keys is drawn as it comes, however fast they are repeated', () => {
  const { gate, write, drawn, moments } = bench();
  for (let key = 0; key < 20; key++) {
    gate.typed();
    write(1, 33);
  }
  expect(drawn).toHaveLength(20);
  expect(moments().size).toBe(20);
});

test('[TERM10] a stream is drawn at the page’s pace, whole and in order', () => {
  const { gate, drawn, moments } = bench();
  for (let i = 0; i < 200; i++) {
    gate.push(Uint8Array.of(i));
    vi.advanceTimersByTime(10);
  }
  expect(moments().size).toBeLessThanOrEqual(4 + 21);
  vi.advanceTimersByTime(100);
  expect(drawn.flatMap(({ bytes }) => bytes)).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

test('[TERM10] what the server gathers for 80 ms, and more, is a stream', () => {
  const { gate, drawn } = bench();
  for (let i = 0; i < 20; i++) {
    gate.push(Uint8Array.of(i));
    vi.advanceTimersByTime(80 + (i % 2) * 100);
  }
  vi.advanceTimersByTime(paceMs);
  // Its first four, then one drawing for several.
  expect(drawn.filter(({ atMs }, i) => atMs !== drawn[i - 1]?.atMs).length).toBeLessThan(20);
  expect(drawn).toHaveLength(20);
});

test('[TERM10] a key in the middle of a stream is answered at once', () => {
  const { gate, drawn, write } = bench();
  write(50, 10);
  const before = drawn.length;
  gate.typed();
  gate.push(Uint8Array.of(77));
  expect(drawn.at(-1)?.bytes).toEqual([77]);
  expect(drawn.length).toBeGreaterThan(before);
});

test('[TERM10] much at once does not wait, and what waits is drawn when it must be', () => {
  const { gate, drawn, write } = bench();
  write(10, 5);
  const before = drawn.length;
  gate.push(new Uint8Array(64 * 1024));
  expect(drawn.length).toBeGreaterThan(before);
  gate.push(Uint8Array.of(1));
  gate.push(Uint8Array.of(2));
  gate.flush();
  expect(drawn.at(-1)?.bytes).toEqual([2]);
});
