import { useEffect, useState } from 'react';
import { api } from '../session/api.ts';
import { PastLoader } from '../session/load-past.ts';
import type { TraceLog } from '../state/trace-log.ts';
import type { TraceRows } from './use-trace-rows.ts';
import { useAskableLab } from './use-whole-log.ts';

/** So many rows before and behind those in sight are kept at hand, and fetched up to `around` when one of them is not. */
const near = 80;
const around = 160;

function useLoader(log: TraceLog): PastLoader | undefined {
  const lab = useAskableLab();
  const [loader, setLoader] = useState<PastLoader>();
  useEffect(() => {
    if (lab === undefined) return setLoader(undefined);
    const made = new PastLoader(log, lab);
    setLoader(made);
    return () => made.close();
  }, [log, lab]);
  return loader;
}

/** Seqs of the rows from one to another whose records are only with the server. */
function absentIn({ view, model }: Pick<TraceRows, 'view' | 'model'>, from: number, to: number): number[] {
  const seqs: number[] = [];
  for (let row = Math.max(0, from); row <= Math.min(to, model.count - 1); row++) {
    const found = model.at(row);
    if (found.kind !== 'packet' || view.recordAt(found.position)) continue;
    const seq = view.seqAt(found.position);
    if (seq !== undefined) seqs.push(seq);
  }
  return seqs;
}

/** Seqs of the records to fetch while the rows `first` to `last` are in sight; none as long as those near them are here. */
export function absentNear(rows: Pick<TraceRows, 'view' | 'model'>, first: number, last: number): number[] {
  if (rows.view.absent === 0 || absentIn(rows, first - near, last + near).length === 0) return [];
  return absentIn(rows, first - around, last + around);
}

/** Fetches what is only with the server before it is in sight: whoever scrolls finds it there (TRACE90). */
export function usePastRows(rows: TraceRows, first: number, last: number): void {
  const loader = useLoader(rows.log);
  useEffect(() => {
    if (loader === undefined) return;
    const seqs = absentNear(rows, first, last);
    if (seqs.length > 0) loader.want(seqs);
  });
}

/** Fetches a packet that the page does not have, with its whole chain; 0 is none. */
export function usePastPacket(log: TraceLog, seq: number): void {
  const loader = useLoader(log);
  const lab = useAskableLab();
  const { keptFrom } = log.past;
  const isPast = seq !== 0 && keptFrom !== undefined && seq >= keptFrom && log.ring.record(seq) === undefined;
  useEffect(() => {
    if (!isPast || loader === undefined || lab === undefined) return;
    loader.want([seq]);
    let left = false;
    api.workbench(lab, 'trace:chain', { seq }).then(
      (chain) => {
        if (!left) loader.want([seq, ...chain.map((member) => member.seq)]);
      },
      () => {
        // Forgotten meanwhile, or no lab to ask: the pane says that the packet is not here.
      },
    );
    return () => {
      left = true;
    };
  }, [isPast, loader, lab, seq]);
}
