import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
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
  readonly text: string;
  /** The filter before the last one was cleared, '' when there was none. */
  readonly previous: string;
  setText(text: string): void;
  clear(): void;
}

/** The trace's text filter (TRACE7). */
export const useTraceFilter = create<TraceFilterState>()((set) => ({
  text: '',
  previous: '',
  setText: (text) => set({ text }),
  clear: () => set((state) => ({ text: '', previous: state.text.trim() === '' ? state.previous : state.text })),
}));

/** Selects a packet that somebody pointed at, and brings its pane to the front; the focus stays (UI26). */
export function pointAtPacket(seq: number): void {
  select({ kind: 'packet', seq });
  bringPanel('packet');
}

/** Shows the packets `firstSeq` to `lastSeq` in the trace and selects the first: how checks and links open theirs. */
export function showPackets(firstSeq: number, lastSeq: number): void {
  useTraceFilter.getState().setText(`seq:${firstSeq}-${lastSeq}`);
  select({ kind: 'packet', seq: firstSeq });
  showPanel('trace');
}
