import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { type AbsentRows, FoundSeqs, firstAtLeast, mostAbsent, runOfSeqs } from './absent-rows.ts';
import { narrows, type RecordFilter } from './record-filter.ts';

/** What the view needs from outside. */
export interface TraceViewDeps {
  readonly log: TraceLog;
  /** The filter of a text that can be read; undefined for an empty one. */
  filterOf(text: string): RecordFilter | undefined;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs later, when the page had time to draw and to hear keys. */
  defer(work: () => void): void;
  /** The rows changed by themselves: a slice of filtering is done. */
  changed(): void;
}

/** Longest stretch of filtering at once, milliseconds: far below a task that a person feels. */
const sliceMs = 8;
/** How many records are looked at between two looks at the clock. */
const stride = 64;

interface Scan {
  readonly filter: RecordFilter;
  /** Indexes of the log that pass, from `start` on (those before were forgotten by the log). */
  readonly matches: number[];
  /** Their seqs, one for one. */
  readonly seqs: number[];
  start: number;
  /** What passes and is not in the log's ring, as the server found it. */
  readonly absent: FoundSeqs;
  /** Index behind the last one looked at. */
  next: number;
  /** Indexes to look at instead of all: the rows of a wider filter. */
  readonly among: readonly number[] | undefined;
}

const scanFor = (filter: RecordFilter, next: number, among?: readonly number[]): Scan => ({
  filter,
  matches: [],
  seqs: [],
  start: 0,
  absent: new FoundSeqs(),
  next,
  among,
});

/**
 * Which records the list shows: those that pass the filter, found in slices so that no filter ever blocks the page
 * (TRACE7). While a new filter is being evaluated the rows of the old one stay. Rows that only the server has stand among
 * them (TRACE90): without a filter everything older than the ring, with one what a search found.
 */
export class TraceView {
  readonly #deps: TraceViewDeps;
  #text = '';
  #shown: Scan | undefined;
  #pending: Scan | undefined;
  #deferred = false;
  #generation: number;
  /** The part of the log that the rows are of, as it was at the last update: the log itself is ahead of what is drawn. */
  #first = 0;
  #end = 0;
  /** Everything before the ring that the server keeps. */
  #older: AbsentRows = runOfSeqs(1, 0);
  /** From the server's oldest record to the last that is shown; 0 when the server cannot be asked. */
  #whole = 0;
  #unlisted = 0;

  constructor(deps: TraceViewDeps) {
    this.#deps = deps;
    this.#generation = deps.log.generation;
    this.update();
  }

