import { expect, test } from 'vitest';
import type { LabStatus, TerminalInfo } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { whyNotRun } from './run-command.ts';

const mininet: TerminalInfo = { id: 'mininet', title: 'mininet', kind: 'mininet', state: 'running', busy: false };
const status = (terminals: TerminalInfo[], more: Partial<LabStatus> = {}): LabStatus => ({
  ...statusOf(labOf(1, 1, 1)),
  terminals,
  ...more,
});

test('[UI17] commands are off while the terminal cannot take them, and say why', () => {
  expect(whyNotRun(status([mininet]))).toBeUndefined();
  expect(whyNotRun(status([{ ...mininet, busy: true }]))).toMatch(/busy with another command/);
  expect(whyNotRun(status([{ ...mininet, state: 'ended' }]))).toMatch(/has ended/);
  expect(whyNotRun(status([]))).toMatch(/not up yet/);
  expect(whyNotRun(status([mininet], { phase: 'starting' }))).toMatch(/starting/);
  expect(whyNotRun(status([mininet], { phase: 'stopped' }))).toMatch(/not running/);
  expect(whyNotRun(undefined)).toMatch(/not running/);
});
