import { useEffect, useMemo, useReducer, useRef } from 'react';
import type { GradeRun } from '../../../server/contract/grade.ts';
import { useColourRules } from '../state/colour-rules.ts';
import { commentsOf, useComments } from '../state/comments.ts';
import { pageConversations } from '../state/conversations.ts';
import { findingsOf, useFindings } from '../state/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { useReading } from '../state/reading.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { useTrace } from '../state/trace-store.ts';
import { type RecordFilter, recordFilter } from './record-filter.ts';
import { markersOf, RowModel } from './row-model.ts';
import { rulesNeed } from './rule-needs.ts';
import { TraceView } from './trace-view.ts';
import { useConversations } from './use-conversations.ts';
import { useWholeLog, type WholeLog } from './use-whole-log.ts';

/** Runs when the browser has drawn and heard its keys. */
function afterInput(work: () => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    work();
  };
  channel.port2.postMessage(undefined);
}

/** Names of the checks whose steps made a record. */
function checksOf(grade: GradeRun | undefined, seq: number): string[] {
  const made = ({ firstSeq, lastSeq }: { firstSeq: number; lastSeq: number }) => seq >= firstSeq && seq <= lastSeq;
  return grade?.checks.flatMap(({ id, steps }) => (steps.some(made) ? [id] : [])) ?? [];
}

/** A filter over the page's log. */
export const filterOverLog = (log: TraceLog, text: string): RecordFilter | undefined =>
  recordFilter(text, {
    record: (seq) => log.record(seq),
    checksOf: (seq) => checksOf(useLab.getState().grade, seq),
    findingsOf: (seq) => findingsOf(seq).map(({ kind }) => kind),
    commentsOf,
    conversations: pageConversations,
  });

export interface TraceRows {
  readonly log: TraceLog;
  readonly view: TraceView;
  readonly model: RowModel;
  /** Whether packets can be read: before that there are rows to count, and none to draw. */
  readonly canRead: boolean;
  /** Undefined when the page has the whole log. */
  readonly whole: WholeLog | undefined;
}

/** The rows of the list: the log through the filter, with what happened to the lab between them. */
export function useTraceRows(): TraceRows {
  const log = useTrace();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const mounted = useRef(true);
  const view = useMemo(
    () =>
      new TraceView({
        log,
        filterOf: (text) => filterOverLog(log, text),
        now: () => performance.now(),
        defer: (work) =>
          afterInput(() => {
            if (mounted.current) work();
          }),
        changed: () => {
          if (mounted.current) redraw();
        },
      }),
    [log],
  );
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const text = useTraceFilter((state) => state.good);
  const grade = useLab((state) => state.grade);
  const latestGrade = useRef(grade);
  // Before drawing, not after it: rows, counts and markers must be of one moment. Each does nothing the second time.
  view.update();
  view.setFilter(text);
  if (latestGrade.current !== grade) {
    latestGrade.current = grade;
    if (view.filter?.filter.needs.has('checks')) view.reconsider();
  }
  const comments = useComments((state) => state.bySeq);
  const latestComments = useRef(comments);
  if (latestComments.current !== comments) {
    latestComments.current = comments;
    if (view.filter?.filter.needs.has('comments')) view.reconsider();
  }
  const findings = useFindings((state) => state.bySeq);
  const latestFindings = useRef(findings);
  if (latestFindings.current !== findings) {
    latestFindings.current = findings;
    if (view.filter?.filter.needs.has('findings')) view.reconsider();
  }

  const rules = useColourRules((state) => state.rules);
  const canRead = useReading(log.ring.size > 0 || text !== '');
  const coloursNeed = useMemo(() => canRead && rulesNeed(rules, 'conversations'), [canRead, rules]);
  useConversations(log, coloursNeed || (view.filter?.filter.needs.has('conversations') ?? false), redraw);

  const found = view.filtered && !view.filtering && view.matched > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each filter that finds something is remembered
  useEffect(() => {
    if (found) useTraceFilter.getState().remember();
  }, [found, text]);

  const events = useLab((state) => state.events);
  const startedMs = useLab((state) => state.status?.startedMs ?? 0);
  const whole = useWholeLog(log, view, redraw);
  const { gaps } = log;
  const { filtered, unlisted } = view;
  const { keptFrom } = log.past;
  // Before this every record that the server keeps is a row.
  const rowsFrom = keptFrom === undefined || log.ring.size === 0 ? 0 : log.ring.at(log.ring.first).seq;
  // A filter chooses packets: what lies between all of them has no place between some.
  const markers = useMemo(
    () => (filtered ? [] : markersOf(events, gaps, startedMs, { from: rowsFrom, lost: (keptFrom ?? 1) - 1, unlisted })),
    [events, gaps, startedMs, filtered, rowsFrom, keptFrom, unlisted],
  );
  const model = new RowModel(view.matched, markers, (seq) => view.positionOf(seq + 1));
  return { log, view, model, canRead, whole };
}
