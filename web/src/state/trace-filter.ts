import { create } from 'zustand';
import type { FilterFault } from '../../../bridge/packet/filter/filter.ts';
import { showPanel } from './dock-store.ts';
import { canRead, fetchReading, reading } from './reading.ts';
import { select } from './selection.ts';

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
export const useTraceFilter = create<TraceFilterState>()((set, get) => ({
  text: '',
  good: '',
  fault: undefined,
  isPrepared: false,
  previous: '',
  setText: (text) => {
    if (text.trim() === '') return set({ text, good: text, fault: undefined, isPrepared: false });
    if (!canRead()) {
      set({ text, fault: undefined, isPrepared: false });
      return onceItCanBeRead(() => get().text === text && !get().isPrepared && get().setText(text));
    }
    const read = reading().readFilter(text);
    set(
      read.ok
        ? { text, good: text, fault: undefined, isPrepared: false }
        : { text, fault: read.fault, isPrepared: false },
    );
  },
  prepare: (text) => {
    if (!canRead()) {
      set({ text, fault: undefined, isPrepared: true });
      return onceItCanBeRead(() => get().text === text && get().isPrepared && get().prepare(text));
    }
    const read = reading().readFilter(text);
    set({ text, fault: read.ok ? undefined : read.fault, isPrepared: true });
  },
  remember: () => set(({ good, previous }) => (good === previous ? {} : { previous: good })),
  clear: () => set({ text: '', good: '', fault: undefined, isPrepared: false }),
}));

/** Acts when filters can be read; the trace says it when they never can. */
function onceItCanBeRead(act: () => void): void {
  fetchReading().then(act, () => undefined);
}

/** The filter that numbers from `firstSeq` to `lastSeq` pass. */
const seqFilter = (firstSeq: number, lastSeq: number): string =>
  firstSeq === lastSeq ? `lab.seq == ${firstSeq}` : `lab.seq in {${firstSeq}..${lastSeq}}`;

/** Shows the packets `firstSeq` to `lastSeq` in the trace and selects the first: how checks and links open theirs. */
export function showPackets(firstSeq: number, lastSeq: number): void {
  useTraceFilter.getState().setText(seqFilter(firstSeq, Math.max(firstSeq, lastSeq)));
  select({ kind: 'packet', seq: firstSeq });
  showPanel('trace');
}
