import type { Scheduler } from '../../determinism/scheduler.ts';
import { Classifier } from './classifier.ts';
import { FlowEntry, type FlowSpec } from './flow-entry.ts';
import type { FlowKey } from './flow-key.ts';
import { type FlowMatch, includes, overlaps } from './flow-match.ts';
import { type Program, sendsTo } from './program.ts';

export type RemovedReason = 'idleTimeout' | 'hardTimeout' | 'delete';

/** Which entries are meant: those that `match` includes, strictly those with this very match and priority. */
export interface FlowSelection {
  readonly match: FlowMatch;
  /** Undefined: not strict. */
  readonly priority: number | undefined;
  /** Only those that send to this port. */
  readonly outPort: number | undefined;
}

/** The one flow table of a switch (ES13–ES19). */
export class FlowTable {
  readonly maxEntries: number;
  readonly #scheduler: Scheduler;
  readonly #onRemoved: (entry: FlowEntry, reason: RemovedReason) => void;
  readonly #classifier = new Classifier<FlowEntry>();
  readonly #entries = new Set<FlowEntry>();
  lookups = 0;
  hits = 0;

  constructor(maxEntries: number, scheduler: Scheduler, onRemoved: (entry: FlowEntry, reason: RemovedReason) => void) {
    this.maxEntries = maxEntries;
    this.#scheduler = scheduler;
    this.#onRemoved = onRemoved;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry for a frame, which is counted; undefined for a miss. */
  lookup(key: FlowKey, lengthBytes: number): FlowEntry | undefined {
    this.lookups += 1;
    const entry = this.#classifier.lookup(key);
    if (entry === undefined) return undefined;
    this.hits += 1;
    this.use(entry, lengthBytes);
    return entry;
  }

  /** Counts a frame that an entry takes. */
  use(entry: FlowEntry, lengthBytes: number): void {
    entry.packets += 1;
    entry.bytes += lengthBytes;
    entry.usedUs = this.#scheduler.nowUs();
  }

  /** Adds an entry in place of its like, which is no overlap. */
  add(spec: FlowSpec, checksOverlap: boolean): FlowEntry | 'overlap' | 'full' {
    const old = this.#find(spec.match, spec.priority);
    if (old !== undefined) this.#drop(old);
    else if (checksOverlap && this.#hasOverlap(spec)) return 'overlap';
    else if (this.#entries.size >= this.maxEntries) return 'full';
    const entry = new FlowEntry(spec, this.#scheduler.nowUs());
    this.#classifier.insert(entry);
    this.#entries.add(entry);
    this.#planExpiry(entry);
    return entry;
  }

  /** Gives the selected entries other actions; one of them. A cookie that is undefined stays as it was. */
  modify(selection: FlowSelection, program: Program, cookie: bigint | undefined): FlowEntry | undefined {
    const nowUs = this.#scheduler.nowUs();
    let one: FlowEntry | undefined;
    for (const entry of this.select(selection)) {
      entry.modify(program, cookie ?? entry.cookie, nowUs);
      one = entry;
    }
    return one;
  }

  remove(selection: FlowSelection, reason: RemovedReason): void {
    for (const entry of [...this.select(selection)]) this.#expire(entry, reason);
  }

  /** Forgets everything without a word. */
  flush(): void {
    for (const entry of this.#entries) entry.expiry?.();
    this.#entries.clear();
    this.#classifier.clear();
  }

  *select({ match, priority, outPort }: FlowSelection): Generator<FlowEntry> {
    const sends = (entry: FlowEntry): boolean => outPort === undefined || sendsTo(entry.program, outPort);
    if (priority !== undefined) {
      const entry = this.#find(match, priority);
      if (entry !== undefined && sends(entry)) yield entry;
      return;
    }
    for (const entry of this.#entries) if (includes(match, entry.match) && sends(entry)) yield entry;
  }

  #hasOverlap({ match, priority }: FlowSpec): boolean {
    for (const entry of this.#entries) if (entry.priority === priority && overlaps(entry.match, match)) return true;
    return false;
  }

  #find(match: FlowMatch, priority: number): FlowEntry | undefined {
    for (const entry of this.#classifier.same(match)) if (entry.priority === priority) return entry;
    return undefined;
  }

  #drop(entry: FlowEntry): void {
    entry.expiry?.();
    this.#entries.delete(entry);
    this.#classifier.remove(entry);
  }

  #expire(entry: FlowEntry, reason: RemovedReason): void {
    this.#drop(entry);
    if (entry.sendsRemoved) this.#onRemoved(entry, reason);
  }

  /** A frame does not move the timer: it is looked at when the timer ends. */
  #planExpiry(entry: FlowEntry): void {
    const atUs = Math.min(entry.idleAtUs, entry.hardAtUs);
    if (atUs === Infinity) return;
    entry.expiry = this.#scheduler.at(atUs, () => {
      const nowUs = this.#scheduler.nowUs();
      if (nowUs >= entry.hardAtUs) this.#expire(entry, 'hardTimeout');
      else if (nowUs >= entry.idleAtUs) this.#expire(entry, 'idleTimeout');
      else this.#planExpiry(entry);
    });
  }
}
