import type { GradeRun } from './grade.ts';
import type { LabEvent, LabStatus, Problem } from './status.ts';

/** What a request over the socket is answered with. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };
type Done<T> = (answer: Answer<T>) => void;

/** A terminal as a viewer first sees it: `screen` is an escape sequence that draws it exactly. */
export interface TerminalScreen {
  id: string;
  screen: string;
  cols: number;
  rows: number;
}
export type TerminalTarget = { kind: 'mininet' } | { kind: 'router'; router: string } | { kind: 'host'; host: string };

/** Times are Unix milliseconds; binary values travel as they are. */
export interface ClientToServer {
  /** Joins a lab: from now on its status, events, checks and trace batches come. */
  'lab:watch': (e: { lab: string }, done: Done<{ status: LabStatus; events: LabEvent[]; grade: GradeRun }>) => void;
  'lab:unwatch': (e: { lab: string }) => void;
  /** Opens (a new host shell) or joins a terminal. */
  'terminal:open': (e: { lab: string; target: TerminalTarget }, done: Done<TerminalScreen>) => void;
  'terminal:join': (e: { lab: string; id: string }, done: Done<TerminalScreen>) => void;
  'terminal:leave': (e: { lab: string; id: string }) => void;
  /** Ends a host shell. */
  'terminal:end': (e: { lab: string; id: string }, done: Done<null>) => void;
  /** UTF-8 bytes; more than the limit at once is answered with `too-large` and nothing is typed. */
  'terminal:input': (e: { lab: string; id: string; data: Uint8Array }, done: Done<null>) => void;
  /** The latest typist's size wins. */
  'terminal:resize': (e: { lab: string; id: string; cols: number; rows: number }) => void;
  /** Bytes that xterm has drawn: the viewer's credit. */
  'terminal:drawn': (e: { lab: string; id: string; bytes: number }) => void;
  /**
   * Follows the log from `fromSeq` (0 = what is kept), but with no more than its `newest` records until now; batches come
   * until `trace:unfollow`. A lab that does not run is followed from its next start on; after a restart the new log comes
   * from its first record. `nextSeq` ≤ `fromSeq` unless there is something to send; below `fromSeq` the log is another one
   * than the caller knows.
   */
  'trace:follow': (
    e: { lab: string; fromSeq: number; newest?: number | undefined },
    done: Done<{ firstSeq: number; nextSeq: number }>,
  ) => void;
  'trace:unfollow': (e: { lab: string }) => void;
  /** Last seq that the page has taken in: the viewer's credit. */
  'trace:taken': (e: { lab: string; seq: number }) => void;
  /** Answered at once with the server's clock, Unix ms. */
  ping: (done: (atMs: number) => void) => void;
}

export interface ServerToClient {
  /** Why the server closes the connection: too many messages, a reader that is too slow, a session that ended. */
  problem: (e: Problem) => void;
  'lab:status': (e: LabStatus) => void;
  'lab:event': (e: { lab: string; event: LabEvent }) => void;
  'grade:progress': (e: GradeRun) => void;
  /** Output in order; `data` never splits a UTF-8 sequence. */
  'terminal:output': (e: { lab: string; id: string; data: Uint8Array }) => void;
  /** Replaces everything drawn so far: sent to a viewer that fell behind, and after a resize by somebody else. */
  'terminal:screen': (e: TerminalScreen & { lab: string; reason: 'behind' | 'resized' }) => void;
  /** A batch of bridge/packet/trace-batch; `skipped` counts records that this viewer will not get (the server has all). */
  'trace:batch': (e: { lab: string; data: Uint8Array; skipped: number }) => void;
}
