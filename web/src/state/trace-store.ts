import { useSyncExternalStore } from 'react';
import { bringPanel } from './dock-store.ts';
import { drawPaced } from './pace.ts';
import { markSeq } from './root.ts';
import { select } from './selection.ts';
import { TraceLog } from './trace-log.ts';

/** The log of the lab that is open. */
export const traceStore = new TraceLog((draw) =>
  drawPaced(() => {
    draw();
    markSeq(traceStore.ring.lastSeq);
  }),
);
/** Draws the component again when the log changed, at most once a frame; returns the log. */
export function useTrace(): TraceLog {
  useSyncExternalStore(traceStore.subscribe, () => traceStore.version);
  return traceStore;
}

/** Selects a packet that somebody pointed at, and brings its pane to the front; the focus stays (UI26). */
export function pointAtPacket(seq: number): void {
  select({ kind: 'packet', seq });
  bringPanel('packet');
}
