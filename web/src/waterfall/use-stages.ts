import { useEffect, useState } from 'react';
import { api } from '../session/api.ts';
import { useLab } from '../state/lab-store.ts';
import { whyReadOnly } from '../state/recording.ts';
import type { MeasuredStage } from './budget.ts';

const askEveryMs = 2_000;
/** Recent enough to tell of now, many enough for a p99. */
const records = 20_000;
const none: readonly MeasuredStage[] = [];

/** The lab's stage times, asked for every two seconds while they are drawn and the lab runs (WATER3). */
export function useStages(): readonly MeasuredStage[] {
  const lab = useLab((state) => state.id);
  const running = useLab((state) => state.status?.phase === 'running');
  const connected = useLab((state) => state.connection.state === 'connected');
  const [stages, setStages] = useState(none);
  useEffect(() => {
    if (lab === undefined || !running || !connected) return;
    let left = false;
    const measure = () => {
      if (document.hidden) return;
      api.workbench(lab, 'latency:stages', { records }).then(
        (measured) => {
          if (!left) setStages(measured);
        },
        () => {
          // A lab that stops just now is told elsewhere; what was measured stays.
        },
      );
    };
    measure();
    // What was recorded answers the same each time.
    if (whyReadOnly() !== undefined)
      return () => {
        left = true;
      };
    const timer = setInterval(measure, askEveryMs);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [lab, running, connected]);
  return stages;
}
