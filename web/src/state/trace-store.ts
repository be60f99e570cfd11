import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { type FilterFault, readFilter } from '../../../bridge/packet/filter/filter.ts';
import { bringPanel, showPanel } from './dock-store.ts';
import { markSeq } from './root.ts';
import { select } from './selection.ts';
import { TraceLog } from './trace-log.ts';

/** The log of the lab that is open. */
export const traceStore = new TraceLog((draw) => {
  requestAnimationFrame(() => {
    draw();
    markSeq(traceStore.ring.lastSeq);
  });
});
/** Draws the component again when the log changed, at most once a frame; returns the log. */
export function useTrace(): TraceLog {
  useSyncExternalStore(traceStore.subscribe, () => traceStore.version);
  return traceStore;
}

interface TraceFilterState {
  /** What stands in the field, right or wrong. */
  readonly text: string;
  /** The filter that the rows are of: the last one that could be read. */
  readonly good: string;
  /** What is wrong with `text`. */
  readonly fault: FilterFault | undefined;
  /** The text stands in the field to be looked at: Enter applies it. */
  readonly isPrepared: boolean;
  /** The last filter that something passed, '' when there was none. */
  readonly previous: string;
  /** Applies a filter, if it can be read. */
  setText(text: string): void;
  /** Puts a filter into the field without applying it. */
  prepare(text: string): void;
  /** Something passes the filter: it is worth coming back to. */
  remember(): void;
  clear(): void;
}

/** The trace's filter (TRACE7). */
export const useTraceFilter = create<TraceFilterState>()((set) => ({
  text: '',
  good: '',
  fault: undefined,
  isPrepared: false,
  previous: '',
  setText: (text) => {
    const read = readFilter(text);
    set(
      read.ok
        ? { text, good: text, fault: undefined, isPrepared: false }
        : { text, fault: read.fault, isPrepared: false },
    );
  },
  prepare: (text) => {
    const read = readFilter(text);
    set({ text, fault: read.ok ? undefined : read.fault, isPrepared: true });
  },
  remember: () => set(({ good, previous }) => (good === previous ? {} : { previous: good })),
  clear: () => set({ text: '', good: '', fault: undefined, isPrepared: false }),
}));

/** The filter that numbers from `firstSeq` to `lastSeq` pass. */
const seqFilter = (firstSeq: number, lastSeq: number): string =>
  firstSeq === lastSeq ? `lab.seq == ${firstSeq}` : `lab.seq in {${firstSeq}..${lastSeq}}`;

/** Selects a packet that somebody pointed at, and brings its pane to the front; the focus stays (UI26). */
export function pointAtPacket(seq: number): void {
  select({ kind: 'packet', seq });
  bringPanel('packet');
}

/** Shows the packets `firstSeq` to `lastSeq` in the trace and selects the first: how checks and links open theirs. */
export function showPackets(firstSeq: number, lastSeq: number): void {
  useTraceFilter.getState().setText(seqFilter(firstSeq, Math.max(firstSeq, lastSeq)));
  select({ kind: 'packet', seq: firstSeq });
  showPanel('trace');
}

/** Shows in the trace what passes a filter: how the map's links and nodes open theirs. */
export function showFiltered(filter: string): void {
  useTraceFilter.getState().setText(filter);
  showPanel('trace');
}
