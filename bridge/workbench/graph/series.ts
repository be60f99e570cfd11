import type { LoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { contextOf, filterFor, learnFor } from '../log-filter.ts';
import { Askers, walkLog } from '../log-walk.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { type LatencyMethods, latencyMethods } from './latency.ts';
import { type GraphTime, type GraphTold, rangeOf, toldOf } from './range.ts';
import { type CountedAt, countsAt } from './where-counted.ts';

/** What of a record is added up. */
type GraphUnit = 'packets' | 'bytes' | 'bits';

interface GraphSeries {
  /** In the language of PK20; '' is everything. */
  readonly filter: string;
  readonly at: CountedAt;
  readonly unit: GraphUnit;
}

interface GraphQuestion extends GraphTime {
  /** At most 8. */
  readonly series: readonly GraphSeries[];
}

interface GraphAnswer extends GraphTold {
  /** Numbers of the buckets in which something counted, ascending: bucket n begins at n × intervalUs. */
  readonly at: readonly number[];
  /** For each series the sum of each of these buckets. */
  readonly counts: readonly (readonly number[])[];
}

export interface GraphMethods extends LatencyMethods {
  /** How much of what passes each filter was logged, a bucket of time (WB43). A filter that cannot be read is bad-request. */
  'graph:series'(argument: GraphQuestion): GraphAnswer;
}

interface GraphDeps {
  readonly log: PacketLog;
  readonly nowUs: () => number;
}

const mostSeries = 8;

/** Counts over the log in short turns; nothing is kept from one question to the next (WB46). */
export function graphMethods({ log, nowUs }: GraphDeps): Implementation<GraphMethods> {
  const askers = new Askers();
  return {
    ...latencyMethods(log, nowUs),
    'graph:series': async (question) => {
      const counters = countersOf(question, log);
      const now = nowUs();
      const range = rangeOf(question, log, now);
      const { fromSeq, toSeq, firstBucket, endBucket, intervalUs } = range;
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
        ...toldOf(question, range, log, now),
        ...buckets.columns(),
        ...walked,
      };
    },
  };
}

type Counter = (record: LoggedRecord) => number;

/** What each series adds for a record: 0 when it does not pass. */
function countersOf({ series }: GraphQuestion, log: PacketLog): Counter[] {
  if (series.length > mostSeries)
    throw new WorkbenchError('bad-request', `At most ${mostSeries} series at once, not ${series.length}.`);
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
