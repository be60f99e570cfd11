import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabEvent } from '../../../server/contract/status.ts';
import { Announcer } from './announce.ts';
import { addEvent } from './lab-store.ts';
import { dismiss, notify, useNotices } from './notices.ts';
import { isThemeChoice, resolveTheme } from './preferences.ts';
import { navigate, parseRoute, useRoute } from './route.ts';
import { keepStart, lastStart, readStart } from './start-choice.ts';
import { clockOf, durationOf, microsOf, plural } from './text.ts';

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

test('[UI1] the address names the view', () => {
  expect(parseRoute('/')).toEqual({ view: 'labs' });
  expect(parseRoute('/lab/simple-router')).toEqual({ view: 'lab', id: 'simple-router' });
  expect(parseRoute('/lab/simple-router/')).toEqual({ view: 'lab', id: 'simple-router' });
  expect(parseRoute('/lab/Nope!')).toEqual({ view: 'unknown', path: '/lab/Nope!' });
});

test('[UI1] going somewhere keeps the switches of the address line', () => {
  history.replaceState(null, '', '/?renderer=dom&motion=0');
  navigate('/lab/simple-router');
  expect(location.pathname + location.search).toBe('/lab/simple-router?renderer=dom&motion=0');
  expect(useRoute.getState().route).toEqual({ view: 'lab', id: 'simple-router' });
});

test('[UI11] the theme: a choice, else the system, contrast before colour', () => {
  const system =
    (...true_: string[]) =>
    (query: string) =>
      true_.some((each) => query.includes(each));
  expect(resolveTheme('light', system('contrast'))).toBe('light');
  expect(resolveTheme('system', system('contrast', 'light'))).toBe('contrast');
  expect(resolveTheme('system', system('light'))).toBe('light');
  expect(resolveTheme('system', system())).toBe('dark');
  expect([isThemeChoice('system'), isThemeChoice('sepia'), isThemeChoice(null)]).toEqual([true, false, false]);
});

test('[UI13] how a lab was started is kept, and read only if it is such a choice', () => {
  keepStart('simple-router', {
    runtime: 'mininet',
    router: { kind: 'command', argv: ['./sr', '-p', '8888'], cwd: '/r' },
  });
  expect(lastStart('simple-router')).toEqual({
    runtime: 'mininet',
    router: { kind: 'command', argv: ['./sr', '-p', '8888'], cwd: '/r' },
  });
  expect(lastStart('another')).toBeUndefined();
  localStorage.setItem('patchbay.start.broken', '{');
  expect(lastStart('broken')).toBeUndefined();
  expect(readStart({ router: { kind: 'command', argv: [1], cwd: '/' } })).toBeUndefined();
  expect(readStart({ runtime: 'cloud', router: { kind: 'network' } })).toEqual({ router: { kind: 'network' } });
});

test('[UI14] at most one sentence in 1.5 s, and what is left out is counted', () => {
  const said: string[] = [];
  const announcer = new Announcer(({ text }) => said.push(text));
  for (let n = 1; n <= 8; n++) announcer.announce(`event ${n}`);
  expect(said).toEqual(['event 1']);
  vi.advanceTimersByTime(1_500);
  expect(said).toEqual(['event 1', 'event 2']);
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual(['event 1', 'event 2', 'event 3', 'event 4', 'event 5', '3 more events in the log.']);
  announcer.announce('later');
  expect(said.at(-1)).toBe('later');
  announcer.close();
});

test('[UI18] a notice stays until it is closed, and the same one is not stacked', () => {
  notify({ title: 'Too much at once', detail: '70000 bytes' });
  notify({ title: 'Too much at once', detail: '70000 bytes' });
  notify({ title: 'Another', detail: '' });
  const { notices } = useNotices.getState();
  expect(notices.map(({ title }) => title)).toEqual(['Too much at once', 'Another']);
  for (const { id } of notices) dismiss(id);
  expect(useNotices.getState().notices).toEqual([]);
});

test('[UI6] events heard twice are known once, in order', () => {
  const event = (id: number): LabEvent => ({ id, atMs: 0, afterSeq: 0, level: 'info', text: `${id}`, reason: '' });
  const events = [3, 1, 2, 3].reduce<readonly LabEvent[]>((known, id) => addEvent(known, event(id)), []);
  expect(events.map(({ id }) => id)).toEqual([1, 2, 3]);
  let many: readonly LabEvent[] = [];
  for (let id = 1; id <= 250; id++) many = addEvent(many, event(id));
  expect([many.length, many[0]?.id]).toEqual([200, 51]);
});

test('[UI24] figures have units a person reads', () => {
  expect([clockOf(12_400), clockOf(75_000), clockOf(-5)]).toEqual(['0:12', '1:15', '0:00']);
  expect([durationOf(400), durationOf(12_000), durationOf(134_000), durationOf(11_100_000)]).toEqual([
    '0.4 s',
    '12 s',
    '2 min 14 s',
    '3 h 5 min',
  ]);
  expect([microsOf(86), microsOf(1150), microsOf(45_300)]).toEqual(['86 µs', '1.15 ms', '45.3 ms']);
  expect([plural(1, 'check'), plural(1204, 'point')]).toEqual(['1 check', '1,204 points']);
});
