import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { goToMoment, setMode } from '../state/moment.ts';
import { traceStore } from '../state/trace-store.ts';
import { recordsOf } from '../trace/records.fixture.ts';

const asked: number[] = [];
vi.mock('../session/api.ts', () => ({
  api: {
    pastScreen: async (_lab: string, _id: string, atMs: number) => {
      asked.push(atMs);
      return { state: atMs < 1003 ? 'early' : 'kept', screen: 'was here', cols: 80, rows: 24 };
    },
  },
}));
vi.mock('@xterm/xterm', () => ({
  Terminal: class {
    open() {}
    reset() {}
    resize() {}
    write() {}
    dispose() {}
  },
}));
const { PastScreen, wallTime } = await import('./past-screen.tsx');

afterEach(() => setMode('live'));

test('[SCRUB5] a terminal shows its screen of the moment, with the time, and says when there is none', async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  traceStore.take({ epochMs: 1000, records: recordsOf(1, 9) });
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () => root.render(<PastScreen lab="lab" id="mininet" />));
  expect(host.textContent).toBe('');
  await act(async () => goToMoment(5_000));
  await act(async () => goToMoment(5_120));
  await act(async () => vi.advanceTimersByTimeAsync(200));
  expect(asked).toEqual([1005.12]);
  expect(host.textContent).toBe(`as of ${wallTime(1005.12)}`);
  await act(async () => goToMoment(2_000));
  await act(async () => vi.advanceTimersByTimeAsync(200));
  expect(host.textContent).toContain('was not there yet');
  await act(async () => setMode('live'));
  expect(host.textContent).toBe('');
  vi.useRealTimers();
  await act(async () => root.unmount());
});

test('[SCRUB5] the time is told to the millisecond', () => {
  expect(wallTime(new Date(2026, 0, 2, 12, 3, 4, 120).getTime())).toBe('12:03:04.120');
});
