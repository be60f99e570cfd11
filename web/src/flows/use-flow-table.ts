import { useEffect, useState } from 'react';
import type { FlowLookup, FlowTable } from '../../../server/contract/flows.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { usePoll } from './use-poll.ts';

/** A flow table as it was last read; of a table that cannot be read now, why. */
export interface FlowTableState {
  readonly table: FlowTable | undefined;
  readonly problem: Problem | undefined;
  /** Reads it now. */
  readonly refresh: () => void;
}

/** Reads a switch's table each second while it is looked at (FLOW1). */
export function useFlowTable(lab: string, dpid: string, active: boolean): FlowTableState {
  const [state, setState] = useState<Pick<FlowTableState, 'table' | 'problem'>>({
    table: undefined,
    problem: undefined,
  });
  const { wake } = usePoll(active, `${lab} ${dpid}`, async () => {
    try {
      setState({ table: await api.workbench(lab, 'flows:read', { dpid }), problem: undefined });
    } catch (error) {
      // What was read last stays to be seen.
      setState(({ table }) => ({ table, problem: problemOf(error) }));
    }
  });
  const { table, problem } = state;
  return { table: table?.dpid === dpid ? table : undefined, problem, refresh: wake };
}

/** Which entry takes a packet (FLOW4), asked anew for each reading of the table; `why` says why that cannot be told. */
export function useLookup(
  lab: string,
  dpid: string,
  seq: number,
  readUs: number,
): { readonly lookup: FlowLookup | undefined; readonly why: string } {
  const [state, setState] = useState<{ seq: number; lookup: FlowLookup | undefined; why: string }>();
  useEffect(() => {
    if (seq === 0 || readUs === 0) return;
    let over = false;
    api.workbench(lab, 'flows:lookup', { dpid, seq }).then(
      (answer) => {
        if (over) return;
        setState('why' in answer ? { seq, lookup: undefined, why: answer.why } : { seq, lookup: answer, why: '' });
      },
      (error) => {
        if (!over) setState({ seq, lookup: undefined, why: problemOf(error).detail });
      },
    );
    return () => {
      over = true;
    };
  }, [lab, dpid, seq, readUs]);
  return state?.seq === seq && seq !== 0 ? state : { lookup: undefined, why: '' };
}
