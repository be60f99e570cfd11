import type { BridgeHandle } from '../../bridge/index.ts';

/** A log that can be read: that of a running lab, or a recorded one. */
export interface TraceSource {
  /** Wall time (Unix ms) of t = 0. */
  readonly epochMs: number;
  /** Seq that are there now, up to, without, `nextSeq`. */
  kept(): Promise<{ readonly firstSeq: number; readonly nextSeq: number }>;
  /** Up to `limit` records from `fromSeq` on as one batch (trace-batch). */
  read(fromSeq: number, limit: number): Promise<Uint8Array>;
}

/** The log of a running bridge. */
export function liveTrace(bridge: BridgeHandle): TraceSource {
  return {
    epochMs: bridge.state.epochMs,
    kept: () => bridge.call('trace:kept', {}),
    read: (fromSeq, limit) => bridge.readTrace(fromSeq, limit),
  };
}
