import type { LoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { contextOf, filterFor, learnFor } from '../log-filter.ts';
import { Askers, walkLog } from '../log-walk.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { intervalFor, longestIntervalUs, mostBuckets, shortestIntervalUs } from './interval.ts';
import { type CountedAt, countsAt } from './where-counted.ts';

/** What of a record is added up. */
type GraphUnit = 'packets' | 'bytes' | 'bits';

interface GraphSeries {
  /** In the language of PK20; '' is everything. */
  readonly filter: string;
  readonly at: CountedAt;
  readonly unit: GraphUnit;
}

interface GraphQuestion {
  /** At most 8. */
  readonly series: readonly GraphSeries[];
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

interface GraphAnswer {
  /** Of the buckets here: longer than what was asked for when the time needed more of them than there may be. */
  readonly intervalUs: number;
  readonly isCoarser: boolean;
  /** What was counted, µs: the time asked for, widened to whole buckets. */
  readonly fromUs: number;
  readonly toUs: number;
  /** The trace's clock now, and the time of the oldest record that is kept, µs. */
  readonly nowUs: number;
  readonly keptFromUs: number;
  /** Numbers of the buckets in which something counted, ascending: bucket n begins at n × intervalUs. */
  readonly at: readonly number[];
  /** For each series the sum of each of these buckets. */
  readonly counts: readonly (readonly number[])[];
  /** The last record that was looked at, and whether it was the last there is to look at: ask on behind it. */
  readonly scannedTo: number;
  readonly isComplete: boolean;
}

export interface GraphMethods {
  /** How much of what passes each filter was logged, a bucket of time (WB43). A filter that cannot be read is bad-request. */
  'graph:series'(argument: GraphQuestion): GraphAnswer;
}

interface GraphDeps {
  readonly log: PacketLog;
  readonly nowUs: () => number;
}

const mostSeries = 8;
/** What was seen outside of the bridge may be logged behind records that are later by so much, µs. */
const disorderUs = 1_000_000;

/** Counts over the log in short turns; nothing is kept from one question to the next (WB46). */
export function graphMethods({ log, nowUs }: GraphDeps): Implementation<GraphMethods> {
  const askers = new Askers();
  return {
    'graph:series': async (question) => {
      const counters = countersOf(question, log);
      const now = nowUs();
      const { fromSeq, toSeq, firstBucket, endBucket, intervalUs } = rangeOf(question, log, now);
      const buckets = new Buckets(counters.length);
      const filters = question.series.map(({ filter }) => filterFor(filter));
      const walked = await askers.ask(question.asker, async (isWanted) => {
        if (!(await learnFor(filters, log, isWanted)))
          return { scannedTo: Math.max(0, fromSeq - 1), isComplete: false };
        return await walkLog(log, { fromSeq, toSeq, isWanted }, (_, record) => {
          const bucket = Math.floor(record.tUs / intervalUs);
          if (bucket < firstBucket || bucket >= endBucket) return;
          for (let i = 0; i < counters.length; i++) {
            const amount = counters[i]?.(record) ?? 0;
            if (amount > 0) buckets.add(bucket, i, amount);
          }
        });
      });
      return {
        intervalUs,
        isCoarser: intervalUs > question.intervalUs,
        fromUs: firstBucket * intervalUs,
        toUs: Math.min(endBucket, Math.ceil(now / intervalUs)) * intervalUs,
        nowUs: now,
        keptFromUs: log.timeOf(log.firstSeq),
        ...buckets.columns(),
        ...walked,
      };
    },
  };
}

type Counter = (record: LoggedRecord) => number;

/** What each series adds for a record: 0 when it does not pass. */
function countersOf({ series, intervalUs, buckets }: GraphQuestion, log: PacketLog): Counter[] {
  if (series.length > mostSeries)
    throw new WorkbenchError('bad-request', `At most ${mostSeries} series at once, not ${series.length}.`);
  if (!(intervalUs >= shortestIntervalUs && intervalUs <= longestIntervalUs))
    throw new WorkbenchError('bad-request', `An interval is 1 ms to 1 h long, not ${intervalUs} µs.`);
  if (buckets !== undefined && !(buckets >= 1 && buckets <= mostBuckets))
    throw new WorkbenchError('bad-request', `There are 1 to ${mostBuckets} buckets, not ${buckets}.`);
  const context = contextOf(log);
  return series.map(({ filter, at, unit }, i) => {
    const passes = namedFilter(filter, i).over(context);
    const counts = countsAt(at);
    const isAll = filter.trim() === '';
    const amount = amounts[unit];
    return (record) => (counts(record) && (isAll || passes(record)) ? amount(record) : 0);
  });
}

const amounts: Readonly<Record<GraphUnit, Counter>> = {
  packets: () => 1,
  bytes: ({ length }) => length,
  bits: ({ length }) => length * 8,
};

function namedFilter(text: string, index: number): ReturnType<typeof filterFor> {
  try {
    return filterFor(text);
  } catch (error) {
    if (!(error instanceof WorkbenchError)) throw error;
    throw new WorkbenchError(error.code, `Series ${index + 1}: ${error.message}`);
  }
}

interface Range {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly firstBucket: number;
  /** Behind the last one. */
  readonly endBucket: number;
  readonly intervalUs: number;
}

/** Which records to look at, and how long the buckets are. */
function rangeOf(question: GraphQuestion, log: PacketLog, nowUs: number): Range {
  const { fromSeq = 0, toUs, lastUs } = question;
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

/** Sums of the buckets in which something counted: a quiet hour costs nothing. */
class Buckets {
  readonly #series: number;
  readonly #sums = new Map<number, Float64Array>();
  /** Records come in order of time, nearly: most are in the bucket of the one before. */
  #at = -1;
  #latest: Float64Array = new Float64Array(0);

  constructor(series: number) {
    this.#series = series;
  }

  add(bucket: number, series: number, amount: number): void {
    if (bucket !== this.#at) {
      this.#at = bucket;
      this.#latest = this.#sums.get(bucket) ?? new Float64Array(this.#series);
      this.#sums.set(bucket, this.#latest);
    }
    this.#latest[series] = (this.#latest[series] ?? 0) + amount;
  }

  columns(): Pick<GraphAnswer, 'at' | 'counts'> {
    const at = [...this.#sums.keys()].sort((a, b) => a - b);
    const counts = Array.from({ length: this.#series }, (_, i) => at.map((each) => this.#sums.get(each)?.[i] ?? 0));
    return { at, counts };
  }
}
