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

  /** Seqs in any order; what is known already counts once. */
  add(seqs: Iterable<number>): void {
    const all = new Set(this.#seqs);
    for (const seq of seqs) all.add(seq);
    if (all.size > this.#seqs.length) this.#seqs = [...all].sort((a, b) => a - b);
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
