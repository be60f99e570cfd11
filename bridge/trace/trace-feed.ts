import type { PacketLog } from './packet-log.ts';

export interface TraceFeedOptions {
  /** Records in one step at most. */
  readonly maxRecords?: number;
  /** No record is begun when a step has this many bytes. */
  readonly maxBytes?: number;
  /** Steps it may lie behind before it leaps to the newest. */
  readonly maxBehind?: number;
}

/**
 * After a step of so many records the feed leaves out two: the first packets behind each find the processor's caches cold.
 * With `most` a step and more there is no time to rest.
 */
const large = { from: 200, most: 512, rests: 2 } as const;

/** New records as they come, so many a step; a feed that cannot keep up leaps, which the gap in seq shows (TR5). */
export class TraceFeed {
  readonly #log: PacketLog;
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #maxBehind: number;
  #nextSeq: number;
  /** Steps that are still to be left out. */
  #rests = 0;
  /** How many steps' records the next one gives, in as many batches. */
  #steps = 1;

  constructor(log: PacketLog, options: TraceFeedOptions = {}) {
    this.#log = log;
    this.#maxRecords = options.maxRecords ?? 4096;
    this.#maxBytes = options.maxBytes ?? 1024 * 1024;
    this.#maxBehind = options.maxBehind ?? 8;
    this.#nextSeq = log.nextSeq;
  }

  /** Forgets what it did not give yet: the next batch begins with the next record. */
  restart(): void {
    this.#nextSeq = this.#log.nextSeq;
    this.#rests = 0;
    this.#steps = 1;
  }

  /**
   * The next batch; none when nothing is new or a large step was just before, and three behind such a rest: a page takes in
   * each without being felt. Records from the first one after `untilUs` on wait.
   */
  step(untilUs = Number.POSITIVE_INFINITY): Uint8Array[] {
    const batches: Uint8Array[] = [];
    if (this.#rests > 0) {
      this.#rests -= 1;
      this.#steps += 1;
      return batches;
    }
    const pieces = this.#steps;
    this.#steps = 1;
    const behind = this.#countUntil(untilUs);
    if (behind <= 0) return batches;
    if (behind > this.#maxRecords * this.#maxBehind) this.#nextSeq = this.#log.nextSeq - this.#maxRecords;
    const count = Math.min(this.#maxRecords, this.#countUntil(untilUs));
    this.#rests = count >= large.from && count < large.most * pieces ? large.rests : 0;
    const endSeq = this.#nextSeq + count;
    for (let bytes = this.#maxBytes; this.#nextSeq < endSeq && bytes > 0; ) {
      const limit = Math.min(Math.ceil(count / pieces), endSeq - this.#nextSeq);
      const { batch, nextSeq } = this.#log.batches.read(this.#nextSeq, limit, bytes);
      // What is left of the bytes holds no record.
      if (nextSeq === this.#nextSeq) break;
      batches.push(batch);
      bytes -= batch.length;
      this.#nextSeq = nextSeq;
    }
    return batches;
  }

  #countUntil(untilUs: number): number {
    const { nextSeq } = this.#log;
    if (untilUs === Number.POSITIVE_INFINITY) return nextSeq - this.#nextSeq;
    let seq = this.#nextSeq;
    while (seq < nextSeq && this.#log.timeOf(seq) <= untilUs) seq++;
    return seq - this.#nextSeq;
  }
}
