import { expect, test, vi } from 'vitest';
import { goToMoment, setMode, useMoment } from '../state/moment.ts';
import { traceStore } from '../state/trace-store.ts';
import { recordsOf } from '../trace/records.fixture.ts';

let asked = 0;
const moment = { atMs: 1, phase: 'running', switches: [], routers: [], hosts: [] };
vi.mock('./api.ts', () => ({
  api: {
    history: async () => {
      asked++;
      return { moments: [moment] };
    },
  },
}));
const { followHistory } = await import('./load-history.ts');

test('[SCRUB3] what the map showed is asked for when the past is entered, at most every two seconds, and forgotten with the lab', async () => {
  let nowMs = 0;
  const stop = followHistory('lab', () => nowMs);
  traceStore.take({ epochMs: 1, records: recordsOf(1, 9) });
  expect(asked).toBe(0);
  goToMoment(3_000);
  goToMoment(4_000);
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toBe(1);
  expect(useMoment.getState().history).toEqual([moment]);
  nowMs = 2_500;
  goToMoment(5_000);
  expect(asked).toBe(2);
  setMode('live');
  expect(asked).toBe(2);
  stop();
  expect(useMoment.getState()).toEqual({ atUs: undefined, playing: false, history: [] });
});
