import { useMemo } from 'react';
import type { GraphAnswer, LatencyAnswer } from '../../../server/contract/graph.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { type Columns, GraphBuckets } from './graph-buckets.ts';
import { useGraphChoice } from './graph-store.ts';
import { LatencyBuckets } from './latency-buckets.ts';
import { useTold } from './use-told.ts';

/** One name a page: a newer question of it ends the older one. */
const asker = `graph-${Math.random().toString(36).slice(2)}`;

export interface Graph {
  readonly columns: Columns;
  readonly answer: GraphAnswer | undefined;
  /** Why it is not told more; what was told stays. */
  readonly problem: Problem | undefined;
}
const nothing: Columns = { seconds: [], sums: [] };

/** The sums of the lines (METRICS2). */
export function useGraph(lab: string | undefined, run: number, active: boolean): Graph {
  const lines = useGraphChoice((state) => state.lines);
  const unit = useGraphChoice((state) => state.unit);
  const series = lines.map(({ filter, at }) => ({ filter, at, unit }));
  const { buckets, answers, problem } = useTold<GraphAnswer, GraphBuckets>({
    key: JSON.stringify(series),
    of: `${lab} ${run}`,
    active: active && lab !== undefined,
    fresh: () => new GraphBuckets(series.length),
    ask: (time) => api.workbench(lab ?? '', 'graph:series', { ...time, series, asker }),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer changes what is in the buckets
  const columns = useMemo(() => buckets?.columns() ?? nothing, [buckets, answers]);
  const isTheirs = buckets === undefined || columns.sums.length === lines.length;
  // Sums of fewer lines are not theirs.
  return isTheirs ? { columns, answer: buckets?.answer, problem } : { columns: nothing, answer: undefined, problem };
}

export interface Latency {
  readonly buckets: LatencyBuckets | undefined;
  readonly answer: LatencyAnswer | undefined;
  /** Changes with what is in the buckets. */
  readonly answers: number;
  readonly problem: Problem | undefined;
}

/** The times of the stages over the same time (METRICS7). */
export function useLatency(lab: string | undefined, run: number, active: boolean): Latency {
  const { buckets, answers, problem } = useTold<LatencyAnswer, LatencyBuckets>({
    key: 'latency',
    of: `${lab} ${run}`,
    active: active && lab !== undefined,
    fresh: () => new LatencyBuckets(),
    ask: (time) => api.workbench(lab ?? '', 'graph:latency', { ...time, asker }),
  });
  return { buckets, answer: buckets?.answer, answers, problem };
}
