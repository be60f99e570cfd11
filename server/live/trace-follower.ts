import { type TraceBatchRange, traceBatchFrom, traceBatchRange } from '../../bridge/packet/trace-batch.ts';

/** What a follower may have been sent and not taken in; at half of it the log is read on (LIVE6). */
const creditRecords = 16 * 1024;
const creditBytes = 4 * 1024 * 1024;
const readRecords = 1000;
/** What a page is sent live at most, records a second and at once: more than a person can follow, less than it can draw (LIVE9). */
const rateRecords = 8_000;
const burstRecords = 8_000;
/** Without a batch for so long a storm is over, and its end is sent (LIVE9). */
const quietMs = 250;

/** Where a follower's records come from: the log of one running lab. */
export interface TraceSource {
  /** Last seq of the newest live batch; 0 when none came yet. Every record behind it will come in a batch. */
  readonly batchedSeq: number;
  readTrace(fromSeq: number, limit: number): Promise<Uint8Array>;
}

/**
 * One page that follows a log: records once and in order. It takes part in the live batches while it keeps up;
 * a gap, or a page that has not taken in what it was sent, is filled from the log as soon as there is credit. When more
 * is logged than a page can show, whole batches are skipped and counted: a sample that is live beats all of it, late.
 */
export class TraceFollower {
  readonly #send: (data: Uint8Array, skipped: number) => void;
  #source: TraceSource | undefined;
  #state: 'live' | 'reading' | 'waiting' = 'live';
  /** 0: whatever is kept, without counting what is not. */
  #nextSeq = 0;
  #untaken: { lastSeq: number; records: number; bytes: number }[] = [];
  #untakenRecords = 0;
  #untakenBytes = 0;
  #skipped = 0;
  /** Where the end of what was skipped begins that is sent when no more comes; undefined when nothing was skipped last. */
  #tailSeq: number | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #allowance = burstRecords;
  #allowedAtMs: number;
  readonly #nowMs: () => number;

  constructor(send: (data: Uint8Array, skipped: number) => void, nowMs: () => number = () => performance.now()) {
    this.#send = send;
    this.#nowMs = nowMs;
    this.#allowedAtMs = nowMs();
  }

  /** Follows `source` from `fromSeq` on, with full credit; undefined stops. */
  follow(source: TraceSource | undefined, fromSeq: number): void {
    this.#source = source;
    this.#nextSeq = fromSeq;
    this.#untaken = [];
    this.#untakenRecords = 0;
    this.#untakenBytes = 0;
    this.#skipped = 0;
    this.#forgetTail();
    this.#state = 'live';
    if (source !== undefined) this.#readOn(source);
  }

  /** A batch of new records of the source, as the bridge sends it. */
  offer(batch: Uint8Array, range: TraceBatchRange): void {
    const source = this.#source;
    if (source === undefined || range.lastSeq < this.#nextSeq) return;
    const isAllowed = this.#allow(range.count);
    if (this.#state !== 'live') return;
    if (range.firstSeq > this.#nextSeq) this.#readOn(source);
    else if (!isAllowed) this.#leap(range.lastSeq, range.firstSeq);
    else if (!this.#hasCredit) this.#state = 'waiting';
    else if (range.firstSeq === this.#nextSeq) this.#pass(batch, range, 0);
    else {
      const rest = traceBatchFrom(batch, this.#nextSeq);
      this.#pass(rest, traceBatchRange(rest), 0);
    }
  }

  /** The page has everything up to `seq`. */
  taken(seq: number): void {
    for (let first = this.#untaken[0]; first !== undefined && first.lastSeq <= seq; first = this.#untaken[0]) {
      this.#untaken.shift();
      this.#untakenRecords -= first.records;
      this.#untakenBytes -= first.bytes;
    }
    const halfway = this.#untakenRecords <= creditRecords / 2 && this.#untakenBytes <= creditBytes / 2;
    if (this.#state === 'waiting' && halfway && this.#source !== undefined) this.#readOn(this.#source);
  }

  /** Whether a live batch may be sent now; it uses the allowance up even while the log is read, because that is load, too. */
  #allow(records: number): boolean {
    const nowMs = this.#nowMs();
    const earned = ((nowMs - this.#allowedAtMs) * rateRecords) / 1000;
    this.#allowedAtMs = nowMs;
    this.#allowance = Math.min(burstRecords, this.#allowance + earned);
    const isAllowed = this.#allowance > 0;
    if (isAllowed || this.#state !== 'live') this.#allowance = Math.max(-rateRecords / 2, this.#allowance - records);
    return isAllowed;
  }

  /** Goes on behind `lastSeq`; what lies between is skipped, but from `tailSeq` on only while more comes. */
  #leap(lastSeq: number, tailSeq: number): void {
    this.#tailSeq = Math.max(tailSeq, this.#nextSeq);
    if (this.#nextSeq > 0) this.#skipped += lastSeq + 1 - this.#nextSeq;
    this.#nextSeq = lastSeq + 1;
    if (this.#quiet === undefined) this.#quiet = setTimeout(() => this.#readTail(), quietMs);
    else this.#quiet.refresh();
  }

  #readTail(): void {
    const [source, tailSeq] = [this.#source, this.#tailSeq];
    this.#forgetTail();
    if (source === undefined || tailSeq === undefined || this.#state !== 'live') return;
    this.#skipped = Math.max(0, this.#skipped - (this.#nextSeq - tailSeq));
    this.#nextSeq = tailSeq;
    this.#readOn(source);
  }

  #forgetTail(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#tailSeq = undefined;
  }

  get #hasCredit(): boolean {
    return this.#untakenRecords < creditRecords && this.#untakenBytes < creditBytes;
  }

  #readOn(source: TraceSource): void {
    this.#state = 'reading';
    this.#read(source).catch(() => {
      // The lab ended meanwhile; when it did not, the next batch shows the gap and reading starts again.
      if (this.#source === source) this.#state = 'live';
    });
  }

  async #read(source: TraceSource): Promise<void> {
    while (this.#source === source && this.#state === 'reading') {
      if (!this.#hasCredit) {
        this.#state = 'waiting';
        return;
      }
      if (source.batchedSeq - this.#nextSeq > burstRecords && !this.#allow(0)) {
        this.#leap(source.batchedSeq, source.batchedSeq + 1 - readRecords);
        this.#state = 'live';
        return;
      }
      const from = this.#nextSeq;
      const batch = await source.readTrace(from, readRecords);
      // Somebody may have asked to follow from elsewhere meanwhile: that one reads on.
      if (this.#source !== source || this.#state !== 'reading' || this.#nextSeq !== from) return;
      const range = traceBatchRange(batch);
      if (range.count > 0 && range.firstSeq >= from) this.#pass(batch, range, from === 0 ? 0 : range.firstSeq - from);
      const caughtUp = source.batchedSeq > 0 && range.lastSeq >= source.batchedSeq;
      if (range.count === 0 || caughtUp) this.#state = 'live';
    }
  }

  #pass(batch: Uint8Array, { count, lastSeq }: TraceBatchRange, skipped: number): void {
    this.#forgetTail();
    this.#untaken.push({ lastSeq, records: count, bytes: batch.length });
    this.#untakenRecords += count;
    this.#untakenBytes += batch.length;
    this.#nextSeq = lastSeq + 1;
    this.#send(batch, skipped + this.#skipped);
    this.#skipped = 0;
  }
}
