import { describe, expect, test } from 'vitest';
import type { CheckResult, GradeRun } from '../../../server/contract/grade.ts';
import type { Check } from '../../../server/contract/lab.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { agoText, checksView, durationText, shownCheck, whyNotCheck } from './checks-view.ts';

const checks: Check[] = ['arp', 'ttl', 'web'].map((id, i) => ({
  id,
  title: `Check ${id}`,
  points: i + 1,
  requirement: `Must ${id}`,
  steps: [],
}));

function result(id: string, state: CheckResult['state'], score: number): CheckResult {
  const points = checks.find((check) => check.id === id)?.points ?? 0;
  return { id, title: `Check ${id}`, requirement: `Must ${id}`, points, score, state, durationMs: 3_140, steps: [] };
}
const runOf = (state: GradeRun['state'], ...results: CheckResult[]): GradeRun => ({
  lab: 'lab',
  state,
  startedMs: 1_000,
  score: 0,
  maxScore: 6,
  checks: results,
});

const ready: LabStatus = {
  ...bareStatus,
  routers: [{ name: 'r1', vhost: 'v', state: 'ready', peer: '', interfaces: [] }],
};
const nowMs = 43_000;

describe('[GRADE1] the list is the lab’s, in its order, with what is known of each', () => {
  test('before the first run', () => {
    const view = checksView(undefined, checks, ready, nowMs);
    expect(view.items.map(({ number, state, points, duration }) => [number, state, points, duration])).toEqual([
      [1, 'waiting', '– / 1', ''],
      [2, 'waiting', '– / 2', ''],
      [3, 'waiting', '– / 3', ''],
    ]);
    expect(view).toMatchObject({ scored: false, maxScore: 6, headline: '3 checks, not run yet', running: false });
  });

  test('while it runs', () => {
    const run = runOf('running', result('arp', 'passed', 1), result('ttl', 'running', 0), result('web', 'waiting', 0));
    const view = checksView(run, checks, ready, nowMs);
    expect(view.items.map(({ points, duration }) => [points, duration])).toEqual([
      ['1 / 1', '3.1 s'],
      ['– / 2', ''],
      ['– / 3', ''],
    ]);
    expect(view).toMatchObject({ running: true, score: 1, headline: 'Running check 2: Check ttl' });
    expect(view.progress).toBeCloseTo(1 / 3);
    expect(view.off).toBe('The checks are running.');
  });

  test('between two checks nothing is starting any more', () => {
    const run = runOf('running', result('arp', 'passed', 1), result('ttl', 'waiting', 0), result('web', 'waiting', 0));
    expect(checksView(run, checks, ready, nowMs).headline).toBe('Running the next check…');
    const begun = runOf('running', result('arp', 'waiting', 0), result('ttl', 'waiting', 0));
    expect(checksView(begun, checks, ready, nowMs).headline).toBe('Starting…');
  });

  test('after it', () => {
    const run = runOf('done', result('arp', 'passed', 1), result('ttl', 'failed', 0.5), result('web', 'error', 0));
    const view = checksView(run, checks, ready, nowMs);
    expect(view).toMatchObject({ score: 1.5, maxScore: 6, headline: '1 of 3 checks pass, run 42 s ago' });
    expect(view.failed).toEqual(['ttl', 'web']);
    expect(view.off).toBeUndefined();
  });

  test('stopped in the middle', () => {
    const run = runOf('stopped', result('arp', 'passed', 1), result('ttl', 'skipped', 0), result('web', 'waiting', 0));
    expect(checksView(run, checks, ready, nowMs).headline).toBe('1 of 3 checks pass, stopped, begun 42 s ago');
    expect(checksView(run, checks, ready, nowMs).items[1]?.duration).toBe('');
  });

  test('a run is shown even before the lab’s description has come', () => {
    const view = checksView(runOf('done', result('ttl', 'failed', 0)), [], ready, nowMs);
    expect(view.items.map(({ number, id }) => [number, id])).toEqual([[1, 'ttl']]);
  });
});

describe('[GRADE2] what cannot be run says why', () => {
  test.each([
    [undefined, 'The lab is not running.'],
    [{ ...ready, phase: 'stopped' as const }, 'The lab is not running.'],
    [{ ...ready, phase: 'starting' as const }, 'The lab is starting.'],
    [{ ...ready, phase: 'failed' as const }, 'The lab did not come up.'],
    [ready, undefined],
    [{ ...ready, routers: [] }, undefined],
  ])('%#', (status, expected) => {
    expect(whyNotCheck(status)).toBe(expected);
  });

  test('a router that is missing is named, with its port', () => {
    const [router] = ready.routers;
    if (!router) throw new Error('no router');
    expect(whyNotCheck({ ...ready, routers: [{ ...router, state: 'absent' }] })).toBe(
      'No router is connected; r1 is awaited on port 8888.',
    );
    expect(whyNotCheck({ ...ready, routers: [router, { ...router, name: 'r2', state: 'parked' }] })).toBe(
      'The router r2 is connected, but has not got its interfaces yet.',
    );
  });
});

describe('[GRADE3] one check is shown', () => {
  const run = runOf('done', result('arp', 'passed', 1), result('ttl', 'failed', 0), result('web', 'passed', 3));
  const view = checksView(run, checks, ready, nowMs);
  test('the chosen one', () => expect(shownCheck(view, 'web')?.id).toBe('web'));
  test('else the first that failed', () => expect(shownCheck(view, undefined)?.id).toBe('ttl'));
  test('else the first', () => expect(shownCheck(checksView(undefined, checks, ready, nowMs), 'gone')?.id).toBe('arp'));
});

test('[GRADE1] times as a person says them', () => {
  expect([40, 200, 12_340, 65_000].map(durationText)).toEqual(['40 ms', '0.2 s', '12.3 s', '1 min 5 s']);
  expect([-5, 4_000, 42_000, 61_000, 7_300_000].map(agoText)).toEqual([
    'just now',
    'just now',
    '42 s ago',
    '1 min ago',
    '2 h ago',
  ]);
});
