import type { GraphAnswer, GraphTold } from '../../../server/contract/graph.ts';

/** What is drawn: dense, one entry a bucket. */
export interface Columns {
  /** Where each bucket begins, s on the trace's clock. */
  readonly seconds: readonly number[];
  /** For each line the sum of each bucket. */
  readonly sums: readonly (readonly number[])[];
}

/** Most buckets that are drawn, as the bridge's own bound. */
export const mostBuckets = 4000;

/** What the bridge told so far of buckets of time: answers are added to what is there (METRICS2). */
export interface Told<Answer extends GraphTold> {
  /** The latest answer: its times, its interval, and how far the log was looked at. */
  readonly answer: Answer | undefined;
  /** How many buckets there are to draw, from the first that is still kept up to now or the end of the time. */
  readonly length: number;
  /** Adds an answer; false when it is of longer buckets than those here: then everything is to be asked anew. */
  take(answer: Answer): boolean;
}

/** Cells of buckets of time, each answer's added to those before, since each is of records that no other looked at. */
export class TimedCells<Answer extends GraphTold, Cell> implements Told<Answer> {
  readonly #empty: () => Cell;
  readonly #add: (answer: Answer, cellOf: (bucket: number) => Cell) => void;
  readonly #cells = new Map<number, Cell>();
  #answer: Answer | undefined;

  constructor(empty: () => Cell, add: (answer: Answer, cellOf: (bucket: number) => Cell) => void) {
    this.#empty = empty;
    this.#add = add;
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }

  take(answer: Answer): boolean {
    if (this.#answer !== undefined && this.#answer.intervalUs !== answer.intervalUs) return false;
    // Longer buckets than asked for at the beginning stay longer than asked for.
    this.#answer = { ...answer, isCoarser: answer.isCoarser || this.#answer?.isCoarser === true };
    this.#add(answer, (bucket) => {
      const cell = this.#cells.get(bucket) ?? this.#empty();
      this.#cells.set(bucket, cell);
      return cell;
    });
    const first = firstBucket(answer);
    for (const bucket of this.#cells.keys()) if (bucket < first) this.#cells.delete(bucket);
    return true;
  }

  get length(): number {
    return this.#answer === undefined ? 0 : endBucket(this.#answer) - firstBucket(this.#answer);
  }

  /** Where the buckets that are drawn begin, s on the trace's clock, and what is in them. */
  drawn(): { readonly seconds: readonly number[]; readonly cells: readonly (Cell | undefined)[] } {
    if (this.#answer === undefined) return { seconds: [], cells: [] };
    const { intervalUs } = this.#answer;
    const first = firstBucket(this.#answer);
    const buckets = Array.from({ length: Math.min(this.length, mostBuckets) }, (_, i) => first + i);
    return {
      seconds: buckets.map((bucket) => (bucket * intervalUs) / 1e6),
      cells: buckets.map((bucket) => this.#cells.get(bucket)),
    };
  }
}

function firstBucket({ fromUs, keptFromUs, intervalUs }: GraphTold): number {
  return Math.floor(Math.max(fromUs, keptFromUs) / intervalUs);
}

function endBucket(answer: GraphTold): number {
  return Math.max(firstBucket(answer) + 1, Math.round(answer.toUs / answer.intervalUs));
}

/** The sums of the graph's lines. */
export class GraphBuckets implements Told<GraphAnswer> {
  readonly #lines: number;
  readonly #sums: TimedCells<GraphAnswer, number[]>;

  constructor(lines: number) {
    this.#lines = lines;
    this.#sums = new TimedCells(
      () => new Array<number>(lines).fill(0),
      ({ at, counts }, sumsOf) => {
        at.forEach((bucket, i) => {
          const sums = sumsOf(bucket);
          for (let line = 0; line < lines; line++) sums[line] = (sums[line] ?? 0) + (counts[line]?.[i] ?? 0);
        });
      },
    );
  }

  get answer(): GraphAnswer | undefined {
    return this.#sums.answer;
  }

  get length(): number {
    return this.#sums.length;
  }

  take(answer: GraphAnswer): boolean {
    return this.#sums.take(answer);
  }

  columns(): Columns {
    const { seconds, cells } = this.#sums.drawn();
    return {
      seconds,
      sums: Array.from({ length: this.#lines }, (_, line) => cells.map((sums) => sums?.[line] ?? 0)),
    };
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

/** The buckets in which something counted, oldest first. */
export function busyBuckets({ seconds, sums }: Columns): readonly number[] {
  return seconds.flatMap((_, i) => (sums.some((each) => (each[i] ?? 0) > 0) ? [i] : []));
}
