import { ByteRing } from './byte-ring.ts';
import { advanced, distance, isAfter, isBefore } from './sequence.ts';

/** Bytes that a program has not read yet at most (ET21). */
const receiveBufferBytes = 1 << 20;
/** Of windows that this side tells, where the peer can scale. */
export const receiveWindowScale = 7;
/** A window that is rounded up on the wire promises so much more than was meant. */
const rounding = (1 << receiveWindowScale) - 1;
/** Pieces beyond gaps; more are dropped, and come again. */
const maxRanges = 256;
const maxRead = 65_536;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The receiving half of a connection: puts the stream together and says how much more may come. */
export class Receiver {
  readonly #ring = new ByteRing(receiveBufferBytes + rounding);
  #nxt: number;
  #unread = 0;
  /** Beyond gaps; what came last stands first (RFC 2018 §4). */
  #ranges: Range[] = [];
  /** Right edge of the window that was promised; it never moves back. */
  #edge: number;
  #finAt: number | undefined;
  #isFinished = false;
  #largest = 536;

  /** `next` is the first byte's sequence number. */
  constructor(next: number) {
    this.#nxt = next;
    this.#edge = advanced(next, receiveBufferBytes);
  }

  /** The next sequence number that is expected. */
  get nxt(): number {
    return this.#nxt;
  }

  /** Bytes that can be read. */
  get unread(): number {
    return this.#unread;
  }

  /** Everything up to the FIN has come. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get hasGap(): boolean {
    return this.#ranges.length > 0;
  }

  /** The longest segment that came: two of such are acknowledged at once. */
  get largest(): number {
    return this.#largest;
  }

  get rightEdge(): number {
    return advanced(this.#edge, rounding);
  }

  /** Bytes of the window that the peer knows of. */
  get promised(): number {
    return Math.max(0, distance(this.#nxt, this.#edge));
  }

  /** The window to be told now: its edge moves when that is worth a segment (RFC 9293 §3.8.6.2.2). Not scaled. */
  window(): number {
    const edge = this.#freeEdge();
    const gain = distance(this.#edge, edge);
    if (gain >= Math.min(this.#largest, receiveBufferBytes / 2)) this.#edge = edge;
    return this.promised;
  }

  /** The program has read so much that the peer should hear of it. */
  get isUpdateDue(): boolean {
    const { promised } = this;
    const free = distance(this.#nxt, this.#freeEdge());
    return 2 * promised <= receiveBufferBytes && free >= 2 * promised && free - promised >= this.#largest;
  }

  /** Takes what is new and within the window. True when the expected byte, or the FIN, was among it. */
  accept(sequence: number, data: Uint8Array, hasFin: boolean): boolean {
    this.#largest = Math.max(this.#largest, data.length);
    const end = advanced(sequence, data.length);
    if (hasFin && !isAfter(end, this.rightEdge) && !isBefore(end, this.#nxt)) this.#finAt ??= end;
    const last = this.#finAt ?? this.rightEdge;
    const from = isBefore(sequence, this.#nxt) ? this.#nxt : sequence;
    const to = isAfter(end, last) ? last : end;
    const before = this.#nxt;
    if (isBefore(from, to) && !this.#isFinished) {
      const skipped = distance(sequence, from);
      this.#store(from, to, data.subarray(skipped, skipped + distance(from, to)));
    }
    if (this.#finAt === this.#nxt && !this.#isFinished) {
      this.#isFinished = true;
      this.#nxt = advanced(this.#nxt, 1);
      this.#ranges = [];
    }
    return this.#nxt !== before;
  }

  /** Up to 64 KiB that can be read; undefined when nothing is there. */
  read(): Uint8Array | undefined {
    if (this.#unread === 0) return undefined;
    const bytes = new Uint8Array(Math.min(this.#unread, maxRead));
    this.#ring.copyTo(bytes, 0, 0, bytes.length);
    this.#ring.drop(bytes.length);
    this.#unread -= bytes.length;
    return bytes;
  }

  /** Edges of at most `blocks` pieces beyond gaps. */
  sackEdges(blocks: number): readonly number[] {
    return this.#ranges.slice(0, blocks).flatMap(({ start, end }) => [start, end]);
  }

  close(): void {
    this.#ranges = [];
    this.#finAt = undefined;
  }

  #freeEdge(): number {
    // A FIN takes a number, but no room.
    return advanced(this.#nxt, Math.max(0, receiveBufferBytes - this.#unread));
  }

  #store(from: number, to: number, data: Uint8Array): void {
    const isNext = from === this.#nxt;
    if (!isNext && this.#ranges.length >= maxRanges) return;
    this.#ring.write(this.#unread + distance(this.#nxt, from), data);
    if (isNext && this.#ranges.length === 0) {
      this.#unread += distance(from, to);
      this.#nxt = to;
      return;
    }
    const joined = this.#join(from, to);
    if (joined.start !== this.#nxt) {
      this.#ranges.unshift(joined);
      return;
    }
    this.#unread += distance(joined.start, joined.end);
    this.#nxt = joined.end;
  }

  /** Takes out the pieces that touch [from, to) and returns them as one with it. */
  #join(from: number, to: number): Range {
    let start = from;
    let end = to;
    this.#ranges = this.#ranges.filter((range) => {
      if (isAfter(range.start, to) || isBefore(range.end, from)) return true;
      if (isBefore(range.start, start)) start = range.start;
      if (isAfter(range.end, end)) end = range.end;
      return false;
    });
    return { start, end };
  }
}
