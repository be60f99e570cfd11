import { afterEach, expect, test } from 'vitest';
import { TraceBatchWriter } from '../../../bridge/packet/trace-batch.ts';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import type { GradeRun } from '../../../server/contract/grade.ts';
import type { LabMoment } from '../../../server/contract/moments.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { type FaultInfo, useInterventions } from '../state/interventions.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { marksOf, useMarks } from '../state/marks.ts';
import { useMoment } from '../state/moment.ts';
import { useRecording, whyReadOnly } from '../state/recording.ts';
import { useSelection } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { TraceLog } from '../state/trace-log.ts';
import { enterBundle } from './bundle-session.ts';
import { ProblemError } from './problem.ts';

const terminal = (id: string) => ({ id, title: id, kind: 'host', state: 'running', busy: true }) as const;
const moment = { atMs: 3, phase: 'running', switches: [], routers: [], hosts: [] } satisfies LabMoment;
const grade: GradeRun = { lab: 'made', state: 'done', startedMs: 1, score: 1, maxScore: 2, checks: [] };
const fault: FaultInfo = {
  id: 'f1',
  where: { kind: 'controller', direction: 'both' },
  what: { kind: 'lose' },
  which: { filter: 'arp' },
  seed: 3,
  when: { afterMs: 0, forMs: 0 },
  state: 'over',
  matched: 2,
  affected: 1,
  lastSeq: 12,
  waiting: 0,
};
const detail: BundleDetail = {
  info: {
    id: 4,
    lab: 'made',
    title: 'Made',
    writtenMs: 5,
    name: 'run.gz',
    bytes: 9,
    importedMs: 7,
    records: 5,
    firstSeq: 11,
    lastSeq: 15,
  },
  content: {
    lab: labOf(1, 1, 1),
    status: { ...bareStatus, terminals: [terminal('mininet'), terminal('lost')] },
    guide: '# Guide',
    moments: [moment],
    grade,
    interventions: {
      breakpoints: { breakpoints: [], stopRouter: false, holdMs: 1000, capacity: 1 },
      faults: [fault],
    },
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

test('[UI41] [UI43] lab, events, every packet and the view of a recorded run are there, under an id of its own', async () => {
  const trace = log();
  const leave = enterBundle(4, trace, source);
  await expect.poll(() => useSelection.getState().current).toEqual({ kind: 'packet', seq: 13 });
  expect(useRecording.getState()).toEqual({ detail, loaded: 5 });
  expect([trace.ring.at(trace.ring.first).seq, trace.ring.lastSeq, trace.ring.size]).toEqual([11, 15, 5]);
  expect(useTraceFilter.getState().text).toBe('arp');
  expect([...marksOf(useMarks.getState(), trace.epochMs).marked]).toEqual([12, 14, 15]);
  const { id, status, events } = useLab.getState();
  // Another id than the lab's: nothing asks a lab that may run under the same name.
  expect([id, status?.phase, events.length]).toEqual(['bundle:4', 'running', 1]);
  expect(status?.terminals.map((terminal) => terminal.id)).toEqual(['mininet']);
  expect(useMoment.getState().history).toEqual([moment]);
  expect(useInterventions.getState().faults).toEqual([fault]);
  expect(useLab.getState().grade).toEqual(grade);
  expect(useLab.getState().detail?.guide).toBe('# Guide');
  expect(whyReadOnly()).toBe('This is a recorded run: it is only looked at.');
  leave();
  expect(useRecording.getState().detail).toBeUndefined();
  expect([trace.ring.size, useTraceFilter.getState().text, useLab.getState().detail]).toEqual([0, '', undefined]);
  expect([useMoment.getState().history, useInterventions.getState().faults, whyReadOnly()]).toEqual([
    [],
    [],
    undefined,
  ]);
});

test('[UI41] a recorded run that the server does not have says so', async () => {
  const problem = { code: 'not-found', title: 'There is no such thing', status: 404, detail: 'There is no bundle 4.' };
  const leave = enterBundle(4, log(), { ...source, detail: async () => Promise.reject(new ProblemError(problem)) });
  await expect.poll(() => useLab.getState().problem).toMatchObject({ detail: 'There is no bundle 4.' });
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
