import { expect, test } from 'vitest';
import { bareProcess } from '../../../server/contract/status.fixture.ts';
import type { Chip, LabStatus, RouterProcess } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { chipNote, worstChip } from './readiness.ts';

const chip = (id: Chip['id'], state: Chip['state'], detail = ''): Chip => ({
  id,
  label: id,
  state,
  detail,
  sinceMs: 1_000,
});
const process: RouterProcess = { ...bareProcess, state: 'ended' };
const status = (own?: RouterProcess): LabStatus =>
  statusOf(labOf(1, 1, 1), own === undefined ? {} : { state: 'absent', process: own });

test('[UI15] a chip that waits shows for how long; one that is well shows nothing', () => {
  expect(chipNote(chip('router', 'waiting'), status(), 13_400)).toBe('0:12');
  expect(chipNote(chip('router', 'ok'), status(), 13_400)).toBe('');
  expect(chipNote(chip('hosts', 'idle'), status(), 13_400)).toBe('');
});

test('[UI15] a router that failed crashed by a signal or ended by itself; anything else failed', () => {
  const failed = chip('router', 'failed');
  expect(chipNote(failed, status({ ...process, signal: 'SIGSEGV' }), 0)).toBe('crashed');
  expect(chipNote(failed, status({ ...process, exitCode: 1 }), 0)).toBe('ended');
  expect(chipNote(failed, status({ ...process, signal: 'SIGTERM', stopped: true }), 0)).toBe('failed');
  expect(chipNote(chip('network', 'failed'), status({ ...process, signal: 'SIGSEGV' }), 0)).toBe('failed');
});

test('[UI15] failed is worse than waiting, waiting worse than idle', () => {
  const chips = [
    chip('network', 'ok'),
    chip('switch', 'idle'),
    chip('vns', 'waiting'),
    chip('router', 'failed', 'SIGSEGV'),
  ];
  expect(worstChip(chips)?.id).toBe('router');
  expect(worstChip(chips.slice(0, 3))?.id).toBe('vns');
  expect(worstChip(chips.slice(0, 1))).toBeUndefined();
});
