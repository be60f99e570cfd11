import { codesOf, type Point, points } from '../packet/trace-batch.ts';
import type { FrameArena } from './frame-arena.ts';

/** Of the records of a log, what says where and when which frame was: columns that the log keeps, by `seq % records`. */
export interface FrameColumns {
  readonly records: number;
  readonly snapLength: number;
  readonly arena: FrameArena;
  readonly place: Float64Array;
  readonly captured: Uint16Array;
  readonly length: Uint32Array;
  readonly tUs: Float64Array;
  readonly point: Uint8Array;
  readonly node: Uint16Array;
  readonly port: Uint16Array;
  readonly firstSeq: () => number;
  /** Records before it are not known. */
  readonly nextSeq: number;
}

const slotCount = 32 * 1024;
/** Slots in which a frame may be. */
const ways = 8;
/** Records of one frame that are looked through for the one that goes on. */
const mostLooked = 256;
/** Flags of a record: another one goes on from it; it is known to have been, and was not seen yet. */
const continued = 1;
const assumed = 2;
/** Which of the records of a frame at one place is meant: the first that is still so; `whichever`: the newest. */
const open = { mask: continued, value: 0 };
const unseen = { mask: assumed, value: assumed };
const whichever = undefined;
/** Longer a frame is not on its way between two points. */
const longestWayUs = 5_000_000;
/** Stamps of two clocks differ by less. */
const clocksUs = 1000;
const pointCodes = codesOf<Point>(points);
/** Only a frame that was stored in the last part of the arena is shared: who shares it must not outlive it by much. */
const sharedPart = 1 / 16;

/**
 * Which records are of the very same frame: by a hash of its bytes, then by the bytes (TR11). Memory is claimed once; of
 * more frames than it holds the oldest are no longer known.
 */
export class FrameIndex {
  readonly #columns: FrameColumns;
  readonly #since: number;
  /** Newest record of a frame, 0 for none, in one of `ways` slots from its hash on. */
  readonly #slots = new Float64Array(slotCount);
  readonly #hashes: Uint32Array;
  readonly #before: Float64Array;
  readonly #flags: Uint8Array;

  constructor(columns: FrameColumns) {
    this.#columns = columns;
    this.#since = columns.nextSeq;
    this.#hashes = new Uint32Array(columns.records);
    this.#before = new Float64Array(columns.records);
    this.#flags = new Uint8Array(columns.records);
  }

