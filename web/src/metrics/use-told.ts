import { useEffect, useRef, useState } from 'react';
import type { GraphQuestion, GraphTold } from '../../../server/contract/graph.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { problemOf } from '../session/problem.ts';
import { mostBuckets, type Told } from './graph-buckets.ts';
import { useGraphChoice } from './graph-store.ts';

/** A graph that follows asks again this long after an answer, milliseconds. */
const restMs = 1_000;
/** Buckets that are wanted where nobody chose an interval; at twice as many they become longer. */
const wanted = 240;
const shortestUs = 1_000;

/** Which time, and how far it was told: what every question about a graph has. */
type TimeQuestion = Omit<GraphQuestion, 'series' | 'asker'>;

interface Telling<Answer extends GraphTold, Buckets extends Told<Answer>> {
  /** What is asked, beside the time: another key begins anew. */
  readonly key: string;
  /** Of what is told: the lab and its run. */
  readonly of: string;
  readonly active: boolean;
  readonly fresh: () => Buckets;
  readonly ask: (time: TimeQuestion) => Promise<Answer>;
}

/** `answers`: counts them, for the buckets are the same object. */
interface TellingState<Buckets> {
  readonly buckets: Buckets | undefined;
  readonly answers: number;
  /** Why it is not told more; what was told stays. */
  readonly problem: Problem | undefined;
}

/**
 * What the bridge tells of the time that the graphs show, asked for while `active` and the page is in sight (METRICS2): the
 * whole time once, and then only the records that came since.
 */
export function useTold<Answer extends GraphTold, Buckets extends Told<Answer>>({
  key: asked,
  of,
  active,
  fresh,
  ask: askFor,
}: Telling<Answer, Buckets>): TellingState<Buckets> {
  const chosenUs = useGraphChoice((state) => state.intervalUs);
  const window = useGraphChoice((state) => state.window);
  const still = useGraphChoice((state) => state.still);
  const nothing: TellingState<Buckets> = { buckets: undefined, answers: 0, problem: undefined };
  const [state, setState] = useState<TellingState<Buckets> & { readonly of: string }>({ ...nothing, of: '' });
  // Buckets outlive a pane that is out of sight for a moment.
  const told = useRef<{ key: string; buckets: Buckets } | undefined>(undefined);
  const time = still ?? (window === 'all' ? {} : { lastUs: Number(window) * 1e6 });
  const key = JSON.stringify([of, asked, chosenUs, time]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked
  useEffect(() => {
    if (!active) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      told.current = { key, buckets: fresh() };
      return told.current;
    };
    if (told.current?.key !== key) begin();
    const ask = async () => {
      let restsMs = restMs;
      if (document.visibilityState === 'visible') {
        const { buckets } = told.current ?? begin();
        try {
          const answer = await askFor({ ...time, ...progressOf(buckets, chosenUs) });
          if (isOver) return;
          const isTooFine = buckets.length > (chosenUs === undefined ? 2 * wanted : mostBuckets);
          if (isTooFine || !buckets.take(answer)) {
            begin();
            restsMs = 0;
          } else {
            setState(({ answers }) => ({ buckets, answers: answers + 1, problem: undefined, of }));
            if (!answer.isComplete) restsMs = 0;
            else if (still !== undefined && still.toUs <= answer.nowUs) return;
          }
        } catch (error) {
          if (isOver) return;
          const problem = problemOf(error);
          setState((now) => (now.of === of ? { ...now, problem } : { ...nothing, of, problem }));
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
  // What was told of another run is not this one's.
  return state.of === of ? state : nothing;
}

/** Where to go on, in buckets of which length. */
function progressOf({ answer }: Told<GraphTold>, chosenUs: number | undefined): Omit<TimeQuestion, 'lastUs'> {
  if (answer !== undefined) return { intervalUs: answer.intervalUs, fromSeq: answer.scannedTo + 1 };
  return chosenUs === undefined ? { intervalUs: shortestUs, buckets: wanted } : { intervalUs: chosenUs };
}
