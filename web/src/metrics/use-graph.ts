import { useEffect, useRef, useState } from 'react';
import type { GraphAnswer, GraphQuestion } from '../../../server/contract/graph.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { type Columns, GraphBuckets, mostBuckets } from './graph-buckets.ts';
import { useGraphChoice } from './graph-store.ts';

/** A graph that follows asks again this long after an answer, milliseconds. */
const restMs = 1_000;
/** Buckets that are wanted where nobody chose an interval; at twice as many they become longer. */
const wanted = 240;
const shortestUs = 1_000;
/** One name a page: a newer question of it ends the older one. */
const asker = `graph-${Math.random().toString(36).slice(2)}`;

export interface Graph {
  readonly columns: Columns;
  readonly answer: GraphAnswer | undefined;
  /** Why it is not told more; what was told stays. */
  readonly problem: Problem | undefined;
}
const nothing: Graph = { columns: { seconds: [], sums: [] }, answer: undefined, problem: undefined };

/** What to ask about, without how far it came. */
type Question = Omit<GraphQuestion, 'intervalUs' | 'buckets' | 'fromSeq'>;

/**
 * The sums of the lines, asked for while `active` and the page is in sight (METRICS2): the whole time once, and then only
 * the records that came since.
 */
export function useGraph(lab: string | undefined, run: number, active: boolean): Graph {
  const lines = useGraphChoice((state) => state.lines);
  const unit = useGraphChoice((state) => state.unit);
  const chosenUs = useGraphChoice((state) => state.intervalUs);
  const window = useGraphChoice((state) => state.window);
  const still = useGraphChoice((state) => state.still);
  const [graph, setGraph] = useState<Graph & { readonly of: string }>({ ...nothing, of: '' });
  // Buckets outlive a pane that is out of sight for a moment.
  const told = useRef({ key: '', buckets: new GraphBuckets(0) });

  const question: Question = {
    series: lines.map(({ filter, at }) => ({ filter, at, unit })),
    asker,
    ...(still ?? (window === 'all' ? {} : { lastUs: Number(window) * 1e6 })),
  };
  const of = `${lab} ${run}`;
  const key = JSON.stringify([lab, run, chosenUs, question]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked
  useEffect(() => {
    if (!active || lab === undefined) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (told.current.key !== key) told.current = { key, buckets: new GraphBuckets(question.series.length) };
    const ask = async () => {
      let restsMs = restMs;
      if (document.visibilityState === 'visible') {
        const { buckets } = told.current;
        try {
          const answer = await api.workbench(lab, 'graph:series', { ...question, ...progressOf(buckets, chosenUs) });
          if (isOver) return;
          const isTooFine = buckets.length > (chosenUs === undefined ? 2 * wanted : mostBuckets);
          if (isTooFine || !buckets.take(answer)) {
            told.current = { key, buckets: new GraphBuckets(question.series.length) };
            restsMs = 0;
          } else {
            setGraph({ columns: buckets.columns(), answer: buckets.answer, problem: undefined, of });
            if (!answer.isComplete) restsMs = 0;
            else if (still !== undefined && still.toUs <= answer.nowUs) return;
          }
        } catch (error) {
          if (isOver) return;
          const problem = problemOf(error);
          setGraph((now) => (now.of === of ? { ...now, problem } : { ...nothing, of, problem }));
        }
      }
      timer = setTimeout(ask, restsMs);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, active]);
  // Sums of another run, or of fewer lines, are not theirs.
  return graph.of === of && (graph.answer === undefined || sameLines(graph, lines.length)) ? graph : nothing;
}

const sameLines = ({ columns }: Graph, lines: number): boolean => columns.sums.length === lines;

/** Where to go on, in buckets of which length. */
function progressOf(
  { answer }: GraphBuckets,
  chosenUs: number | undefined,
): Pick<GraphQuestion, 'intervalUs' | 'buckets' | 'fromSeq'> {
  if (answer !== undefined) return { intervalUs: answer.intervalUs, fromSeq: answer.scannedTo + 1 };
  return chosenUs === undefined ? { intervalUs: shortestUs, buckets: wanted } : { intervalUs: chosenUs };
}
