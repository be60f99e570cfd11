import type { GraphAnswer } from '../../../server/contract/graph.ts';

/** What is drawn: dense, one entry a bucket. */
export interface Columns {
  /** Where each bucket begins, s on the trace's clock. */
  readonly seconds: readonly number[];
  /** For each line the sum of each bucket. */
  readonly sums: readonly (readonly number[])[];
}

/** Most buckets that are drawn, as the bridge's own bound. */
export const mostBuckets = 4000;

/**
 * The sums that the bridge told so far (METRICS2): answers are added to what is there, since each is of records that no
 * other looked at.
 */
export class GraphBuckets {
  readonly #lines: number;
  #sums = new Map<number, number[]>();
  #answer: GraphAnswer | undefined;

  constructor(lines: number) {
    this.#lines = lines;
  }

  /** The latest answer: its times, its interval, and how far the log was looked at. */
  get answer(): GraphAnswer | undefined {
    return this.#answer;
  }

  /** Adds an answer; false when it is of longer buckets than those here: then everything is to be asked anew. */
  take(answer: GraphAnswer): boolean {
    if (this.#answer !== undefined && this.#answer.intervalUs !== answer.intervalUs) return false;
    // Longer buckets than asked for at the beginning stay longer than asked for.
    this.#answer = { ...answer, isCoarser: answer.isCoarser || this.#answer?.isCoarser === true };
    answer.at.forEach((bucket, i) => {
      const sums = this.#sums.get(bucket) ?? new Array<number>(this.#lines).fill(0);
      this.#sums.set(bucket, sums);
      for (let line = 0; line < this.#lines; line++) sums[line] = (sums[line] ?? 0) + (answer.counts[line]?.[i] ?? 0);
    });
    const first = this.#firstBucket(answer);
    for (const bucket of this.#sums.keys()) if (bucket < first) this.#sums.delete(bucket);
    return true;
  }

  /** How many buckets there are to draw, from the first that is still kept up to now or the end of the time. */
  get length(): number {
    return this.#answer === undefined ? 0 : this.#endBucket(this.#answer) - this.#firstBucket(this.#answer);
  }

  columns(): Columns {
    if (this.#answer === undefined) return { seconds: [], sums: Array.from({ length: this.#lines }, () => []) };
    const { intervalUs } = this.#answer;
    const first = this.#firstBucket(this.#answer);
    const buckets = Array.from({ length: Math.min(this.length, mostBuckets) }, (_, i) => first + i);
    return {
      seconds: buckets.map((bucket) => (bucket * intervalUs) / 1e6),
      sums: Array.from({ length: this.#lines }, (_, line) =>
        buckets.map((bucket) => this.#sums.get(bucket)?.[line] ?? 0),
      ),
    };
  }

  #firstBucket({ fromUs, keptFromUs, intervalUs }: GraphAnswer): number {
    return Math.floor(Math.max(fromUs, keptFromUs) / intervalUs);
  }

  #endBucket(answer: GraphAnswer): number {
    const end = Math.round(answer.toUs / answer.intervalUs);
    return Math.max(this.#firstBucket(answer) + 1, end);
  }
}

/** What a line comes to over the time that is drawn. */
export interface LineFigures {
  readonly total: number;
  readonly most: number;
  /** Of the bucket with the most; undefined when nothing counted. */
  readonly mostAtUs: number | undefined;
  readonly perSecond: number;
}

export function figuresOf({ seconds, sums }: Columns, line: number, intervalUs: number): LineFigures {
  const own = sums[line] ?? [];
  const total = own.reduce((sum, each) => sum + each, 0);
  const most = own.reduce((high, each) => Math.max(high, each), 0);
  const at = most === 0 ? undefined : seconds[own.indexOf(most)];
  const lengthS = (seconds.length * intervalUs) / 1e6;
  return {
    total,
    most,
    mostAtUs: at === undefined ? undefined : at * 1e6,
    perSecond: lengthS === 0 ? 0 : total / lengthS,
  };
}

/** The newest buckets in which something counted, at most `most`, oldest first: the rows of the table. */
export function busyBuckets({ seconds, sums }: Columns, most: number): readonly number[] {
  const busy: number[] = [];
  for (let i = seconds.length - 1; i >= 0 && busy.length < most; i--)
    if (sums.some((each) => (each[i] ?? 0) > 0)) busy.push(i);
  return busy.reverse();
}
