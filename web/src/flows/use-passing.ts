import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';

/** A newer question of this page ends its older one. */
const asker = `page-${Math.random().toString(36).slice(2)}`;

/** Which messages pass a filter, as far as the server looked. */
interface Found {
  readonly filter: string;
  readonly ids: ReadonlySet<number>;
  readonly scannedTo: number;
}

export interface Passing {
  /** Those that pass; undefined when all do. Of the filter before while a new one is looked for. */
  readonly ids: ReadonlySet<number> | undefined;
  readonly isFiltering: boolean;
  readonly problem: Problem | undefined;
}

/** Which control messages pass a filter: asked once over the whole log, then of what came since (FLOW23). */
export function usePassing(lab: string, filter: string, lastId: number): Passing {
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<Problem>();
  const known = useRef<Found>(undefined);
  const wanted = filter.trim();
  useEffect(() => {
    if (wanted === '' || lastId === 0) {
      known.current = undefined;
      setFound(undefined);
      setProblem(undefined);
      return;
    }
    let over = false;
    const ask = async () => {
      const before = known.current;
      // Numbers that begin again are another log.
      const isSame = before?.filter === wanted && before.scannedTo <= lastId;
      let next: Found = isSame ? before : { filter: wanted, ids: new Set(), scannedTo: 0 };
      for (let whole = next.scannedTo >= lastId; !whole; ) {
        const question = { filter: wanted, fromId: next.scannedTo + 1, asker };
        const { ids, scannedTo, isComplete } = await api.workbench(lab, 'openflow:find', question);
        if (over) return;
        next = { filter: wanted, ids: new Set([...next.ids, ...ids]), scannedTo };
        whole = isComplete;
      }
      known.current = next;
      setFound(next);
      setProblem(undefined);
    };
    ask().catch((error: unknown) => {
      if (!over) setProblem(problemOf(error));
    });
    return () => {
      over = true;
    };
  }, [lab, wanted, lastId]);
  return {
    ids: wanted === '' ? undefined : found?.ids,
    isFiltering: wanted !== '' && found?.filter !== wanted && problem === undefined,
    problem,
  };
}
