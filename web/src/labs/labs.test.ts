import { expect, test } from 'vitest';
import type { LabEntry, RuntimeInfo } from '../../../server/contract/rest.ts';
import type { RuntimeKind } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { defaultText, firstRuntime, runtimeOffers } from './runtime-choice.tsx';
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

const needsRoot = 'Mininet needs root.';
const runtimesWith = (mininet: boolean, emulated = true): RuntimeInfo[] => [
  { kind: 'mininet', available: mininet, notes: mininet ? [] : [needsRoot] },
  { kind: 'emulated', available: emulated, notes: [] },
];
const byDefault = (kind: RuntimeKind, why = 'It can run here.') => ({ kind, why });

test('[UI21] the runtime offered first: the last one if it still runs here, else the default, else what there is', () => {
  const first = (runtimes: RuntimeInfo[], last: RuntimeKind | undefined, standard: RuntimeKind) =>
    firstRuntime(runtimeOffers(runtimes, [], byDefault(standard)), last);
  expect(first(runtimesWith(true), 'emulated', 'mininet')).toBe('emulated');
  expect(first(runtimesWith(true, false), 'emulated', 'mininet')).toBe('mininet');
  expect(first(runtimesWith(true), undefined, 'emulated')).toBe('emulated');
  expect(first(runtimesWith(false), 'mininet', 'mininet')).toBe('emulated');
  expect(first(runtimesWith(false, false), 'mininet', 'mininet')).toBeUndefined();
});

test('[UI28] a runtime that lacks something for this lab is off with its reasons, and another one is offered', () => {
  const reasons = ['The link h1–sw0 needs delay, and this kernel has no netem.'];
  const lacks = [
    { kind: 'mininet' as const, reasons },
    { kind: 'emulated' as const, reasons: [] },
  ];
  const offers = runtimeOffers(runtimesWith(true), lacks, byDefault('mininet'));
  expect(offers.map(({ kind, state, notes }) => [kind, state, notes])).toEqual([
    ['mininet', 'lacks', reasons],
    ['emulated', 'available', []],
  ]);
  expect(firstRuntime(offers, 'mininet')).toBe('emulated');
  // That it cannot run at all comes first: its reasons would be there anyway.
  expect(runtimeOffers(runtimesWith(false), lacks, byDefault('emulated'))[0]).toMatchObject({
    state: 'not here',
    notes: [needsRoot],
  });
});

test('[UI28] why the default is the default is said once', () => {
  expect(defaultText(runtimesWith(true), byDefault('mininet'))).toBe('Mininet is the default. It can run here.');
  expect(defaultText(runtimesWith(false), byDefault('emulated', needsRoot))).toBe(
    'Emulated is the default: Mininet cannot run here.',
  );
  expect(defaultText(runtimesWith(true), byDefault('emulated', 'The server was started with it.'))).toBe(
    'Emulated is the default. The server was started with it.',
  );
  expect(defaultText([], undefined)).toBeUndefined();
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
