import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { TracePast } from './trace-past.ts';
import { TraceRing } from './trace-ring.ts';

/** Records that this page does not have: between two it has, or before the first. */
export interface TraceGap {
  /** Last seq before the gap, 0 at the start of the log. */
  readonly afterSeq: number;
  readonly missing: number;
}

/** A decoded batch, as far as the log needs it. */
export interface TakenBatch {
  /** Unix milliseconds of the trace clock's zero: a different one is a different log. */
  readonly epochMs: number;
  readonly records: readonly TraceRecord[];
}

export type BatchListener = (records: readonly TraceRecord[]) => void;

/** How many records a page keeps. */
const traceCapacity = 100_000;
/** How many gaps are remembered for rows of their own; older ones stay in the total. */
const keptGaps = 200;

/**
 * The page's copy of a lab's log, outside of React (TRACE1 to TRACE5): components subscribe to `version`, which changes at
 * most once a frame; whoever draws packets itself listens to batches.
 */
export class TraceLog {
  readonly #capacity: number;
  readonly #schedule: (draw: () => void) => void;
  readonly #subscribers = new Set<() => void>();
  readonly #batchListeners = new Set<BatchListener>();
  #ring: TraceRing;
  #gaps: TraceGap[] = [];
  #missing = 0;
  #epochMs = 0;
  #version = 0;
  #generation = 0;
  #announced = false;
  #pausedEnd: number | undefined;
  #pausedSeq = Number.POSITIVE_INFINITY;
  #past = new TracePast();
  #liveFrom = 0;

  constructor(schedule: (draw: () => void) => void, capacity = traceCapacity) {
    this.#schedule = schedule;
    this.#capacity = capacity;
    this.#ring = new TraceRing(capacity);
  }

  get ring(): TraceRing {
    return this.#ring;
  }
  /** Records that are kept at most. */
  get capacity(): number {
    return this.#capacity;
  }
  get version(): number {
    return this.#version;
  }
  /** Changes when everything known was forgotten: another lab, or the lab started again. */
  get generation(): number {
    return this.#generation;
  }
  /** Unix milliseconds of t = 0, 0 before the first batch. */
  get epochMs(): number {
    return this.#epochMs;
  }
  /** Seq of the first record that was logged while the page was here: what is below had happened before it came. */
  get liveFrom(): number {
    return this.#liveFrom;
  }
  /** In order of seq, the latest 200. */
  get gaps(): readonly TraceGap[] {
    return this.#gaps;
  }
  /** Records of this log that the page never got. */
  get missing(): number {
    return this.#missing;
  }
  get paused(): boolean {
    return this.#pausedEnd !== undefined;
  }
  /** Index behind the last record to show: while paused it stands still. */
  get visibleEnd(): number {
    return this.#pausedEnd === undefined ? this.#ring.end : Math.max(this.#pausedEnd, this.#ring.first);
  }
  /** Records that came since the pause. */
  get waiting(): number {
    return this.#ring.end - this.visibleEnd;
  }

  /** The last seq to show: infinite unless paused. */
  get visibleSeq(): number {
    return this.#pausedSeq;
  }
  /** Records outside of the ring that were fetched, and how far back they can be. */
  get past(): TracePast {
    return this.#past;
  }

  record(seq: number): TraceRecord | undefined {
    return this.#ring.record(seq) ?? this.#past.record(seq);
  }

  /** Seqs of the records at hand that name `seq` as a parent, in order. */
  childrenOf(seq: number): readonly number[] {
    const children = this.#ring.childrenOf(seq);
    const past = this.#past.childrenOf(seq);
    return past.length === 0 ? children : [...new Set([...past, ...children])].sort((a, b) => a - b);
  }

