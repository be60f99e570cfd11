import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';

/** The oldest part of a full ring that is forgotten at once: rows move seldom, not with each packet. */
const forgottenPart = 0.05;

/**
 * At most the newest `capacity` records in order of seq. An index counts every record ever pushed, so it keeps its meaning
 * while the oldest are forgotten: valid indexes are `first` ≤ i < `end` (TRACE1).
 */
export class TraceRing {
  readonly capacity: number;
  #slots: TraceRecord[] = [];
  #children = new Map<number, number[]>();
  #first = 0;
  #end = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get first(): number {
    return this.#first;
  }
  get end(): number {
    return this.#end;
  }
  get size(): number {
    return this.#end - this.#first;
  }
  get lastSeq(): number {
    return this.#end === this.#first ? 0 : this.at(this.#end - 1).seq;
  }

  /** Appends a record whose seq is above all others; at capacity the oldest are forgotten. */
  push(record: TraceRecord): void {
    if (this.size === this.capacity) this.#forget(Math.ceil(this.capacity * forgottenPart));
    this.#slots[this.#end % this.capacity] = record;
    this.#end++;
    for (const parent of record.parents) {
      const children = this.#children.get(parent);
      if (children) children.push(record.seq);
      else if (this.record(parent)) this.#children.set(parent, [record.seq]);
    }
  }

  #forget(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#children.delete(this.at(this.#first).seq);
      this.#first++;
    }
  }

  /** The record at a valid index; anything else is a bug of the caller. */
  at(index: number): TraceRecord {
    const record = index >= this.#first && index < this.#end ? this.#slots[index % this.capacity] : undefined;
    if (!record) throw new RangeError(`No record at index ${index}; kept are ${this.#first} to ${this.#end}.`);
    return record;
  }

  /** Index of the first record whose seq is at least `seq`; `end` when there is none. */
  indexFrom(seq: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index behind the last record that was stamped at `tUs` or before; `first` when there is none. */
  indexAfter(tUs: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle).tUs <= tUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  record(seq: number): TraceRecord | undefined {
    const index = this.indexFrom(seq);
    if (index === this.#end) return undefined;
    const record = this.at(index);
    return record.seq === seq ? record : undefined;
  }

  /** Seqs of the kept records that name `seq` as a parent, in order. */
  childrenOf(seq: number): readonly number[] {
    return this.#children.get(seq) ?? [];
  }
}
