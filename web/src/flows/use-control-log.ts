import { useEffect, useRef, useState } from 'react';
import type { ControlDetail } from '../../../server/contract/flows.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { type ControlRows, noControl, readFrom, withRead } from './control-rows.ts';
import { usePoll } from './use-poll.ts';

const pageSize = 2000;

/** The control messages of a lab, read on each second while they are looked at (FLOW6). */
export function useControlLog(
  lab: string,
  active: boolean,
): { readonly rows: ControlRows; readonly problem: Problem | undefined } {
  const [rows, setRows] = useState(noControl);
  const [problem, setProblem] = useState<Problem>();
  const known = useRef(noControl);
  usePoll(active, lab, async () => {
    try {
      let next = known.current;
      do {
        const from = readFrom(next);
        const read = await api.workbench(lab, 'openflow:log', { fromId: from, limit: pageSize });
        next = withRead(next, from, read);
      } while (next.hasMore);
      known.current = next;
      setRows(next);
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    }
  });
  return { rows, problem };
}

/** Fields and bytes of one message; `gone` says why they are not to be had. */
export function useControlDetail(
  lab: string,
  id: number,
): { readonly detail: ControlDetail | undefined; readonly gone: string } {
  const [state, setState] = useState<{ id: number; detail: ControlDetail | undefined; gone: string }>();
  useEffect(() => {
    if (id === 0) return;
    let over = false;
    api.workbench(lab, 'openflow:message', { id }).then(
      (detail) => {
        if (!over) setState({ id, detail, gone: '' });
      },
      (error) => {
        if (!over) setState({ id, detail: undefined, gone: problemOf(error).detail });
      },
    );
    return () => {
      over = true;
    };
  }, [lab, id]);
  return state?.id === id ? state : { detail: undefined, gone: '' };
}