  /** Takes in fetched records, and what the server left out of those that it was asked for; of another log, neither. */
  takePast(batch: TakenBatch, leftOut: readonly number[] = []): void {
    if (batch.epochMs !== this.#epochMs) return;
    this.#past.leaveOut(leftOut);
    this.#past.put(batch.records.filter(({ seq }) => this.#ring.record(seq) === undefined));
    this.#changed();
  }

  /** The page has come, or come back, to a log whose next record is this one. */
  setLiveFrom(seq: number): void {
    this.#liveFrom = seq;
  }

  /** The server's oldest record; undefined when it cannot be asked for records. */
  setKeptFrom(seq: number | undefined): void {
    if (seq === this.#past.keptFrom) return;
    this.#past.keptFrom = seq;
    this.#changed();
  }

  /** Kept records with `fromSeq` ≤ seq ≤ `toSeq`. */
  range(fromSeq: number, toSeq: number): TraceRecord[] {
    const records: TraceRecord[] = [];
    for (let index = this.#ring.indexFrom(fromSeq); index < this.#ring.end; index++) {
      const record = this.#ring.at(index);
      if (record.seq > toSeq) break;
      records.push(record);
    }
    return records;
  }

  /** The last kept record stamped at `tUs` or before, trace clock; undefined when there is none. */
  lastUntil(tUs: number): TraceRecord | undefined {
    const index = this.#ring.indexAfter(tUs) - 1;
    return index < this.#ring.first ? undefined : this.#ring.at(index);
  }

  /** Kept records stamped after `afterUs` and until `untilUs`, trace clock. */
  between(afterUs: number, untilUs: number): TraceRecord[] {
    const records: TraceRecord[] = [];
    const end = this.#ring.indexAfter(untilUs);
    for (let index = this.#ring.indexAfter(afterUs); index < end; index++) records.push(this.#ring.at(index));
    return records;
  }

  /**
   * Takes in a batch. Records known already are passed over (a resumed viewer may hear some again); a batch of another
   * epoch starts the log anew. Returns the last seq, to acknowledge.
   */
  take(batch: TakenBatch): number {
    if (batch.records.length === 0) return this.#ring.lastSeq;
    if (batch.epochMs !== this.#epochMs) {
      if (this.#epochMs !== 0) this.reset();
      this.#epochMs = batch.epochMs;
    }
    const fresh: TraceRecord[] = [];
    for (const record of batch.records) {
      const lastSeq = this.#ring.lastSeq;
      if (record.seq <= lastSeq) continue;
      if (record.seq > lastSeq + 1) this.#noteGap(lastSeq, record.seq - lastSeq - 1);
      this.#ring.push(record);
      fresh.push(record);
    }
    if (fresh.length > 0) {
      for (const listener of this.#batchListeners) listener(fresh);
      this.#changed();
    }
    return this.#ring.lastSeq;
  }

  #noteGap(afterSeq: number, missing: number): void {
    this.#missing += missing;
    this.#gaps = [...this.#gaps.slice(1 - keptGaps), { afterSeq, missing }];
  }

  /** Forgets everything; subscribers hear of it like of any change. */
  reset(): void {
    this.#ring = new TraceRing(this.#capacity);
    this.#gaps = [];
    this.#missing = 0;
    this.#epochMs = 0;
    this.#pausedEnd = undefined;
    this.#pausedSeq = Number.POSITIVE_INFINITY;
    this.#past = new TracePast();
    this.#liveFrom = 0;
    this.#generation++;
    this.#changed();
  }

  /** Freezes what is shown; collecting goes on. */
  pause(): void {
    if (this.paused) return;
    this.#pausedEnd = this.#ring.end;
    this.#pausedSeq = this.#ring.lastSeq;
    this.#changed();
  }
  resume(): void {
    if (!this.paused) return;
    this.#pausedEnd = undefined;
    this.#pausedSeq = Number.POSITIVE_INFINITY;
    this.#changed();
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  };

  /** Hears each batch of new records as it comes, paused or not; the frames are views and stay valid. */
  onBatch(listener: BatchListener): () => void {
    this.#batchListeners.add(listener);
    return () => this.#batchListeners.delete(listener);
  }

  #changed(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#schedule(() => {
      this.#announced = false;
      this.#version++;
      for (const listener of this.#subscribers) listener();
    });
  }
}
