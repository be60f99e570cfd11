import { useEffect, useState } from 'react';
import type { Static } from 'typebox';
import type { shadowMethods } from '../../../server/contract/shadow.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { whyReadOnly } from '../state/recording.ts';

type Answer<M extends keyof typeof shadowMethods> = Static<(typeof shadowMethods)[M]['answer']>;
type WithReference = Answer<'shadow:compare'>;
type WithBuild = Answer<'shadow:builds'>;

/** With whom a router is compared: what the reference would have sent, or what another program beside it sent. */
export type Other = 'reference' | 'build';
/** `agrees`: with whom of two programs the reference agrees. */
export type Difference = WithReference['differences'][number] &
  Partial<Pick<WithBuild['differences'][number], 'agrees'>>;
/** What the comparison of a router came to. */
export type Comparison = Omit<WithReference, 'differences'> & {
  readonly differences: readonly Difference[];
  readonly until?: WithBuild['until'];
};
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
export function useComparison(lab: string, router: string, other: Other, active: boolean): ComparisonState {
  const [state, setState] = useState<ComparisonState & { readonly of: string }>({ ...nothing, of: '' });
  const of = `${lab} ${router} ${other}`;
  useEffect(() => {
    if (!active) return;
    const key = `${lab} ${router} ${other}`;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const question = { router, limit: most };
          const comparison =
            other === 'reference'
              ? await api.workbench(lab, 'shadow:compare', question)
              : await api.workbench(lab, 'shadow:builds', question);
          if (!over) setState({ of: key, comparison, problem: undefined });
        } catch (error) {
          const problem = problemOf(error);
          if (!over) setState((now) => ({ of: key, comparison: now.of === key ? now.comparison : undefined, problem }));
        }
      }
      // What was recorded answers the same each time.
      if (!over && whyReadOnly() === undefined) timer = setTimeout(ask, restMs);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [lab, router, other, active]);
  return state.of === of ? state : nothing;
}
