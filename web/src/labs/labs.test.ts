import { expect, test } from 'vitest';
import type { LabEntry, RuntimeInfo } from '../../../server/contract/rest.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { firstRuntime } from './lab-panel.tsx';
import { drawThumb } from './thumb.tsx';
import { findLabs, isFinished } from './use-catalogue.ts';

const entry = (id: string, more: Partial<LabEntry> = {}): LabEntry => ({
  id,
  title: id,
  summary: 'Longest prefix match',
  description: '',
  hours: 1,
  topics: ['TTL'],
  checks: 2,
  points: 10,
  score: null,
  status: { ...statusOf(labOf(1, 1, 1)), phase: 'stopped' },
  ...more,
});
const running = statusOf(labOf(1, 1, 1));

test('[UI21] all words must be found, in title, summary or topics', () => {
  const labs = [entry('router'), entry('switch', { summary: 'Learns addresses', topics: ['Flow entry'] })];
  const ids = (text: string) => findLabs(labs, text, 'all').map(({ id }) => id);
  expect(ids('')).toEqual(['router', 'switch']);
  expect(ids('prefix ttl')).toEqual(['router']);
  expect(ids('FLOW switch')).toEqual(['switch']);
  expect(ids('prefix flow')).toEqual([]);
});

test('[UI21] the shelves: started runs or has a score, finished has all points', () => {
  const labs = [
    entry('new'),
    entry('runs', { status: running }),
    entry('part', { score: 4 }),
    entry('all', { score: 10 }),
    entry('ungraded', { score: 0, points: 0 }),
  ];
  const ids = (shelf: 'started' | 'finished') => findLabs(labs, '', shelf).map(({ id }) => id);
  expect(ids('started')).toEqual(['runs', 'part', 'all', 'ungraded']);
  expect(ids('finished')).toEqual(['all']);
  expect(isFinished(entry('none'))).toBe(false);
});

test('[UI21] the runtime offered first: the last one if it still runs here, else Mininet, else what there is', () => {
  const runtimes = (mininet: boolean, emulated: boolean): RuntimeInfo[] => [
    { kind: 'emulated', available: emulated, notes: [] },
    { kind: 'mininet', available: mininet, notes: [] },
  ];
  expect(firstRuntime(runtimes(true, true), 'emulated')).toBe('emulated');
  expect(firstRuntime(runtimes(true, false), 'emulated')).toBe('mininet');
  expect(firstRuntime(runtimes(true, true), undefined)).toBe('mininet');
  expect(firstRuntime(runtimes(false, true), 'mininet')).toBe('emulated');
  expect(firstRuntime(runtimes(false, false), 'mininet')).toBeUndefined();
});

test('[UI22] the picture has every node and every link, inside its frame', () => {
  for (const [hosts, switches, routers] of [
    [3, 1, 1],
    [3, 1, 0],
    [2, 2, 2],
  ] as const) {
    const lab = labOf(hosts, switches, routers);
    const drawing = drawThumb(lab);
    expect([drawing.hosts.length, drawing.switches.length, drawing.routers.length]).toEqual([
      hosts * switches,
      switches,
      routers,
    ]);
    expect(drawing.lines).toHaveLength(lab.links.length + routers);
    for (const { x, y } of [...drawing.hosts, ...drawing.switches, ...drawing.routers])
      expect([x > 0 && x < 230, y > 0 && y < 108]).toEqual([true, true]);
  }
});
