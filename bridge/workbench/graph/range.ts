import type { PacketLog } from '../../trace/packet-log.ts';
import { WorkbenchError } from '../method.ts';
import { intervalFor, longestIntervalUs, mostBuckets, shortestIntervalUs } from './interval.ts';

/** Of which time a graph is, and in buckets of which length (WB45). */
export interface GraphTime {
  /** Length of a bucket, µs: 1 ms to 1 h. */
  readonly intervalUs: number;
  /** Most buckets wanted, at most 4,000 (which it is without): a longer time has longer ones. */
  readonly buckets?: number | undefined;
  /** Only records from here on: how a graph that has the others goes on. */
  readonly fromSeq?: number | undefined;
  /** Trace clock, µs; without them everything that is kept. */
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  /** The time before now, µs, in place of `fromUs`. */
  readonly lastUs?: number | undefined;
  /** Who asks: a newer question ends this asker's older one. */
  readonly asker: string;
}

/** What the buckets of an answer are, and how far the log was looked at. */
export interface GraphTold {
  /** Of the buckets here: longer than what was asked for when the time needed more of them than there may be. */
  readonly intervalUs: number;
  readonly isCoarser: boolean;
  /** What was counted, µs: the time asked for, widened to whole buckets. */
  readonly fromUs: number;
  readonly toUs: number;
  /** The trace's clock now, and the time of the oldest record that is kept, µs. */
  readonly nowUs: number;
  readonly keptFromUs: number;
  /** The last record that was looked at, and whether it was the last there is to look at: ask on behind it. */
  readonly scannedTo: number;
  readonly isComplete: boolean;
}

/** What was seen outside of the bridge may be logged behind records that are later by so much, µs. */
const disorderUs = 1_000_000;

/** The records and buckets of a graph. */
export interface Range {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly firstBucket: number;
  /** Behind the last one. */
  readonly endBucket: number;
  readonly intervalUs: number;
}

/** Which records to look at, and how long the buckets are. Throws bad-request for what is out of bounds (WB47). */
export function rangeOf(question: GraphTime, log: PacketLog, nowUs: number): Range {
  const { fromSeq = 0, toUs, lastUs, buckets } = question;
  if (!(question.intervalUs >= shortestIntervalUs && question.intervalUs <= longestIntervalUs))
    throw new WorkbenchError('bad-request', `An interval is 1 ms to 1 h long, not ${question.intervalUs} µs.`);
  if (buckets !== undefined && !(buckets >= 1 && buckets <= mostBuckets))
    throw new WorkbenchError('bad-request', `There are 1 to ${mostBuckets} buckets, not ${buckets}.`);
  const fromUs = Math.max(0, lastUs === undefined ? (question.fromUs ?? 0) : nowUs - lastUs);
  if (toUs !== undefined && toUs <= fromUs)
    throw new WorkbenchError('bad-request', `The time ends at ${toUs} µs, before it begins (${fromUs} µs).`);
  // Buckets are needed from the first record that is looked at only.
  const first = Math.max(fromSeq, log.firstSeq);
  const firstUs = first < log.nextSeq ? log.timeOf(first) : nowUs;
  const begin = Math.max(fromUs, firstUs - disorderUs, 0);
  const end = Math.max(begin + 1, Math.min(toUs ?? nowUs, nowUs));
  const intervalUs = intervalFor(begin, end, question.intervalUs, question.buckets ?? mostBuckets);
  const firstBucket = Math.floor(fromUs / intervalUs);
  const endBucket = toUs === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(toUs / intervalUs);
  return {
    fromSeq: Math.max(first, seqAt(log, firstBucket * intervalUs - disorderUs)),
    toSeq: toUs === undefined ? log.nextSeq - 1 : seqAt(log, endBucket * intervalUs + disorderUs) - 1,
    firstBucket,
    endBucket,
    intervalUs,
  };
}

/** The first record that is kept and stamped at `tUs` or later, as far as the stamps ascend. */
function seqAt(log: PacketLog, tUs: number): number {
  let low = log.firstSeq;
  let high = log.nextSeq;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (log.timeOf(middle) < tUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What an answer says of its buckets. */
export function toldOf(
  question: GraphTime,
  { firstBucket, endBucket, intervalUs }: Range,
  log: PacketLog,
  nowUs: number,
): Omit<GraphTold, 'scannedTo' | 'isComplete'> {
  return {
    intervalUs,
    isCoarser: intervalUs > question.intervalUs,
    fromUs: firstBucket * intervalUs,
    toUs: Math.min(endBucket, Math.ceil(nowUs / intervalUs)) * intervalUs,
    nowUs,
    keptFromUs: log.timeOf(log.firstSeq),
  };
}
