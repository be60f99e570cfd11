import { useEffect, useState } from 'react';
import { api } from '../session/api.ts';
import { useLab } from '../state/lab-store.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';

/** How many records of the server's whole log pass the filter. */
export interface WholeLog {
  readonly matched: number;
  readonly total: number;
  /** False while the search goes on. */
  readonly isComplete: boolean;
}

/** Rest after a key before the server is asked, and between two counts of a log that grows, milliseconds. */
const restMs = 400;
const againMs = 5_000;
/** One name a page: a newer question of it ends the older one. */
const asker = `page-${Math.random().toString(36).slice(2)}`;

/** Whether the server's log has records that this page does not: only then is there something to ask. */
const isPart = ({ ring, missing }: TraceLog): boolean => missing > 0 || (ring.size > 0 && ring.at(ring.first).seq > 1);

/** Counts over the whole log while a filter is on and the page has a part of it; undefined otherwise (TRACE18). */
export function useWholeLog(log: TraceLog): WholeLog | undefined {
  const filter = useTraceFilter((state) => state.good);
  const lab = useLab((state) => (state.status?.phase === 'running' ? state.id : undefined));
  const [whole, setWhole] = useState<WholeLog>();
  const isAsked = lab !== undefined && filter.trim() !== '' && isPart(log);
  useEffect(() => {
    setWhole(undefined);
    if (!isAsked || lab === undefined) return;
    let isOver = false;
    let timer = 0;
    const count = async () => {
      let matched = 0;
      let fromSeq = 0;
      for (;;) {
        const checks = checkRanges();
        const answer = await api.find(lab, { filter, fromSeq, limit: 0, asker, checks });
        if (isOver) return;
        matched += answer.matched;
        fromSeq = answer.scannedTo + 1;
        setWhole({ matched, total: answer.total, isComplete: answer.isComplete });
        if (answer.isComplete) return;
      }
    };
    const next = (ms: number) => {
      timer = window.setTimeout(() => {
        // What cannot be asked now is asked again: the count is not worth a message.
        count()
          .catch(() => undefined)
          .finally(() => {
            if (!isOver) next(againMs);
          });
      }, ms);
    };
    next(restMs);
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [isAsked, lab, filter]);
  return isAsked ? whole : undefined;
}

function checkRanges() {
  const checks = useLab.getState().grade?.checks ?? [];
  return checks.flatMap(({ id, steps }) =>
    steps.filter(({ lastSeq }) => lastSeq > 0).map(({ firstSeq, lastSeq }) => ({ id, firstSeq, lastSeq })),
  );
}
