import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { beginComment, useCommentDraft } from '../state/comments.ts';
import { followStream, useFollowed } from '../state/followed.ts';
import { useLab } from '../state/lab-store.ts';
import { type Selection, select, useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { enterLab } from './lab-session.ts';

const packet: Selection = { kind: 'packet', seq: 5 };
const node: Selection = { kind: 'node', name: 'client' };
const run = (startedMs: number, phase: 'running' | 'stopped' = 'running') =>
  useLab.setState({ status: { ...bareStatus, phase, startedMs } });
/** What names records by their numbers. */
const named = () => [
  useSelection.getState().current,
  useFollowed.getState().seq,
  useCommentDraft.getState().draft?.seq,
];
const name = () => {
  select(packet);
  followStream(7);
  beginComment(8);
};

beforeEach(() => {
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('[UI57] a lab that is opened has nothing of the one before: filter, selection, stream, comment', () => {
  useTraceFilter.getState().setText('icmp');
  name();
  const leave = enterLab('other');
  expect([useTraceFilter.getState().text, ...named()]).toEqual(['', undefined, 0, undefined]);
  leave();
});

test('[UI58] another run forgets what names packets of the one before; the same run, and nodes, are kept', () => {
  const leave = enterLab('lab');
  run(1_000);
  select(node);
  name();
  run(1_000);
  run(1_000, 'stopped');
  expect(named()).toEqual([packet, 7, 8]);
  run(2_000);
  expect(named()).toEqual([undefined, 0, undefined]);
  useSelection.getState().back();
  expect(useSelection.getState().current).toEqual(node);
  useSelection.getState().forward();
  expect(useSelection.getState().current).toBeUndefined();
  select(node);
  run(3_000);
  expect(useSelection.getState().current).toEqual(node);
  leave();
});
