import { useEffect, useState } from 'react';
import type { Problem } from '../../../server/contract/status.ts';
import type { FollowedStream, StreamVantage } from '../../../server/contract/stream.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { whyReadOnly } from '../state/recording.ts';

/** Asked again this long after an answer, milliseconds. */
const restMs = 1_000;
const asker = `page-${Math.random().toString(36).slice(2)}`;

/** A stream as it was last answered; where it cannot be followed, why. */
export interface StreamState {
  readonly stream: FollowedStream | undefined;
  readonly problem: Problem | undefined;
}
const nothing: StreamState = { stream: undefined, problem: undefined };

/** Follows the stream of a record while `active` and the page is in sight (STREAM6). What was answered last stays. */
export function useStream(
  lab: string | undefined,
  seq: number,
  vantage: StreamVantage | undefined,
  active: boolean,
): StreamState {
  const [state, setState] = useState<StreamState & { readonly of: string }>({ ...nothing, of: '' });
  const of = `${lab} ${seq}`;
  useEffect(() => {
    if (!active || lab === undefined || seq === 0) return;
    const key = `${lab} ${seq}`;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let sinceSeq: number | undefined;
    const ask = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const { stream, seenTo } = await api.workbench(lab, 'stream:follow', {
            ...{ seq, asker },
            ...(vantage !== undefined && { vantage: { point: vantage.point, node: vantage.node } }),
            ...(sinceSeq !== undefined && { sinceSeq }),
          });
          if (isOver) return;
          sinceSeq = seenTo;
          if (stream !== null) setState({ of: key, stream, problem: undefined });
          else setState((now) => (now.problem === undefined ? now : { ...now, problem: undefined }));
        } catch (error) {
          const problem = problemOf(error);
          if (!isOver) setState((now) => ({ of: key, stream: now.of === key ? now.stream : undefined, problem }));
        }
      }
      // What was recorded answers the same each time.
      if (!isOver && whyReadOnly() === undefined) timer = setTimeout(ask, restMs);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [lab, seq, vantage, active]);
  return state.of === of ? state : nothing;
}
