import type { LatencyAnswer, LatencyStage } from '../../../server/contract/graph.ts';
import { TimedCells, type Told } from './graph-buckets.ts';

/** Times of one stage, one entry a bucket; null where none ended in it. */
export interface LatencyColumns {
  readonly seconds: readonly number[];
  readonly counts: readonly number[];
  readonly p50Us: readonly (number | null)[];
  readonly p95Us: readonly (number | null)[];
}

/** How often each time was taken, by stage. */
type Times = Map<LatencyStage, Map<number, number>>;

/** What the bridge told of the stages' times so far (METRICS7). */
export class LatencyBuckets implements Told<LatencyAnswer> {
  readonly #times = new TimedCells<LatencyAnswer, Times>(
    () => new Map(),
    ({ stages, cells }, timesOf) => {
      for (const [index, bucket, us, count] of cells) {
        const stage = stages[index];
        if (stage === undefined) continue;
        const cell = timesOf(bucket);
        const its = cell.get(stage) ?? new Map<number, number>();
        cell.set(stage, its.set(us, (its.get(us) ?? 0) + count));
      }
    },
  );

  get answer(): LatencyAnswer | undefined {
    return this.#times.answer;
  }

  get length(): number {
    return this.#times.length;
  }

  take(answer: LatencyAnswer): boolean {
    return this.#times.take(answer);
  }

  columns(stage: LatencyStage): LatencyColumns {
    const { seconds, cells } = this.#times.drawn();
    const told = cells.map((times) => quantilesOf(times?.get(stage) ?? new Map()));
    return {
      seconds,
      counts: told.map(({ count }) => count),
      p50Us: told.map(({ p50Us }) => p50Us),
      p95Us: told.map(({ p95Us }) => p95Us),
    };
  }

  /** Over all buckets that are drawn. */
  whole(stage: LatencyStage): Quantiles {
    const all = new Map<number, number>();
    for (const times of this.#times.drawn().cells)
      for (const [us, count] of times?.get(stage) ?? []) all.set(us, (all.get(us) ?? 0) + count);
    return quantilesOf(all);
  }
}

export interface Quantiles {
  readonly count: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
}

function quantilesOf(times: ReadonlyMap<number, number>): Quantiles {
  const ascending = [...times].sort(([a], [b]) => a - b);
  const count = ascending.reduce((sum, [, often]) => sum + often, 0);
  const at = (share: number): number | null => {
    let left = Math.min(count - 1, Math.floor(count * share));
    for (const [us, often] of ascending) {
      if (left < often) return us;
      left -= often;
    }
    return null;
  };
  return { count, p50Us: at(0.5), p95Us: at(0.95) };
}
