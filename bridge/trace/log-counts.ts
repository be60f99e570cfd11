import { codesOf, dropCauses, type Point, points } from '../packet/trace-batch.ts';

const pointCodes = codesOf<Point>(points);

/** What was ever logged, by point, and of what was dropped, by cause: forgotten records count, too. */
export class LogCounts {
  readonly #byPoint = new Float64Array(points.length);
  readonly #byCause = new Float64Array(dropCauses.length);

  /** Dropped frames by cause, only those that happened. */
  get drops(): Record<string, number> {
    const drops: Record<string, number> = {};
    dropCauses.forEach((cause, code) => {
      const count = this.#byCause[code] ?? 0;
      if (count > 0) drops[cause] = count;
    });
    return drops;
  }
  /** Records ever appended at a point. */
  at(point: Point): number {
    return this.#byPoint[pointCodes[point]] ?? 0;
  }

  logged(point: number): void {
    this.#byPoint[point] = (this.#byPoint[point] ?? 0) + 1;
  }
  dropped(cause: number): void {
    this.#byCause[cause] = (this.#byCause[cause] ?? 0) + 1;
  }
}
