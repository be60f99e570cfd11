import type { FrameArena } from './frame-arena.ts';

/** Of the records of a log, where their frames are: the columns that the log keeps, by `seq % records`. */
export interface FrameColumns {
  readonly records: number;
  readonly arena: FrameArena;
  readonly place: Float64Array;
  readonly captured: Uint16Array;
  readonly length: Uint32Array;
  readonly tUs: Float64Array;
  readonly point: Uint8Array;
  readonly node: Uint16Array;
  readonly port: Uint16Array;
}

const slotCount = 32 * 1024;
/** Slots in which a frame may be. */
const ways = 8;
/** Records of one frame that are looked through for the one that goes on. */
const mostLooked = 256;
/** Flags of a record: another one goes on from it; it is known to have been, and was not seen yet. */
const continued = 1;
const assumed = 2;
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

  /** `nextSeq`: records before it are not known. */
  constructor(columns: FrameColumns, nextSeq: number) {
    this.#columns = columns;
    this.#since = nextSeq;
    this.#hashes = new Uint32Array(columns.records);
    this.#before = new Float64Array(columns.records);
    this.#flags = new Uint8Array(columns.records);
  }

  /** The newest record whose kept bytes and length are these, and whose place may be shared; 0 when there is none. */
  find(hash: number, bytes: Uint8Array, start: number, end: number, length: number, firstSeq: number): number {
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
  enter(seq: number, hash: number, before: number, firstSeq: number): void {
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
  enterLike(seq: number, parent: number, firstSeq: number): void {
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
    this.enter(seq, hash, before, firstSeq);
  }

  /** The record of the same frame before this one, 0 when there is none. */
  before(seq: number): number {
    return this.#before[seq % this.#columns.records] ?? 0;
  }

  /** As `PacketLog.origin`, from the record `newest` back to those of `sinceUs`; `point` is a code. */
  origin(
    newest: number,
    sinceUs: number,
    firstSeq: number,
    point: number,
    node: number,
    fromPort: number,
    toPort: number,
    last: boolean,
  ): number {
    const { records, tUs, point: points, node: nodes, port: ports } = this.#columns;
    let origin = 0;
    let before = newest;
    for (let left = mostLooked; before >= firstSeq && before >= this.#since && left > 0; left--) {
      const at = before % records;
      const port = ports[at] ?? 0;
      if ((tUs[at] ?? 0) < sinceUs) break;
      if (points[at] === point && nodes[at] === node && port >= fromPort && port <= toPort) {
        if (last) return before;
        // Frames keep their order: what is older has gone on, too, or never will.
        if (((this.#flags[at] ?? 0) & continued) !== 0) break;
        origin = before;
      }
      before = this.#before[at] ?? 0;
    }
    return origin;
  }

  setContinued(seq: number): void {
    const at = seq % this.#columns.records;
    this.#flags[at] = (this.#flags[at] ?? 0) | continued;
  }

  setAssumed(seq: number, isAssumed: boolean): void {
    const at = seq % this.#columns.records;
    const others = (this.#flags[at] ?? 0) & ~assumed;
    this.#flags[at] = isAssumed ? others | assumed : others;
  }

  /** The oldest record from `newest` back that is only assumed, at a point, node and port; 0 when all have been seen. */
  firstAssumed(newest: number, sinceUs: number, firstSeq: number, point: number, node: number, port: number): number {
    const { records, tUs, point: points, node: nodes, port: ports } = this.#columns;
    let found = 0;
    let before = newest;
    for (let left = mostLooked; before >= firstSeq && before >= this.#since && left > 0; left--) {
      const at = before % records;
      if ((tUs[at] ?? 0) < sinceUs) break;
      if (points[at] === point && nodes[at] === node && ports[at] === port) {
        if (((this.#flags[at] ?? 0) & assumed) === 0) break;
        found = before;
      }
      before = this.#before[at] ?? 0;
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
