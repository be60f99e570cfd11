import { useEffect, useState } from 'react';
import type { Static } from 'typebox';
import type { chainMethods } from '../../../server/contract/chains.ts';
import { api } from '../session/api.ts';

export type StageTimes = Static<(typeof chainMethods)['latency:stages']['answer']>[number];

const askEveryMs = 2_000;
/** Recent enough to tell of now, many enough for a p99; no more than the bridge reads at once without being felt. */
const records = 20_000;
const none: readonly StageTimes[] = [];

/** How long each stage took, asked for every two seconds while it is shown: the status has only the dispatch. */
export function useStageTimes(lab: string, active: boolean): readonly StageTimes[] {
  const [told, setTold] = useState({ lab, stages: none });
  useEffect(() => {
    if (!active) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      if (document.visibilityState === 'visible') {
        // A lab that stops just now is told elsewhere; what was measured stays.
        const stages = await api.workbench(lab, 'latency:stages', { records }).catch(() => undefined);
        if (isOver) return;
        if (stages !== undefined) setTold({ lab, stages });
      }
      timer = setTimeout(ask, askEveryMs);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [lab, active]);
  return told.lab === lab ? told.stages : none;
}
