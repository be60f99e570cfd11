import { useEffect, useMemo, useState } from 'react';
import {
  dropCauses,
  type Point,
  points,
  rules,
  type TraceRecord,
  verdicts,
} from '../../../bridge/packet/trace-batch.ts';
import { api } from '../session/api.ts';
import { type Journey, journeyOf } from '../state/journey.ts';
import { useLab } from '../state/lab-store.ts';
import { traceStore } from '../state/trace-store.ts';
import { useJourney } from '../state/use-journey.ts';

type ChainRecord = Awaited<ReturnType<typeof askChain>>[number];
const askChain = (lab: string, seq: number) => api.workbench(lab, 'trace:chain', { seq });

/** The word of a list that the server wrote, or the one that stands for nothing in particular. */
function known<T extends string>(words: readonly T[], word: string, otherwise: T): T {
  return words.find((each) => each === word) ?? otherwise;
}

/** A record as the server tells of it: without its bytes, which a waterfall needs for glyphs only. */
export function recordFrom({ parents, ...record }: ChainRecord): TraceRecord {
  const last = parents.at(-1);
  return {
    seq: record.seq,
    tUs: record.tUs,
    node: record.node,
    port: record.port,
    point: known<Point>(points, record.point, 'packet_in'),
    verdict: known(verdicts, record.verdict, 'passed'),
    cause: known(dropCauses, record.cause, 'none'),
    parents: parents.map(({ seq }) => seq),
    rule: known(rules, last?.rule ?? 'none', 'none'),
    confidence: last?.confidence ?? 100,
    length: 0,
    frame: new Uint8Array(),
  };
}

/** Whether the page lacks a part of the journey: the packet itself, or what one of its records came from. */
export function lacksPart(journey: Journey | undefined): boolean {
  if (journey === undefined) return true;
  return journey.records.some(
    ({ point, parents }) =>
      point !== 'packet_in' && point !== 'host.tx' && parents.some((parent) => traceStore.record(parent) === undefined),
  );
}

/** The page's records where it has them all, else what the server still keeps of the journey (WATER4). */
export function useWholeJourney(seq: number | undefined): Journey | undefined {
  const own = useJourney(seq);
  const lab = useLab((state) => state.id);
  const [told, setTold] = useState<{ readonly seq: number; readonly records: readonly TraceRecord[] }>();
  const asks = seq !== undefined && lacksPart(own);
  useEffect(() => {
    if (!asks || lab === undefined || seq === undefined) return;
    let left = false;
    askChain(lab, seq).then(
      (chain) => {
        if (!left) setTold({ seq, records: chain.map((each) => traceStore.record(each.seq) ?? recordFrom(each)) });
      },
      () => {
        // The server let it go, too: what the page has is all there is.
      },
    );
    return () => {
      left = true;
    };
  }, [asks, lab, seq]);
  return useMemo(
    () => (asks && told !== undefined && told.seq === seq ? journeyOf(told.records) : own),
    [asks, told, seq, own],
  );
}
