import { codesOf, type DropCause, dropCauses, type Point, points } from '../../packet/trace-batch.ts';

/** Frames that were seen outside of the bridge, on their way to its log: a ring in shared memory (TR10). */
export interface SharedRing {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** A power of two. */
  readonly data: SharedArrayBuffer;
}

/** Bytes kept of one frame; as the log of a lab. */
const snapLength = 2048;
/** u32 size, u8 point, u8 cause, u16 place, f64 atUs, u32 length, u32 captured, then the frame up to a multiple of 8. */
const headerBytes = 24;
/** In place of a size: the next record begins at the front. */
const atTheFront = 0;
/** Both ends count bytes since the beginning, modulo 2³². */
const words = { written: 0, read: 1, missed: 2 } as const;

/** A ring of `size` bytes, a power of two: what fits into it waits, and what does not is counted. */
export function createRing(size = 1024 * 1024): SharedRing {
  if (size < 2 * (headerBytes + snapLength) || (size & (size - 1)) !== 0)
    throw new RangeError(`a ring of ${size} bytes`);
  return {
    words: new Int32Array(new SharedArrayBuffer(Object.keys(words).length * Int32Array.BYTES_PER_ELEMENT)),
    data: new SharedArrayBuffer(size),
  };
}

const pointCodes = codesOf<Point>(points);
const causeCodes = codesOf<DropCause>(dropCauses);

/** The end of a ring that sees frames. It never waits: what finds no room is missed, and counted. */
export class RingWriter {
  readonly #words: Int32Array;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #written: number;

  constructor(ring: SharedRing) {
    this.#words = ring.words;
    this.#view = new DataView(ring.data);
    this.#bytes = new Uint8Array(ring.data);
    this.#written = Atomics.load(ring.words, words.written) >>> 0;
  }

  /** `atUs` is on the machine's monotonic clock (`machineUs`); `place` is an index into the places of the source. */
  write(atUs: number, point: Point, cause: DropCause, place: number, frame: Uint8Array, length = frame.length): void {
    const captured = Math.min(frame.length, snapLength);
    const needed = (headerBytes + captured + 7) & ~7;
    const size = this.#bytes.length;
    const at = this.#written & (size - 1);
    const skipped = at + needed > size ? size - at : 0;
    const used = (this.#written - Atomics.load(this.#words, words.read)) >>> 0;
    if (used + skipped + needed > size) {
      Atomics.add(this.#words, words.missed, 1);
      return;
    }
    if (skipped > 0) this.#view.setUint32(at, atTheFront, true);
    const start = skipped > 0 ? 0 : at;
    const view = this.#view;
    view.setUint32(start, needed, true);
    view.setUint8(start + 4, pointCodes[point]);
    view.setUint8(start + 5, causeCodes[cause]);
    view.setUint16(start + 6, place, true);
    view.setFloat64(start + 8, atUs, true);
    view.setUint32(start + 16, length, true);
    view.setUint32(start + 20, captured, true);
    // A view would be an object; for the usual small frame copying by hand is as quick.
    const to = start + headerBytes;
    if (captured > 256) this.#bytes.set(captured < frame.length ? frame.subarray(0, captured) : frame, to);
    else for (let i = 0; i < captured; i++) this.#bytes[to + i] = frame[i] ?? 0;
    this.#written = (this.#written + skipped + needed) >>> 0;
    Atomics.store(this.#words, words.written, this.#written | 0);
  }

  /** Somebody before this end saw frames and could not tell of them. */
  missed(frames: number): void {
    Atomics.add(this.#words, words.missed, frames);
  }
}

/** The end of a ring that logs: `next` fills the fields with one record after another, and makes no object. */
export class RingReader {
  readonly #words: Int32Array;
  readonly #view: DataView;
  #read: number;
  #end: number;
  /** The frame is `bytes[start, end)` until the next `next`. */
  readonly bytes: Uint8Array;
  start = 0;
  end = 0;
  /** On the wire. */
  length = 0;
  atUs = 0;
  point: Point = 'host.tx';
  cause: DropCause = 'none';
  place = 0;

  constructor(ring: SharedRing) {
    this.#words = ring.words;
    this.#view = new DataView(ring.data);
    this.bytes = new Uint8Array(ring.data);
    this.#read = Atomics.load(ring.words, words.read) >>> 0;
    this.#end = this.#read;
  }

  /** Frames that found no room. */
  get missed(): number {
    return Atomics.load(this.#words, words.missed) >>> 0;
  }

  /** False when there is none; what was read before is given back to the writer. */
  next(): boolean {
    if (this.#read === this.#end) {
      Atomics.store(this.#words, words.read, this.#read | 0);
      this.#end = Atomics.load(this.#words, words.written) >>> 0;
      if (this.#read === this.#end) return false;
    }
    const view = this.#view;
    const size = this.bytes.length;
    let at = this.#read & (size - 1);
    if (view.getUint32(at, true) === atTheFront) {
      this.#read = (this.#read + size - at) >>> 0;
      at = 0;
    }
    this.#read = (this.#read + view.getUint32(at, true)) >>> 0;
    this.point = points[view.getUint8(at + 4)] ?? 'drop';
    this.cause = dropCauses[view.getUint8(at + 5)] ?? 'none';
    this.place = view.getUint16(at + 6, true);
    this.atUs = view.getFloat64(at + 8, true);
    this.length = view.getUint32(at + 16, true);
    this.start = at + headerBytes;
    this.end = this.start + view.getUint32(at + 20, true);
    return true;
  }
}
