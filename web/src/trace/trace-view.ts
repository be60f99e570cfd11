import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { TraceLog } from '../state/trace-log.ts';
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
  start: number;
  /** Index behind the last one looked at. */
  next: number;
  /** Indexes to look at instead of all: the rows of a wider filter. */
  readonly among: readonly number[] | undefined;
}

/**
 * Which records the list shows: those that pass the filter, found in slices so that no filter ever blocks the page
 * (TRACE7). While a new filter is being evaluated the rows of the old one stay.
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
    return this.#shown ? this.#shown.matches.length - this.#shown.start : this.total;
  }
  /** Records that could be shown. */
  get total(): number {
    return this.#end - this.#first;
  }

  /** The record of the row `position`; undefined behind the last row, and when the log forgot it since the last update. */
  recordAt(position: number): TraceRecord | undefined {
    const { ring } = this.#deps.log;
    const index = this.#shown ? this.#shown.matches[this.#shown.start + position] : this.#first + position;
    return index !== undefined && index >= ring.first && index < Math.min(this.#end, ring.end)
      ? ring.at(index)
      : undefined;
  }

  /** Number of rows whose seq is below `seq`: the row of `seq`, if it is shown. */
  positionOf(seq: number): number {
    const index = this.#deps.log.ring.indexFrom(seq);
    if (!this.#shown) return Math.max(0, Math.min(index, this.#end) - this.#first);
    const { matches, start } = this.#shown;
    let low = start;
    let high = matches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((matches[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return low - start;
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
    this.#pending = { filter, matches: [], start: 0, next: this.#first, among };
    this.#work();
  }

  /** To be called when the log changed: looks at what is new and lets go of what the log forgot. */
  update(): void {
    const { log } = this.#deps;
    this.#first = log.ring.first;
    this.#end = log.visibleEnd;
    if (this.#generation !== log.generation) {
      this.#generation = log.generation;
      const filter = (this.#pending ?? this.#shown)?.filter;
      this.#pending = undefined;
      this.#shown = filter && { filter, matches: [], start: 0, next: log.ring.first, among: undefined };
    }
    if (this.#shown) forget(this.#shown, log.ring.first);
    if (this.#pending) forget(this.#pending, log.ring.first);
    this.#work();
  }

  /** To be called when what the filter asks beside the records changed: all are looked at again. */
  reconsider(): void {
    const scan = this.#pending ?? this.#shown;
    if (!scan) return;
    this.#pending = { ...scan, matches: [], start: 0, next: this.#first, among: undefined };
    this.#work();
  }

  #work(): void {
    if (this.#deferred || !this.filtering) return;
    const scan = this.#pending ?? this.#shown;
    if (!scan) return;
    this.#scan(scan);
    if (scan === this.#pending && scan.next >= this.#end) {
      this.#shown = scan;
      this.#pending = undefined;
    }
    if (!this.filtering) return;
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
    const end = this.#end;
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
      const last = scan.among.at(-1);
      scan.next = Math.max(scan.next, last === undefined ? log.ring.first : last + 1);
    }
    for (let index = scan.next; index < end; index++) {
      this.#look(scan, index);
      scan.next = index + 1;
      if (late()) return;
    }
    scan.next = end;
  }

  #look(scan: Scan, index: number): void {
    if (scan.filter.passes(this.#deps.log.ring.at(index))) scan.matches.push(index);
  }
}

function forget(scan: Scan, first: number): void {
  while ((scan.matches[scan.start] ?? Number.POSITIVE_INFINITY) < first) scan.start++;
  if (scan.start > 4_096 && scan.start * 2 > scan.matches.length) {
    scan.matches.splice(0, scan.start);
    scan.start = 0;
  }
}

function firstAtLeast(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
