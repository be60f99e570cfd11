import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { enterLab } from './lab-session.ts';

beforeEach(() => {
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('[UI57] a lab that is opened has neither filter nor selection of the one before', () => {
  useTraceFilter.getState().setText('icmp');
  select({ kind: 'packet', seq: 5 });
  const leave = enterLab('other');
  expect([useTraceFilter.getState().text, useSelection.getState().current]).toEqual(['', undefined]);
  leave();
});
