import type { BridgeHandle, RecordedRun } from '../../bridge/index.ts';

/** A log that can be read: that of a running lab, or a recorded one. */
export interface TraceSource {
  /** Wall time (Unix ms) of t = 0. */
  readonly epochMs: number;
  /** Seq that are there now, up to, without, `nextSeq`. */
  kept(): Promise<{ readonly firstSeq: number; readonly nextSeq: number }>;
  /** Up to `limit` records from `fromSeq` on as one batch (trace-batch). */
  read(fromSeq: number, limit: number): Promise<Uint8Array>;
  /** What people say of its records, by seq. */
  comments(): Promise<ReadonlyMap<number, string>>;
}

/** The log of a running bridge. */
export const liveTrace = (bridge: BridgeHandle): TraceSource => traceOf(bridge, bridge.state.epochMs);
/** That of a recorded run. */
export const recordedTrace = (run: RecordedRun): TraceSource => traceOf(run, run.epochMs);

const traceOf = (log: Pick<BridgeHandle, 'call' | 'readTrace'>, epochMs: number): TraceSource => ({
  epochMs,
  kept: () => log.call('trace:kept', {}),
  read: (fromSeq, limit) => log.readTrace(fromSeq, limit),
  comments: async () => {
    const { comments } = await log.call('note:list', {});
    return new Map(comments.map(({ seq, text }) => [seq, text]));
  },
});
