import { useEffect, useRef, useState } from 'react';
import type { PastFlowTable } from '../../../server/contract/flows.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';

/** A table of the past; while another moment is asked for, the one before stays. */
interface PastTableState {
  readonly table: PastFlowTable | undefined;
  readonly problem: Problem | undefined;
}

/** Asks for a switch's table at a moment, one question at a time: who drags the scrubber gets the last one (FLOW20). */
export function usePastTable(lab: string, dpid: string, atUs: number, active: boolean): PastTableState {
  const [state, setState] = useState<PastTableState>({ table: undefined, problem: undefined });
  const wanted = useRef<number>(undefined);
  const isAsking = useRef(false);
  const isOver = useRef(false);
  useEffect(() => {
    isOver.current = false;
    return () => {
      isOver.current = true;
    };
  }, []);
  useEffect(() => {
    if (!active) return;
    wanted.current = atUs;
    if (isAsking.current) return;
    const ask = async () => {
      isAsking.current = true;
      for (let next = wanted.current; next !== undefined && !isOver.current; next = wanted.current) {
        wanted.current = undefined;
        try {
          const table = await api.workbench(lab, 'flows:at', { dpid, atUs: Math.round(next) });
          if (!isOver.current) setState({ table, problem: undefined });
        } catch (error) {
          if (!isOver.current) setState({ table: undefined, problem: problemOf(error) });
        }
      }
      isAsking.current = false;
    };
    void ask();
  }, [lab, dpid, atUs, active]);
  return state;
}
