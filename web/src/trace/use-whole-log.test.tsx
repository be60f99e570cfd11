import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordsOf } from './records.fixture.ts';
import { useWholeLog } from './use-whole-log.ts';

function Count({ log }: { log: TraceLog }) {
  return <p data-testid="whole">{JSON.stringify(useWholeLog(log) ?? null)}</p>;
}
const shown = (): unknown => JSON.parse(document.querySelector('[data-testid="whole"]')?.textContent ?? 'null');

/** The server has 500 records; each answer comes as far as asked. */
function answering(questions: unknown[]): void {
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    const question = JSON.parse(body);
    questions.push([path, question.filter, question.fromSeq]);
    const isComplete = question.fromSeq > 0;
    const answer = {
      seqs: [],
      matched: isComplete ? 5 : 20,
      total: 500,
      scannedTo: isComplete ? 500 : 300,
      isComplete,
    };
    return new Response(JSON.stringify(answer), { status: 200 });
  });
}

async function showing(log: TraceLog, run: () => Promise<void>): Promise<void> {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  useLab.setState({ id: 'simple-router', status: statusOf(labOf(1, 1, 1)) });
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () => root.render(<Count log={log} />));
  await run();
  await act(async () => root.unmount());
  host.remove();
}
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  useTraceFilter.getState().clear();
});

test('[TRACE18] what the page does not have is counted by the server, answer after answer, and again later', async () => {
  const questions: unknown[] = [];
  answering(questions);
  const log = new TraceLog(() => {});
  log.take({ epochMs: 1, records: recordsOf(400, 410) });
  await showing(log, async () => {
    await act(async () => useTraceFilter.getState().setText('icmp'));
    expect(shown()).toBeNull();
    await act(async () => vi.advanceTimersByTimeAsync(450));
    expect(shown()).toEqual({ matched: 25, total: 500, isComplete: true });
    const path = '/api/labs/simple-router/workbench/trace/find';
    expect(questions).toEqual([
      [path, 'icmp', 0],
      [path, 'icmp', 301],
    ]);
    await act(async () => vi.advanceTimersByTimeAsync(5_100));
    expect(questions.length).toBe(4);
    await act(async () => useTraceFilter.getState().clear());
    expect(shown()).toBeNull();
  });
});

test('[TRACE18] a page that has the whole log asks nobody', async () => {
  const questions: unknown[] = [];
  answering(questions);
  const log = new TraceLog(() => {});
  log.take({ epochMs: 1, records: recordsOf(1, 10) });
  await showing(log, async () => {
    await act(async () => useTraceFilter.getState().setText('icmp'));
    await act(async () => vi.advanceTimersByTimeAsync(10_000));
    expect(questions).toEqual([]);
  });
});
