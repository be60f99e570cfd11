import { useEffect, useState } from 'react';
import { api } from '../session/api.ts';
import { useComments } from '../state/comments.ts';
import { useFindings } from '../state/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import type { TraceView } from './trace-view.ts';

/** What of the server's log is not in the page's ring. */
export interface WholeLog {
  /** Records that the server does not keep any more. */
  readonly lost: number;
  /** The filter found more than can be rows: the newest of them are. */
  readonly isCut: boolean;
  /** False while a filter is still being evaluated over the server's log. */
  readonly isComplete: boolean;
}

/** Rest after a key before the server is asked, and between two questions about a log that grows, milliseconds. */
const restMs = 400;
const againMs = 5_000;
/** Numbers in one answer. */
const mostAtOnce = 10_000;
/** One name a page: a newer question of it ends the older one. */
const asker = `page-${Math.random().toString(36).slice(2)}`;

/** Whether the server's log has records that this page does not: only then is there something to ask. */
const isPart = ({ ring, missing }: TraceLog): boolean => missing > 0 || (ring.size > 0 && ring.at(ring.first).seq > 1);

/** The lab that can be asked about records, undefined when none can. */
export const useAskableLab = (): string | undefined =>
  useLab((state) => (state.status?.phase === 'running' ? state.id : undefined));

/**
 * Lets the list have what only the server has (TRACE18, TRACE90): how far back its log goes, and while a filter is on which
 * of its records pass, newest first, and again for what the page missed since. Undefined when the page has everything.
 */
export function useWholeLog(log: TraceLog, view: TraceView, changed: () => void): WholeLog | undefined {
  const filter = useTraceFilter((state) => state.good);
  const lab = useAskableLab();
  const [isSearched, setSearched] = useState(true);
  const isAsked = lab !== undefined && isPart(log);
  const { generation } = log;
  // What a check made is asked for again when one ran.
  const grade = useLab((state) => (filter.includes('lab.check') ? state.grade : undefined));
  // And when people say something else.
  const comments = useComments((state) => (filter.includes('frame.comment') ? state.bySeq : undefined));

  // biome-ignore lint/correctness/useExhaustiveDependencies: another log is asked about anew
  useEffect(() => {
    if (!isAsked || lab === undefined) return log.setKeptFrom(undefined);
    return repeated(0, async (isOver) => {
      const { firstSeq } = await api.workbench(lab, 'trace:kept', {});
      if (!isOver()) log.setKeptFrom(firstSeq);
    });
  }, [isAsked, lab, log, generation]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another log is searched anew
  useEffect(() => {
    setSearched(true);
    if (!isAsked || lab === undefined || filter.trim() === '') return;
    setSearched(false);
    /** The last record that was looked at; the first search goes from the newest backwards, later ones on from here. */
    let searchedTo = 0;
    let findings: unknown;
    return repeated(restMs, async (isOver) => {
      // In a busy lab something is found all the time: what passes for that is searched anew with the next search.
      const known = view.filter?.filter.needs.has('findings') ? useFindings.getState().bySeq : undefined;
      if (known !== findings) searchedTo = 0;
      findings = known;
      const last = Math.min(log.ring.lastSeq, log.visibleSeq);
      const backwards = searchedTo === 0;
      let fromSeq = backwards ? last : searchedTo + 1;
      while (fromSeq > 0 && fromSeq <= last) {
        const question = { filter, fromSeq, limit: mostAtOnce, backwards, asker, checks: checkRanges() };
        const { seqs, matched, scannedTo, isComplete } = await api.find(lab, question);
        if (isOver()) return;
        const isAll = matched === seqs.length;
        const toSeq = isAll ? scannedTo : (seqs.at(-1) ?? scannedTo);
        view.found(filter, seqs, backwards ? { from: toSeq, to: fromSeq } : { from: fromSeq, to: toSeq });
        changed();
        if ((isAll && isComplete) || (backwards && view.isFullFrom(toSeq))) break;
        fromSeq = toSeq + (backwards ? -1 : 1);
      }
      searchedTo = last;
      setSearched(true);
    });
  }, [isAsked, lab, filter, log, view, generation, grade, comments]);

  if (!isAsked) return undefined;
  return {
    lost: Math.max(0, (log.past.keptFrom ?? 1) - 1),
    isCut: view.filtered && view.isFull,
    isComplete: isSearched,
  };
}

/** Does something after a first rest and again and again until the returned function is called; what fails is tried again. */
function repeated(firstMs: number, work: (isOver: () => boolean) => Promise<void>): () => void {
  let isOver = false;
  let timer = 0;
  const next = (ms: number) => {
    timer = window.setTimeout(() => {
      // What cannot be asked now is asked again: it is not worth a message.
      work(() => isOver)
        .catch(() => undefined)
        .finally(() => {
          if (!isOver) next(againMs);
        });
    }, ms);
  };
  next(firstMs);
  return () => {
    isOver = true;
    window.clearTimeout(timer);
  };
}

function checkRanges() {
  const checks = useLab.getState().grade?.checks ?? [];
  return checks.flatMap(({ id, steps }) =>
    steps.filter(({ lastSeq }) => lastSeq > 0).map(({ firstSeq, lastSeq }) => ({ id, firstSeq, lastSeq })),
  );
}
