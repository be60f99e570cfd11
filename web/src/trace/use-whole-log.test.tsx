import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { useFindings } from '../state/findings.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordFilter } from './record-filter.ts';
import { recordsOf } from './records.fixture.ts';
import { TraceView } from './trace-view.ts';
import { useWholeLog } from './use-whole-log.ts';

const nothing = () => {};
const viewOf = (log: TraceLog): TraceView =>
  new TraceView({
    log,
    filterOf: (text) =>
      recordFilter(text, { record: (seq) => log.record(seq), checksOf: () => [], commentsOf: () => [] }),
    now: () => 0,
    defer: (work) => work(),
    changed: nothing,
  });
const seqsOf = (view: TraceView) => Array.from({ length: view.matched }, (_, i) => view.seqAt(i));

function Whole({ log, view }: { log: TraceLog; view: TraceView }) {
  return <p data-testid="whole">{JSON.stringify(useWholeLog(log, view, nothing) ?? null)}</p>;
}
const shown = (): unknown => JSON.parse(document.querySelector('[data-testid="whole"]')?.textContent ?? 'null');

/** A server that keeps everything from #2 on; even numbers pass, three in one answer. */
function answering(questions: unknown[]): void {
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    if (path.endsWith('/kept')) return new Response(JSON.stringify({ firstSeq: 2, nextSeq: 411 }));
    const { fromSeq, backwards } = JSON.parse(body);
    questions.push([fromSeq, backwards]);
    if (!backwards)
      return new Response(JSON.stringify({ seqs: [412], matched: 1, total: 415, scannedTo: 415, isComplete: true }));
    const seqs: number[] = [];
    let scannedTo = fromSeq;
    for (let seq = fromSeq; seq >= 2 && seqs.length < 3; seq--) {
      if (seq % 2 === 0 && (seq > 400 || seq < 8)) seqs.push(seq);
      scannedTo = seq;
    }
    const answer = { seqs, matched: seqs.length, total: 409, scannedTo, isComplete: scannedTo === 2 };
    return new Response(JSON.stringify(answer));
  });
}

async function showing(log: TraceLog, run: (view: TraceView) => Promise<void>): Promise<void> {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  useLab.setState({ id: 'simple-router', status: statusOf(labOf(1, 1, 1)) });
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  const view = viewOf(log);
  await act(async () => root.render(<Whole log={log} view={view} />));
  await run(view);
  await act(async () => root.unmount());
  host.remove();
}
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  useTraceFilter.getState().clear();
});

test('[TRACE18] what the page does not have is searched by the server, newest first, and again for what was missed since', async () => {
  const questions: unknown[] = [];
  answering(questions);
  const log = new TraceLog(nothing);
  log.take({ epochMs: 1, records: recordsOf(400, 410) });
  await showing(log, async (view) => {
    const filter = 'lab.seq in {2, 4, 6, 402, 404, 406, 408, 410, 412}';
    view.setFilter(filter);
    await act(async () => useTraceFilter.getState().setText(filter));
    expect(seqsOf(view)).toEqual([402, 404, 406, 408, 410]);
    await act(async () => vi.advanceTimersByTimeAsync(450));
    expect(seqsOf(view)).toEqual([2, 4, 6, 402, 404, 406, 408, 410]);
    expect(shown()).toEqual({ lost: 1, isCut: false, isComplete: true });
    expect(questions).toEqual([
      [410, true],
      [405, true],
      [5, true],
    ]);
    // Nothing came, nothing is asked; then a gap is.
    await act(async () => vi.advanceTimersByTimeAsync(5_100));
    expect(questions).toHaveLength(3);
    log.take({ epochMs: 1, records: recordsOf(414, 415) });
    await act(async () => vi.advanceTimersByTimeAsync(5_100));
    expect(seqsOf(view)).toContain(412);
    expect(questions.slice(3)).toEqual([[411, false]]);
    await act(async () => useTraceFilter.getState().clear());
    expect(log.past.keptFrom).toBe(2);
    await act(async () => useLab.setState({ status: undefined }));
    expect(shown()).toBeNull();
    expect(log.past.keptFrom).toBeUndefined();
  });
});

test('[TRACE90] rows that a finding chose stay when more is found, and are searched anew with the next search', async () => {
  const questions: unknown[] = [];
  let passing = [3, 7];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    if (path.endsWith('/kept')) return new Response(JSON.stringify({ firstSeq: 2, nextSeq: 411 }));
    const { fromSeq, backwards } = JSON.parse(body);
    questions.push([fromSeq, backwards]);
    const answer = { matched: passing.length, total: 409, scannedTo: 2, isComplete: true };
    return new Response(JSON.stringify({ seqs: passing, ...answer }));
  });
  const log = new TraceLog(nothing);
  log.take({ epochMs: 1, records: recordsOf(400, 410) });
  await showing(log, async (view) => {
    view.setFilter('lab.finding');
    await act(async () => useTraceFilter.getState().setText('lab.finding'));
    await act(async () => vi.advanceTimersByTimeAsync(450));
    expect(seqsOf(view)).toEqual([3, 7]);
    await act(async () => vi.advanceTimersByTimeAsync(5_100));
    expect(questions).toEqual([[410, true]]);
    passing = [7, 9];
    await act(async () => useFindings.setState({ bySeq: new Map() }));
    view.reconsider();
    expect(seqsOf(view)).toEqual([3, 7]);
    await act(async () => vi.advanceTimersByTimeAsync(5_100));
    expect(questions).toEqual([
      [410, true],
      [410, true],
    ]);
    expect(seqsOf(view)).toEqual([7, 9]);
  });
});

test('[TRACE18] a page that has the whole log asks nobody', async () => {
  const questions: unknown[] = [];
  answering(questions);
  const log = new TraceLog(nothing);
  log.take({ epochMs: 1, records: recordsOf(1, 10) });
  await showing(log, async () => {
    await act(async () => useTraceFilter.getState().setText('icmp'));
    await act(async () => vi.advanceTimersByTimeAsync(10_000));
    expect(questions).toEqual([]);
  });
});
