import { useEffect, useState } from 'react';
import { useLab } from '../state/lab-store.ts';
import { whyReadOnly } from '../state/recording.ts';
import { api } from './api.ts';

/** Times of one stage, as the bridge measured them. */
export interface MeasuredStage {
  readonly stage: 'dispatch' | 'router' | 'packet-out';
  readonly count: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  /** The classic budget, and its stages that this one contains: the bridge knows it. */
  readonly budgetUs: number;
  readonly budgetParts: readonly { readonly part: string; readonly us: number }[];
}

const askEveryMs = 2_000;
/** Recent enough to tell of now, many enough for a p99. */
const records = 20_000;
const none: readonly MeasuredStage[] = [];

/** The lab's stage times, asked for every two seconds while they are shown and the lab runs (WATER3). */
export function useStages(isShown = true): readonly MeasuredStage[] {
  const lab = useLab((state) => state.id);
  const running = useLab((state) => state.status?.phase === 'running');
  const connected = useLab((state) => state.connection.state === 'connected');
  const [told, setTold] = useState({ lab, stages: none });
  useEffect(() => {
    if (lab === undefined || !isShown || !running || !connected) return;
    let isLeft = false;
    const measure = () => {
      if (document.hidden) return;
      api.workbench(lab, 'latency:stages', { records }).then(
        (stages) => {
          if (!isLeft) setTold({ lab, stages });
        },
        () => {
          // A lab that stops just now is told elsewhere; what was measured stays.
        },
      );
    };
    measure();
    // What was recorded answers the same each time.
    const timer = whyReadOnly() === undefined ? setInterval(measure, askEveryMs) : undefined;
    return () => {
      isLeft = true;
      clearInterval(timer);
    };
  }, [lab, isShown, running, connected]);
  return told.lab === lab ? told.stages : none;
}
