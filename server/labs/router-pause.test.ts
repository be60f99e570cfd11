import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RouterPause } from './router-pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makePause(isHere = true) {
  const did: string[] = [];
  const signal = (name: string) => {
    if (isHere) did.push(name);
    return isHere;
  };
  return { did, pause: new RouterPause({ signal, onNotHere: () => did.push('not here') }) };
}

test('[LAB18] a program is stopped once and goes on once, however often the state is told', () => {
  const { did, pause } = makePause();
  for (const wanted of [false, true, true, false, false, true]) pause.want(wanted);
  expect(did).toEqual(['SIGSTOP', 'SIGCONT', 'SIGSTOP']);
  pause.release();
  pause.release();
  expect(did).toEqual(['SIGSTOP', 'SIGCONT', 'SIGSTOP', 'SIGCONT']);
});

test('[LAB18] it goes on when nobody says so for longer than a frame can be held', () => {
  const { did, pause } = makePause();
  pause.want(true);
  vi.advanceTimersByTime(600_000);
  expect(did).toEqual(['SIGSTOP']);
  vi.advanceTimersByTime(5_000);
  expect(did).toEqual(['SIGSTOP', 'SIGCONT']);
});

test('[LAB18] a router over the network is not stopped, and that is said once', () => {
  const { did, pause } = makePause(false);
  for (const wanted of [true, true, false]) pause.want(wanted);
  expect(did).toEqual(['not here']);
});
