/**
 * One record of the log, filled in by `PacketLog.look`: the same object again and again, so that a million records can be
 * looked at without making one each. `bytes[start, end)` is what was kept of the frame, and lives until the next append.
 */
export interface LoggedRecord {
  seq: number;
  /** Microseconds since the log began. */
  tUs: number;
  /** Index into `points`. */
  point: number;
  /** Number of the node, as `PacketLog.node` gave it. */
  node: number;
  port: number;
  /** Indices into `verdicts`, `dropCauses` and `rules`. */
  verdict: number;
  cause: number;
  rule: number;
  confidence: number;
  /** Length on the wire. */
  length: number;
  parents: Float64Array;
  parentCount: number;
  bytes: Uint8Array;
  start: number;
  end: number;
}

const mostParents = 2;

export const newLoggedRecord = (): LoggedRecord => ({
  seq: 0,
  tUs: 0,
  point: 0,
  node: 0,
  port: 0,
  verdict: 0,
  cause: 0,
  rule: 0,
  confidence: 0,
  length: 0,
  parents: new Float64Array(mostParents),
  parentCount: 0,
  bytes: new Uint8Array(0),
  start: 0,
  end: 0,
});
