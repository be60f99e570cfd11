import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import type { ClientToServer, ServerToClient } from '../../../server/contract/events.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { whileInLab } from '../session/lab-session.ts';
import { live } from '../session/socket.ts';
import { showPanel } from './dock-store.ts';
import { useLab } from './lab-store.ts';
import { markSeq } from './root.ts';
import { select } from './selection.ts';
import { TraceLog } from './trace-log.ts';

/** The part of the connection that a followed trace needs. */
export interface TraceSocket {
  readonly connected: boolean;
  request(
    event: 'trace:follow',
    payload: { lab: string; fromSeq: number },
  ): Promise<{ firstSeq: number; nextSeq: number }>;
  send<K extends 'trace:unfollow' | 'trace:taken'>(event: K, payload: Parameters<ClientToServer[K]>[0]): void;
  on(event: 'trace:batch', listener: ServerToClient['trace:batch']): () => void;
  onResume(resume: () => void): () => void;
  onLink(listener: { up(again: boolean): void }): () => void;
}

/**
 * Follows a lab's log into `log` until the returned function is called: acknowledges each batch, resumes behind the last
 * seq after a reconnection, and starts over when the server's log is another one (TRACE3).
 */
export function followTrace(log: TraceLog, socket: TraceSocket, lab: string): () => void {
  let left = false;
  const follow = (fromSeq: number): void => {
    socket
      .request('trace:follow', { lab, fromSeq })
      .then(({ nextSeq }) => {
        // Another log, or none: what is here stays to be read until a record of the new one comes.
        if (!left && nextSeq < fromSeq) follow(0);
      })
      // A lab that is not there is told by the lab store; the next connection tries again.
      .catch(() => {});
  };
  const resume = () => follow(log.ring.lastSeq === 0 ? 0 : log.ring.lastSeq + 1);
  log.reset();
  const stops = [
    socket.on('trace:batch', (event) => {
      if (event.lab !== lab) return;
      const batch = decodeTraceBatch(event.data);
      const firstSeq = batch.records[0]?.seq ?? 0;
      const restarted = log.epochMs !== 0 && batch.epochMs !== log.epochMs && firstSeq > 1;
      const seq = log.take(batch);
      if (restarted) {
        log.reset();
        follow(0);
      }
      socket.send('trace:taken', { lab, seq });
    }),
    socket.onResume(resume),
    socket.onLink({
      up: (again) => {
        if (!again) resume();
      },
    }),
  ];
  if (socket.connected) resume();
  return () => {
    left = true;
    for (const stop of stops) stop();
    socket.send('trace:unfollow', { lab });
  };
}

/** Whether the log is that of an earlier run than the one that is starting or running (TRACE3). */
export function isOutdated(log: TraceLog, { phase, startedMs }: LabStatus): boolean {
  return (phase === 'starting' || phase === 'running') && log.epochMs !== 0 && log.epochMs < startedMs;
}

/** The log of the lab that is open. */
export const traceStore = new TraceLog((draw) => {
  requestAnimationFrame(() => {
    draw();
    markSeq(traceStore.ring.lastSeq);
  });
});
whileInLab((lab) => {
  const unfollow = followTrace(traceStore, live, lab);
  const stop = useLab.subscribe(({ status }) => {
    if (status !== undefined && isOutdated(traceStore, status)) traceStore.reset();
  });
  return () => {
    stop();
    unfollow();
  };
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

/** Shows the packets `firstSeq` to `lastSeq` in the trace and selects the first: how checks and links open theirs. */
export function showPackets(firstSeq: number, lastSeq: number): void {
  useTraceFilter.getState().setText(`seq:${firstSeq}-${lastSeq}`);
  select({ kind: 'packet', seq: firstSeq });
  showPanel('trace');
}