  /** The newest record whose kept bytes and length are these, and whose place may be shared; 0 when there is none. */
  find(hash: number, bytes: Uint8Array, start: number, end: number, length: number): number {
    const firstSeq = this.#firstSeq;
    const { records, arena, place, captured, length: lengths } = this.#columns;
    const sharedFrom = arena.oldest + arena.bytes.length * (1 - sharedPart);
    for (let way = 0; way < ways; way++) {
      const seq = this.#slots[(hash + way) % slotCount] ?? 0;
      const at = seq % records;
      if (seq < firstSeq || this.#hashes[at] !== hash || lengths[at] !== length || captured[at] !== end - start)
        continue;
      const its = place[at] ?? 0;
      if (its >= sharedFrom && isSame(arena.bytes, arena.offsetOf(its), bytes, start, end)) return seq;
    }
    return 0;
  }

  /** Enters a record of a frame whose newest record until now is `before` (0: none). */
  enter(seq: number, hash: number, before: number): void {
    const firstSeq = this.#firstSeq;
    const at = seq % this.#columns.records;
    this.#hashes[at] = hash;
    this.#before[at] = before;
    this.#flags[at] = 0;
    let oldest = hash % slotCount;
    for (let way = 0; way < ways; way++) {
      const slot = (hash + way) % slotCount;
      const its = this.#slots[slot] ?? 0;
      if (before !== 0 ? its === before : its < firstSeq) {
        this.#slots[slot] = seq;
        return;
      }
      if (its < (this.#slots[oldest] ?? 0)) oldest = slot;
    }
    this.#slots[oldest] = seq;
  }

  /** Enters a record that has the frame of `parent`; does nothing for a parent that is not known. */
  enterLike(seq: number, parent: number): void {
    const firstSeq = this.#firstSeq;
    const { records, place } = this.#columns;
    if (parent < this.#since || parent < firstSeq) return;
    const at = parent % records;
    const hash = this.#hashes[at] ?? 0;
    let before = 0;
    for (let way = 0; way < ways && before === 0; way++) {
      const its = this.#slots[(hash + way) % slotCount] ?? 0;
      const hasIts = its >= firstSeq && this.#hashes[its % records] === hash;
      if (hasIts && place[its % records] === place[at]) before = its;
    }
    this.enter(seq, hash, before);
  }

  /**
   * Where the frame of a record was just before: the oldest record of the very same frame at that point, node and port
   * (of a range) that nothing continues yet, or with `last` the newest one. 0 when there is none (TR12).
   */
  origin(seq: number, point: Point, node: number, fromPort: number, toPort: number, last = false): number {
    const at = seq % this.#columns.records;
    const sinceUs = (this.#columns.tUs[at] ?? 0) - longestWayUs;
    return this.#walk(this.#before[at] ?? 0, sinceUs, point, node, fromPort, toPort, last ? whichever : open);
  }

  /** As `origin`, at `nowUs`, for a frame that has no record yet. */
  seenAt(
    point: Point,
    node: number,
    port: number,
    nowUs: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number {
    const newest = this.#newest(bytes, start, end, end - start);
    return this.#walk(newest, nowUs - longestWayUs, point, node, port, port, open);
  }

  /** Marks a record as one of a frame that must have been there, and was not seen yet: `seen` tells when it was (TR15). */
  assume(seq: number): void {
    const at = seq % this.#columns.records;
    this.#flags[at] = (this.#flags[at] ?? 0) | assumed;
  }

  /** The frame of an assumed record was seen at `tUs`, which becomes its time; its seq, or 0 when none waits for that. */
  seen(
    point: Point,
    node: number,
    port: number,
    tUs: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
  ): number {
    const newest = this.#newest(bytes, start, end, length);
    // It was assumed when its effect came: later than it was seen, but for what two clocks differ.
    const seq = this.#walk(newest, tUs - clocksUs, point, node, port, port, unseen);
    if (seq === 0) return 0;
    const { records, tUs: times } = this.#columns;
    const at = seq % records;
    times[at] = Math.min(tUs, times[at] ?? 0);
    this.#flags[at] = (this.#flags[at] ?? 0) & ~assumed;
    return seq;
  }

  setContinued(seq: number): void {
    const at = seq % this.#columns.records;
    this.#flags[at] = (this.#flags[at] ?? 0) | continued;
  }

  get #firstSeq(): number {
    return this.#columns.firstSeq();
  }

  #newest(bytes: Uint8Array, start: number, end: number, length: number): number {
    const stop = start + Math.min(end - start, this.#columns.snapLength);
    return this.find(hashOf(bytes, start, stop), bytes, start, stop, length);
  }

  /** From `newest` back through the records of one frame, none before `sinceUs`. */
  #walk(
    newest: number,
    sinceUs: number,
    point: Point,
    node: number,
    fromPort: number,
    toPort: number,
    wanted: { readonly mask: number; readonly value: number } | undefined,
  ): number {
    const { records, tUs, point: points, node: nodes, port: ports } = this.#columns;
    const oldest = Math.max(this.#firstSeq, this.#since);
    const code = pointCodes[point];
    let found = 0;
    let seq = newest;
    for (let left = mostLooked; seq >= oldest && left > 0; left--) {
      const at = seq % records;
      const port = ports[at] ?? 0;
      if ((tUs[at] ?? 0) < sinceUs) break;
      if (points[at] === code && nodes[at] === node && port >= fromPort && port <= toPort) {
        if (wanted === whichever) return seq;
        // Frames keep their order: what is older has had its turn, or never will.
        if (((this.#flags[at] ?? 0) & wanted.mask) !== wanted.value) break;
        found = seq;
      }
      seq = this.#before[at] ?? 0;
    }
    return found;
  }
}

/** FNV-1a. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}

function isSame(kept: Uint8Array, from: number, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start, at = from; i < end; i++, at++) if (kept[at] !== bytes[i]) return false;
  return true;
}