  /** True while records have not been looked at yet. */
  get filtering(): boolean {
    const scan = this.#pending ?? this.#shown;
    return scan !== undefined && scan.next < this.#end;
  }
  /** The filter that the rows are of, or will be. */
  get filter(): RecordFilter | undefined {
    return (this.#pending ?? this.#shown)?.filter;
  }
  get filtered(): boolean {
    return this.#shown !== undefined;
  }
  /** Records that are shown. */
  get matched(): number {
    return this.#shown ? this.#shown.absent.count + this.#shown.matches.length - this.#shown.start : this.#all;
  }
  /** Records that a filter chooses from: the server's whole log, as far as the page knows it. */
  get total(): number {
    return Math.max(this.#all, this.#whole);
  }
  /** Rows without a filter. */
  get #all(): number {
    return this.#older.count + this.#end - this.#first;
  }
  /** Records that the server keeps and that are too many to be rows: a filter chooses among them, too. */
  get unlisted(): number {
    return this.#shown ? 0 : this.#unlisted;
  }
  /** Whether a search found as many as can be rows: the newest. */
  get isFull(): boolean {
    return this.isFullFrom(0);
  }
  /** Whether as many are known from `seq` on: what a search would find before them can be no row. */
  isFullFrom(seq: number): boolean {
    const absent = (this.#pending ?? this.#shown)?.absent;
    return absent !== undefined && absent.count - absent.countBelow(seq) >= mostAbsent;
  }
  /** Rows of which the ring has no record. */
  get absent(): number {
    return (this.#shown?.absent ?? this.#older).count;
  }

  /** The record of the row `position`; undefined behind the last row, and when it has not been fetched or was forgotten. */
  recordAt(position: number): TraceRecord | undefined {
    const { log } = this.#deps;
    if (!this.#shown) {
      const index = this.#first + position - this.#older.count;
      if (index >= this.#first) return this.#isShown(index) ? log.ring.at(index) : undefined;
    }
    const seq = this.seqAt(position);
    return seq === undefined ? undefined : log.record(seq);
  }

  /** The seq of the row `position`, whether its record is at hand or not; undefined where there is no row. */
  seqAt(position: number): number | undefined {
    const scan = this.#shown;
    if (!scan) {
      const index = this.#first + position - this.#older.count;
      if (index < this.#first) return this.#older.seqAt(position);
      return this.#isShown(index) ? this.#deps.log.ring.at(index).seq : undefined;
    }
    const { seqs, start, absent } = scan;
    if (absent.count === 0) return seqs[start + position];
    // Row of the match `at`, from `start` on: those before it and what is absent before it.
    const rowOf = (at: number): number => at - start + absent.countBelow(seqs[at] ?? 0);
    let low = start;
    let high = seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rowOf(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low < seqs.length && rowOf(low) === position ? seqs[low] : absent.seqAt(position - (low - start));
  }

  #isShown(index: number): boolean {
    const { ring } = this.#deps.log;
    return index >= ring.first && index < Math.min(this.#end, ring.end);
  }

  /** Number of rows whose seq is below `seq`: the row of `seq`, if it is shown. */
  positionOf(seq: number): number {
    if (this.#shown) {
      const { seqs, start, absent } = this.#shown;
      return Math.max(0, firstAtLeast(seqs, seq) - start) + absent.countBelow(seq);
    }
    const index = this.#deps.log.ring.indexFrom(seq);
    return Math.max(0, Math.min(index, this.#end) - this.#first) + this.#older.countBelow(seq);
  }

  /**
   * What a search of the server's log found for the filter `text` between two seqs, both included: what was found there
   * before and is not among it passes no more. Another filter's answer comes too late.
   */
  found(text: string, seqs: readonly number[], { from, to }: { readonly from: number; readonly to: number }): void {
    const scan = this.#pending ?? this.#shown;
    if (text !== this.#text || !scan) return;
    const { ring } = this.#deps.log;
    // What comes later than the ring's newest comes by itself.
    const isAbsent = (seq: number) => seq < ring.lastSeq && ring.record(seq) === undefined;
    scan.absent.replace(from, to, seqs.filter(isAbsent));
  }

  setFilter(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    const filter = this.#deps.filterOf(text);
    if (filter === undefined) {
      this.#shown = undefined;
      this.#pending = undefined;
      return;
    }
    const done = this.#shown !== undefined && this.#shown.next >= this.#end ? this.#shown : undefined;
    const among = done && narrows(filter, done.filter) ? done.matches.slice(done.start) : undefined;
    this.#pending = scanFor(filter, this.#first, among);
    this.#work();
  }

  /** To be called when the log changed: looks at what is new and lets go of what the log forgot. */
  update(): void {
    const { log } = this.#deps;
    const { ring } = log;
    const { keptFrom } = log.past;
    this.#first = ring.first;
    this.#end = log.visibleEnd;
    if (keptFrom === undefined || ring.size === 0) {
      this.#older = runOfSeqs(1, 0);
      this.#unlisted = 0;
      this.#whole = 0;
    } else {
      const to = Math.min(ring.at(ring.first).seq - 1, log.visibleSeq);
      this.#older = runOfSeqs(Math.max(keptFrom, to - mostAbsent + 1), to);
      this.#unlisted = Math.max(0, to - mostAbsent + 1 - keptFrom);
      this.#whole = Math.min(ring.lastSeq, log.visibleSeq) - keptFrom + 1;
    }
    if (this.#generation !== log.generation) {
      this.#generation = log.generation;
      const filter = (this.#pending ?? this.#shown)?.filter;
      this.#pending = undefined;
      this.#shown = filter && scanFor(filter, ring.first);
    }
    if (this.#shown) forget(this.#shown, ring.first, keptFrom);
    if (this.#pending) forget(this.#pending, ring.first, keptFrom);
    this.#work();
  }

  /**
   * To be called when what the filter asks beside the records changed: all are looked at again. Of those that only the
   * server has another search tells.
   */
  reconsider(): void {
    const scan = this.#pending ?? this.#shown;
    if (!scan) return;
    this.#pending = { ...scanFor(scan.filter, this.#first), absent: scan.absent };
    this.#work();
  }

  #work(): void {
    if (this.#deferred) return;
    const scan = this.#pending ?? this.#shown;
    if (!scan) return;
    // What is paused may lie before the ring, and then there is nothing to look at.
    if (this.filtering) this.#scan(scan);
    if (scan === this.#pending && scan.next >= this.#end) {
      this.#shown = scan;
      this.#pending = undefined;
    }
    // What it has to wait for is told by whoever knows, with another update.
    if (!this.filtering || scan.next >= this.#endFor(scan)) return;
    this.#deferred = true;
    this.#deps.defer(() => {
      this.#deferred = false;
      // The log may have moved on, or be another one.
      this.update();
      this.#deps.changed();
    });
  }

  #scan(scan: Scan): void {
    const { log, now } = this.#deps;
    const until = now() + sliceMs;
    const end = this.#endFor(scan);
    scan.next = Math.max(scan.next, log.ring.first);
    let looked = 0;
    const late = () => ++looked % stride === 0 && now() >= until;
    if (scan.among) {
      let at = firstAtLeast(scan.among, scan.next);
      for (let index = scan.among[at]; index !== undefined && index < end; index = scan.among[++at]) {
        this.#look(scan, index);
        scan.next = index + 1;
        if (late()) return;
      }
      // What came after the wider filter was last complete follows below, one by one.
      const last = scan.among.findLast((index) => index < end);
      scan.next = Math.max(scan.next, last === undefined ? log.ring.first : last + 1);
    }
    for (let index = scan.next; index < end; index++) {
      this.#look(scan, index);
      scan.next = index + 1;
      if (late()) return;
    }
    scan.next = Math.max(scan.next, end);
  }

  /** Behind the last record that the filter can be asked about now. */
  #endFor({ filter }: Scan): number {
    const knownTo = filter.knownTo();
    return knownTo === Number.POSITIVE_INFINITY
      ? this.#end
      : Math.min(this.#end, this.#deps.log.ring.indexFrom(knownTo + 1));
  }

  #look(scan: Scan, index: number): void {
    const record = this.#deps.log.ring.at(index);
    if (!scan.filter.passes(record)) return;
    scan.matches.push(index);
    scan.seqs.push(record.seq);
  }
}

/** What the ring forgot is with the server only, as long as it can be asked (`keptFrom`). */
function forget(scan: Scan, first: number, keptFrom: number | undefined): void {
  const { start, matches, seqs, absent } = scan;
  while ((matches[scan.start] ?? Number.POSITIVE_INFINITY) < first) scan.start++;
  if (keptFrom === undefined) absent.clear();
  else {
    if (scan.start > start) absent.add(seqs.slice(start, scan.start));
    absent.forgetBelow(keptFrom);
  }
  if (scan.start > 4_096 && scan.start * 2 > matches.length) {
    matches.splice(0, scan.start);
    seqs.splice(0, scan.start);
    scan.start = 0;
  }
}
