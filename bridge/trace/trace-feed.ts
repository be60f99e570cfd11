import type { PacketLog } from './packet-log.ts';

export interface TraceFeedOptions {
  /** Records in one batch at most. */
  readonly maxRecords?: number;
  /** No record is begun when a batch has this many bytes. */
  readonly maxBytes?: number;
  /** Batches it may lie behind before it leaps to the newest. */
  readonly maxBehind?: number;
}

/** New records as they come, one capped batch a step; a feed that cannot keep up leaps, which the gap in seq shows (TR5). */
export class TraceFeed {
  readonly #log: PacketLog;
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #maxBehind: number;
  #nextSeq: number;

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
  }

  /** The next batch, or undefined when there is nothing new; records from the first one after `untilUs` on wait. */
  step(untilUs = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const behind = this.#countUntil(untilUs);
    if (behind <= 0) return undefined;
    if (behind > this.#maxRecords * this.#maxBehind) this.#nextSeq = this.#log.nextSeq - this.#maxRecords;
    const limit = Math.min(this.#maxRecords, this.#countUntil(untilUs));
    const { batch, nextSeq } = this.#log.batches.read(this.#nextSeq, limit, this.#maxBytes);
    this.#nextSeq = nextSeq;
    return batch;
  }

  #countUntil(untilUs: number): number {
    const { nextSeq } = this.#log;
    if (untilUs === Number.POSITIVE_INFINITY) return nextSeq - this.#nextSeq;
    let seq = this.#nextSeq;
    while (seq < nextSeq && this.#log.timeOf(seq) <= untilUs) seq++;
    return seq - this.#nextSeq;
  }
}
