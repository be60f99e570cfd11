/** Index of the first of rising numbers that is at least `wanted`. */
export function firstAtLeast(rising: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Rows beyond the ring at most. With the ring's 100,000 in two lines each, 17.6 million pixels: no browser draws an element
 * that is much higher (TRACE90).
 */
export const mostAbsent = 300_000;

/** Rows whose records only the server has, in order of seq. */
export interface AbsentRows {
  readonly count: number;
  /** Undefined behind the last. */
  seqAt(order: number): number | undefined;
  /** How many have a seq below this. */
  countBelow(seq: number): number;
}

/** All from one seq to another, both included. */
export function runOfSeqs(from: number, to: number): AbsentRows {
  const count = Math.max(0, to - from + 1);
  return {
    count,
    seqAt: (order) => (order >= 0 && order < count ? from + order : undefined),
    countBelow: (seq) => Math.max(0, Math.min(count, seq - from)),
  };
}

/** Those that a search found, and those that the page once had. */
export class FoundSeqs implements AbsentRows {
  #seqs: readonly number[] = [];

  get count(): number {
    return this.#seqs.length;
  }
  seqAt(order: number): number | undefined {
    return this.#seqs[order];
  }
  countBelow(seq: number): number {
    return firstAtLeast(this.#seqs, seq);
  }

  /** Seqs in any order; what is known already counts once, and of too many the newest stay. */
  add(seqs: Iterable<number>): void {
    const added = [...seqs].sort((a, b) => a - b);
    if (added.length > 0) this.#seqs = merged(this.#seqs, added).slice(-mostAbsent);
  }

  /** From one seq to another, both included, there are these (in any order) and no others. */
  replace(from: number, to: number, seqs: readonly number[]): void {
    if (from <= to)
      this.#seqs = [...this.#seqs.slice(0, this.countBelow(from)), ...this.#seqs.slice(this.countBelow(to + 1))];
    this.add(seqs);
  }

  /** The server let go of what is below `seq`. */
  forgetBelow(seq: number): void {
    const gone = this.countBelow(seq);
    if (gone > 0) this.#seqs = this.#seqs.slice(gone);
  }

  /** The server cannot be asked any more. */
  clear(): void {
    this.#seqs = [];
  }
}

/** Two rising lists as one, in which everything stands once. */
function merged(a: readonly number[], b: readonly number[]): number[] {
  const all: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    all.push(next);
    while (a[i] === next) i++;
    while (b[j] === next) j++;
  }
  return all;
}
