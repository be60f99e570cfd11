import { afterEach, expect, test, vi } from 'vitest';
import { TraceBatchWriter } from '../../../bridge/packet/trace-batch.ts';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import { bareStatus, labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { marksOf, useMarks } from '../state/marks.ts';
import { useRecording } from '../state/recording.ts';
import { useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { TraceLog } from '../state/trace-log.ts';
import { enterBundle } from './bundle-session.ts';
import { ProblemError } from './problem.ts';

const detail: BundleDetail = {
  info: { id: 4, lab: 'made', title: 'Made', writtenMs: 5, records: 5, firstSeq: 11, lastSeq: 15 },
  content: {
    lab: labOf(1, 1, 1),
    status: bareStatus,
    events: [{ id: 1, atMs: 0, afterSeq: 11, level: 'info', text: 'Started', reason: '' }],
    rtables: [],
    build: { version: '1', commit: '', node: '20', platform: 'linux x64', parts: {} },
    seeds: { runtime: 1, faults: [] },
    terminals: [{ id: 'mininet', title: 'Network', text: 'mininet> ' }],
    view: { packet: 13, filter: 'arp', layout: 'debug', marked: '12,14-15' },
    writtenMs: 5,
  },
};

/** Records `from` to 15, two in a batch. */
function batchFrom(from: number): Uint8Array {
  const writer = new TraceBatchWriter();
  writer.begin(1000, ['sw0']);
  for (let seq = Math.max(from, 11); seq <= Math.min(15, Math.max(from, 11) + 1); seq++)
    writer.record(seq, seq, 2, 0, 1, 0, 0, 0, 0, 60, [], 0, new Uint8Array(60), 0, 60);
  return writer.finish();
}
const source = { detail: async () => detail, trace: async (_id: number, from: number) => batchFrom(from) };
const log = () => new TraceLog((draw) => draw());
afterEach(() => useLab.setState({ problem: undefined }));

test('[UI41] lab, events, every packet and the view of a recorded run are there, and nothing runs', async () => {
  const trace = log();
  const leave = enterBundle(4, trace, source);
  await vi.waitFor(() => expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 13 }));
  expect(useRecording.getState()).toEqual({ detail, loaded: 5 });
  expect([trace.ring.at(trace.ring.first).seq, trace.ring.lastSeq, trace.ring.size]).toEqual([11, 15, 5]);
  expect(useTraceFilter.getState().text).toBe('arp');
  expect([...marksOf(useMarks.getState(), trace.epochMs).marked]).toEqual([12, 14, 15]);
  const { id, status, events } = useLab.getState();
  // Without an id nothing asks a lab that may run under the same name.
  expect([id, status?.phase, events.length]).toEqual([undefined, 'stopped', 1]);
  leave();
  expect(useRecording.getState().detail).toBeUndefined();
  expect([trace.ring.size, useTraceFilter.getState().text, useLab.getState().detail]).toEqual([0, '', undefined]);
});

test('[UI41] a recorded run that the server does not have says so', async () => {
  const problem = { code: 'not-found', title: 'There is no such thing', status: 404, detail: 'There is no bundle 4.' };
  const leave = enterBundle(4, log(), { ...source, detail: async () => Promise.reject(new ProblemError(problem)) });
  await vi.waitFor(() => expect(useLab.getState().problem).toMatchObject({ detail: 'There is no bundle 4.' }));
  leave();
});

test('[UI41] who leaves before it is loaded gets nothing of it later', async () => {
  const trace = log();
  let answer: (value: BundleDetail) => void = () => undefined;
  const slow = { ...source, detail: () => new Promise<BundleDetail>((resolve) => (answer = resolve)) };
  enterBundle(4, trace, slow)();
  answer(detail);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([trace.ring.size, useLab.getState().detail, useRecording.getState().detail]).toEqual([
    0,
    undefined,
    undefined,
  ]);
});
