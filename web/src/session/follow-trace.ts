import { decodeTraceBatch, type TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { ClientToServer, ServerToClient } from '../../../server/contract/events.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { ShareMeter, shareWindowMs } from '../state/trace-share.ts';

/** The part of the connection that a followed trace needs. */
export interface TraceSocket {
  readonly connected: boolean;
  request(
    event: 'trace:follow',
    payload: { lab: string; fromSeq: number; newest: number },
  ): Promise<{ firstSeq: number; nextSeq: number }>;
  send<K extends 'trace:unfollow' | 'trace:taken'>(event: K, payload: Parameters<ClientToServer[K]>[0]): void;
  on(event: 'trace:batch', listener: ServerToClient['trace:batch']): () => void;
  onResume(resume: () => void): () => void;
  onLink(listener: { up(again: boolean): void }): () => void;
}

/** How often the share of a storm that the page gets is told, milliseconds: it can be read, and does not flicker. */
const shareEveryMs = 500;

/** Whether a record continues the log without a leap: what came before the page did, and catching up, are no overload. */
function isLive(log: TraceLog, next: TraceRecord | undefined): boolean {
  const last = log.record(log.ring.lastSeq);
  return last !== undefined && next !== undefined && (next.tUs - last.tUs) / 1000 < shareWindowMs;
}

/**
 * Follows a lab's log into `log` until the returned function is called: acknowledges each batch, resumes behind the last
 * seq after a reconnection, and starts over when the server's log is another one (TRACE3).
 * `tellShare` hears how much of a storm comes here, from 0 to 1 (TRACE15).
 */
export function followTrace(
  log: TraceLog,
  socket: TraceSocket,
  lab: string,
  tellShare: (share: number) => void = () => {},
): () => void {
  let left = false;
  const meter = new ShareMeter();
  let timer: ReturnType<typeof setInterval> | undefined;
  const quiet = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const measure = () => {
    const share = meter.share(performance.now());
    tellShare(share);
    if (share === 1) quiet();
    else timer ??= setInterval(measure, shareEveryMs);
  };
  const follow = (fromSeq: number): void => {
    socket
      .request('trace:follow', { lab, fromSeq, newest: log.capacity })
      .then(({ nextSeq }) => {
        if (left) return;
        log.setLiveFrom(nextSeq);
        // Another log, or none: what is here stays to be read until a record of the new one comes.
        if (nextSeq < fromSeq) follow(0);
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
      const skipped = isLive(log, batch.records[0]) ? event.skipped : 0;
      meter.note(batch.records.length, skipped, performance.now());
      if (skipped > 0 && timer === undefined) measure();
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
    quiet();
    tellShare(1);
    for (const stop of stops) stop();
    socket.send('trace:unfollow', { lab });
  };
}

/** Whether the log is that of an earlier run than the one that is starting or running (TRACE3). */
export function isOutdated(log: TraceLog, { phase, startedMs }: LabStatus): boolean {
  return (phase === 'starting' || phase === 'running') && log.epochMs !== 0 && log.epochMs < startedMs;
}
