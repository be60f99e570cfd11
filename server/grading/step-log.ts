import { setTimeout as pause } from 'node:timers/promises';
import type { BridgeHandle } from '../../bridge/index.ts';
import { decodeTraceBatch, type TraceRecord } from '../../bridge/packet/trace-batch.ts';

const batchRecords = 1000;
/** A step that floods is judged by its first packets; the log of the page has all. */
const mostRecords = 20_000;
/** The log is complete when it was quiet so long, and is taken as it is after the longer time. */
const quietMs = 20;
const patienceMs = 300;
const lookMs = 5;

type Log = Pick<BridgeHandle, 'state' | 'readTrace'>;

/** The packets of one step, in order; `lastSeq` 0 when nothing crossed. */
export interface StepLog {
  readonly records: readonly TraceRecord[];
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** The seq behind the last record of the log now. */
export async function logEnd(log: Log): Promise<number> {
  // The pushed state may be a moment old: what came since is passed over.
  let next = Math.max(1, log.state.counters.logged);
  for (let read = 0; read < mostRecords; ) {
    const { records } = decodeTraceBatch(await log.readTrace(next, batchRecords));
    const last = records.at(-1);
    if (!last || last.seq < next) return next;
    next = last.seq + 1;
    read += records.length;
  }
  return next;
}

/** What was logged from `fromSeq` on; waits until the log is quiet, for what the last packet of a step still causes. */
export async function readStepLog(log: Log, fromSeq: number): Promise<StepLog> {
  const records: TraceRecord[] = [];
  const startMs = performance.now();
  let newsMs = startMs;
  let next = fromSeq;
  for (;;) {
    const batch = decodeTraceBatch(await log.readTrace(next, batchRecords));
    const fresh = batch.records.filter(({ seq }) => seq >= next);
    const last = fresh.at(-1);
    const nowMs = performance.now();
    if (last) {
      records.push(...fresh);
      next = last.seq + 1;
      newsMs = nowMs;
    }
    if (records.length >= mostRecords || nowMs - newsMs >= quietMs || nowMs - startMs >= patienceMs) break;
    if (fresh.length < batchRecords) await pause(lookMs);
  }
  return { records, firstSeq: records[0]?.seq ?? 0, lastSeq: records.at(-1)?.seq ?? 0 };
}
