import { expect, test } from 'vitest';
import { bareProcess } from '../../../server/contract/status.fixture.ts';
import type { RouterProcess } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { routerAsks } from './router-asks.ts';

const lab = labOf(1, 1, 1);

test('[UI27] without a router since the start, the router pane asks for one; a lab without routers never does', () => {
  const waiting = statusOf(lab, { state: 'absent' });
  expect(routerAsks(waiting)).toBe('none since 0');
  expect(routerAsks({ ...waiting, startedMs: 5 })).toBe('none since 5');
  expect(routerAsks({ ...waiting, phase: 'starting' })).toBeUndefined();
  expect(routerAsks(statusOf(lab, { state: 'ready' }))).toBeUndefined();
  expect(routerAsks({ ...waiting, routers: [] })).toBeUndefined();
});

test('[UI27] a router that ended by itself asks once a process; one that was stopped, or is starting, does not', () => {
  const ended = (more: Partial<RouterProcess>) =>
    routerAsks(statusOf(lab, { state: 'absent', process: { ...bareProcess, state: 'ended', ...more } }));
  expect(ended({ signal: 'SIGSEGV' })).toBe(ended({ signal: 'SIGSEGV' }));
  expect(ended({ signal: 'SIGSEGV', pid: 8 })).not.toBe(ended({ signal: 'SIGSEGV' }));
  expect(ended({ stopped: true })).toBeUndefined();
  expect(routerAsks(statusOf(lab, { state: 'absent', process: bareProcess }))).toBeUndefined();
});
