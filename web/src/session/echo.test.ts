import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followEcho, useEcho } from './echo.ts';

/** A connection; the test plays the server. */
const link = {
  connected: true,
  lastDataMs: 0,
  answers: true,
  asked: 0,
  async ping(): Promise<number> {
    link.asked++;
    if (!link.answers) throw new Error('No answer.');
    link.lastDataMs = Date.now();
    return 3;
  },
};
let told: unknown[];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ now: 100_000 });
  Object.assign(link, { connected: true, lastDataMs: 100_000, answers: true, asked: 0 });
  told = [];
  stop = followEcho(link, {
    silent: (lastDataMs) => told.push(['silent', lastDataMs]),
    heard: () => told.push('heard'),
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('[UI55] a server that answers is asked every two seconds, and its round trip is told', async () => {
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.asked).toBe(30);
  expect(useEcho.getState()).toEqual({ echoMs: 3 });
  expect(told).toEqual([]);
});

test('[UI55] five seconds without a word are told once, with the time of the last one, and the next word too', async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  link.answers = false;
  const lastMs = link.lastDataMs;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toEqual([['silent', lastMs]]);
  expect(useEcho.getState()).toEqual({ echoMs: undefined });
  link.lastDataMs = Date.now();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.slice(1)).toEqual(['heard']);
});

test('[UI55] data that comes is a word, though echoes are late', async () => {
  link.answers = false;
  for (let second = 0; second < 20; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    link.lastDataMs = Date.now();
  }
  expect(told).toEqual([]);
});

test('[UI55] a page that was frozen, and one that is not connected, say nothing of a silent server', async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  // Its clock went on; its timers did not.
  vi.setSystemTime(Date.now() + 600_000);
  link.answers = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(told).toEqual([]);
  link.connected = false;
  const { asked } = link;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([]);
  expect(link.asked).toBe(asked);
});
