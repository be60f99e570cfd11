import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';

/** Fetched records that a page keeps: with frames of 2 KiB, the longest kept, 16 MiB. */
const pastCapacity = 8_000;
/** So many that the server left out are remembered: their rows would be asked for each time they are drawn. */
const leftOutCapacity = 50_000;

/**
 * Records of the server's log that the ring does not have, as far as somebody looked at them: a bounded number, the first
 * fetched forgotten first (TRACE90).
 */
export class TracePast {
  /** Seq of the server's oldest record; undefined while the server cannot be asked for records. */
  keptFrom: number | undefined;
  readonly #capacity: number;
  readonly #records = new Map<number, TraceRecord>();
  readonly #children = new Map<number, number[]>();
  readonly #leftOut = new Set<number>();

  constructor(capacity = pastCapacity) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#records.size;
  }

  record(seq: number): TraceRecord | undefined {
    return this.#records.get(seq);
  }

  childrenOf(seq: number): readonly number[] {
    return this.#children.get(seq) ?? [];
  }

  /** The server has its log, but not these: a recorded run may have left them out. */
  leaveOut(seqs: readonly number[]): void {
    if (this.#leftOut.size + seqs.length > leftOutCapacity) this.#leftOut.clear();
    for (const seq of seqs) this.#leftOut.add(seq);
  }

  isLeftOut(seq: number): boolean {
    return this.#leftOut.has(seq);
  }

  put(records: readonly TraceRecord[]): void {
    for (const record of records) {
      if (this.#records.has(record.seq)) continue;
      this.#records.set(record.seq, record);
      for (const parent of record.parents) {
        const siblings = this.#children.get(parent);
        if (siblings) siblings.push(record.seq);
        else this.#children.set(parent, [record.seq]);
      }
    }
    for (const record of this.#records.values()) {
      if (this.#records.size <= this.#capacity) break;
      this.#forget(record);
    }
  }

  #forget({ seq, parents }: TraceRecord): void {
    this.#records.delete(seq);
    for (const parent of parents) {
      const siblings = this.childrenOf(parent).filter((child) => child !== seq);
      if (siblings.length === 0) this.#children.delete(parent);
      else this.#children.set(parent, siblings);
    }
  }
}
