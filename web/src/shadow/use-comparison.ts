import { useEffect, useState } from 'react';
import type { Static } from 'typebox';
import type { shadowMethods } from '../../../server/contract/shadow.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';

/** What the comparison of a router with the reference came to. */
export type Comparison = Static<(typeof shadowMethods)['shadow:compare']['answer']>;
export type Difference = Comparison['differences'][number];
export type ComparedFrame = NonNullable<Difference['expected']>;

/** Asked again this long after an answer, milliseconds; and how many differences are asked for. */
const restMs = 2_000;
const most = 100;

/** A comparison as it was last answered; where it cannot be made now, why. */
export interface ComparisonState {
  readonly comparison: Comparison | undefined;
  readonly problem: Problem | undefined;
}
const nothing: ComparisonState = { comparison: undefined, problem: undefined };

/** Asks for the comparison again and again while `active` and the page is in sight (SHADOW1). What was answered last stays. */
export function useComparison(lab: string, router: string, active: boolean): ComparisonState {
  const [state, setState] = useState<ComparisonState & { readonly of: string }>({ ...nothing, of: '' });
  const of = `${lab} ${router}`;
  useEffect(() => {
    if (!active) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const comparison = await api.workbench(lab, 'shadow:compare', { router, limit: most });
          if (!over) setState({ of: `${lab} ${router}`, comparison, problem: undefined });
        } catch (error) {
          const problem = problemOf(error);
          const key = `${lab} ${router}`;
          if (!over) setState((now) => ({ of: key, comparison: now.of === key ? now.comparison : undefined, problem }));
        }
      }
      if (!over) timer = setTimeout(ask, restMs);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [lab, router, active]);
  return state.of === of ? state : nothing;
}
