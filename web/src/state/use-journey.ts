import { useMemo, useSyncExternalStore } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { chainOf, type Lineage } from './chain.ts';
import { type Journey, journeyOf } from './journey.ts';
import { useSelection } from './selection.ts';
import { traceStore } from './trace-store.ts';

/** Where chains are read from: the page's own records. */
export const ownRecords: Lineage = {
  record: (seq) => traceStore.record(seq),
  childrenOf: (seq) => traceStore.childrenOf(seq),
};

/** The records of a packet's journey that the page has, in order of seq. */
export function chainRecords(seq: number): TraceRecord[] {
  return chainOf(ownRecords, seq).flatMap((each) => traceStore.record(each) ?? []);
}

/** The journey of a packet as far as the page has it; draws again only when it grew. */
export function useJourney(seq: number | undefined): Journey | undefined {
  const key = useSyncExternalStore(traceStore.subscribe, () =>
    seq === undefined ? '' : `${traceStore.generation} ${chainOf(ownRecords, seq).join(' ')}`,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the chain, which grows with the log
  return useMemo(() => (seq === undefined ? undefined : journeyOf(chainRecords(seq))), [key, seq]);
}

/** The selected packet; undefined when something else is selected, or nothing. */
export function useSelectedPacket(): number | undefined {
  return useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : undefined));
}
