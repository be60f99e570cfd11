import { beforeEach, expect, test } from 'vitest';
import { recordsOf } from '../trace/records.fixture.ts';
import { labOf, statusOf } from './lab.fixture.ts';
import { goToMoment, modeOf, setMode, statusAt, stepMoment, useMoment } from './moment.ts';
import { traceStore } from './trace-store.ts';

const at = () => useMoment.getState().atUs;
beforeEach(() => {
  traceStore.reset();
  useMoment.setState({ atUs: undefined, playing: false, history: [] });
  traceStore.take({ epochMs: 1, records: recordsOf(1, 10) });
});

test('[SCRUB1] a moment lies within what is kept; the trace stands still until one is back to live', () => {
  goToMoment(4_500);
  expect([at(), traceStore.paused]).toEqual([4_500, true]);
  goToMoment(99_000);
  expect(at()).toBe(10_000);
  goToMoment(-1);
  expect(at()).toBe(1_000);
  setMode('live');
  expect([at(), traceStore.paused]).toEqual([undefined, false]);
  traceStore.reset();
  goToMoment(5);
  expect(at()).toBeUndefined();
});

test('[SCRUB1] steps go from record to record', () => {
  stepMoment(-1);
  expect(at()).toBe(9_000);
  goToMoment(4_500);
  stepMoment(1);
  expect(at()).toBe(5_000);
  stepMoment(-1);
  expect(at()).toBe(4_000);
  stepMoment(-100);
  expect(at()).toBe(1_000);
});

test('[SCRUB2] live, paused and replay: a replay of what is live starts at the beginning', () => {
  const mode = () => modeOf(useMoment.getState(), traceStore.paused);
  expect(mode()).toBe('live');
  setMode('paused');
  expect([mode(), at()]).toEqual(['paused', 10_000]);
  setMode('replay');
  expect([mode(), at()]).toEqual(['replay', 1_000]);
  goToMoment(3_000);
  setMode('paused');
  setMode('replay');
  expect(at()).toBe(3_000);
  setMode('live');
  traceStore.pause();
  expect(mode()).toBe('paused');
});

test('[SCRUB3] the map’s state is that of the moment; before everything known nothing was there', () => {
  const status = statusOf(labOf(1, 1, 1));
  const { phase, switches, routers, hosts } = status;
  const away = { phase, switches: switches.map((each) => ({ ...each, connected: false })), routers, hosts };
  const history = [
    { atMs: 100, ...away },
    { atMs: 200, phase, switches, routers, hosts },
  ];
  expect(statusAt(status, history, 150).switches[0]?.connected).toBe(false);
  expect(statusAt(status, history, 250).switches[0]?.connected).toBe(true);
  const before = statusAt(status, history, 50);
  expect([before.switches[0]?.connected, before.routers[0]?.state, before.hosts[0]?.ready]).toEqual([
    false,
    'absent',
    false,
  ]);
});
