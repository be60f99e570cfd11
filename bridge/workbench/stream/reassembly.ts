import { type Segment, tcpFlags } from '../../packet/conversation/segment.ts';

/** A run of bytes that one side sent, or a hole in it. */
export interface Piece {
  /** Whether the end that the conversation's key names first sent it. */
  readonly isFromFirst: boolean;
  /** Records that carried it: whose bytes these are, then those that carried them again. */
  readonly seqs: number[];
  readonly tUs: number;
  readonly bytes: Uint8Array;
  /** Bytes that are missing here: a hole has no bytes of its own. */
  readonly gap: number;
  /** Why they are missing: never seen here, or behind what the log keeps of a frame. */
  readonly why: 'not captured' | 'not kept' | undefined;
  /** Records that carried other bytes at the same place. */
  readonly differs: number[];
}

/** What is kept of a conversation; behind it there is more. */
const mostBytes = 1024 * 1024;
const mostPieces = 20_000;
const mostHeldBytes = 1024 * 1024;

const distance = (a: number, b: number): number => (a - b) | 0;

/** The pieces of both sides in the order in which they were complete, up to a bound. */
export class Pieces {
  readonly list: Piece[] = [];
  #bytes = 0;
  isFull = false;

  add(piece: Piece): void {
    if (this.#bytes + piece.bytes.length > mostBytes || this.list.length >= mostPieces) this.isFull = true;
    if (this.isFull) return;
    this.list.push(piece);
    this.#bytes += piece.bytes.length;
  }
}

/** A segment's bytes at their place in the side's stream; `length` is that on the wire. */
interface Run {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly seqs: number[];
  readonly tUs: number;
}

/**
 * One side of a TCP connection put in order (WB33): what comes again is there once, what came early waits for what is
 * before it, and a hole is one as soon as the other side acknowledges what lies behind it.
 */
export class TcpSide {
  readonly #isFromFirst: boolean;
  readonly #pieces: Pieces;
  /** Those of this side that have bytes, with their places, in order. */
  readonly #shown: { readonly at: number; readonly piece: Piece }[] = [];
  readonly #held: Run[] = [];
  #heldBytes = 0;
  /** Sequence number of the next byte, and its place. */
  #next: number | undefined;
  #place = 0;
  #acknowledged = 0;
  #hasFin = false;
  /** Bytes that came once more. */
  repeated = 0;
  /** Segments that came too early by too much to be kept waiting. */
  dropped = 0;

  constructor(isFromFirst: boolean, pieces: Pieces) {
    this.#isFromFirst = isFromFirst;
    this.#pieces = pieces;
  }

  /** Takes a segment of this side, seen in record `seq`. */
  take(segment: Segment, bytes: Uint8Array, seq: number, tUs: number): void {
    const isSyn = (segment.flags & tcpFlags.syn) !== 0;
    const sequence = (segment.sequence + (isSyn ? 1 : 0)) >>> 0;
    this.#hasFin ||= (segment.flags & tcpFlags.fin) !== 0;
    if (isSyn || segment.length > 0) this.#next ??= sequence;
    if (segment.length === 0 || this.#next === undefined) return;
    const at = this.#place + distance(sequence, this.#next);
    const kept = bytes.slice(segment.payloadStart, segment.payloadEnd);
    this.#put({ at, length: segment.length, bytes: kept, seqs: [seq], tUs });
  }

  /** The other side says what came to it: holes before that will not be filled any more. */
  acknowledge(acknowledgement: number, tUs: number): void {
    if (this.#next === undefined) return;
    this.#acknowledged = Math.max(this.#acknowledged, this.#place + distance(acknowledgement, this.#next));
    for (let first = this.#held[0]; first !== undefined && this.#acknowledged > this.#place; first = this.#held[0]) {
      if (first.at > this.#acknowledged) break;
      this.#skip(first.at - this.#place, tUs);
      this.#release();
    }
  }

  /** Nothing more is known: what waits is shown behind its hole, and so is what was only acknowledged. */
  finish(tUs: number): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      this.#skip(first.at - this.#place, tUs);
      this.#release();
    }
    // A FIN is acknowledged like a byte, and may have been missed.
    const missing = this.#acknowledged - this.#place;
    if (missing > 1) this.#skip(this.#hasFin ? missing - 1 : missing, tUs);
  }

  #put(run: Run): void {
    const end = run.at + run.length;
    if (run.at < this.#place) this.#again(run);
    if (end <= this.#place) return;
    if (run.at > this.#place) {
      this.#hold(run);
      return;
    }
    const from = this.#place - run.at;
    this.#append(
      from === 0 ? run : { ...run, at: this.#place, length: run.length - from, bytes: run.bytes.slice(from) },
    );
    this.#release();
  }

  #append({ at, length, bytes, seqs, tUs }: Run): void {
    if (bytes.length > 0) {
      const piece = this.#piece({ seqs, tUs, bytes, gap: 0, why: undefined });
      if (!this.#pieces.isFull) this.#shown.push({ at, piece });
    }
    if (bytes.length < length)
      this.#piece({ seqs: [...seqs], tUs, bytes: nothing, gap: length - bytes.length, why: 'not kept' });
    this.#advance(length);
  }

  #piece(part: Omit<Piece, 'isFromFirst' | 'differs'>): Piece {
    const piece: Piece = { ...part, isFromFirst: this.#isFromFirst, differs: [] };
    this.#pieces.add(piece);
    return piece;
  }

  #skip(count: number, tUs: number): void {
    if (count <= 0) return;
    this.#piece({ seqs: [], tUs, bytes: nothing, gap: count, why: 'not captured' });
    this.#advance(count);
  }

  #advance(count: number): void {
    this.#place += count;
    if (this.#next !== undefined) this.#next = (this.#next + count) >>> 0;
  }

  #hold(run: Run): void {
    const same = this.#held.find(({ at, length }) => at === run.at && length === run.length);
    if (same !== undefined) {
      same.seqs.push(...run.seqs);
      this.repeated += run.length;
      return;
    }
    if (this.#heldBytes + run.bytes.length > mostHeldBytes) {
      this.dropped++;
      return;
    }
    this.#heldBytes += run.bytes.length;
    const before = this.#held.findIndex(({ at }) => at > run.at);
    this.#held.splice(before < 0 ? this.#held.length : before, 0, run);
  }

  /** What waited and is next now. */
  #release(): void {
    for (let first = this.#held[0]; first !== undefined && first.at <= this.#place; first = this.#held[0]) {
      this.#held.shift();
      this.#heldBytes -= first.bytes.length;
      this.#put(first);
    }
  }

  /** Bytes that are shown already: who carried them again is noted, and whether they were the same. */
  #again({ at, length, bytes, seqs }: Run): void {
    // A keep-alive repeats one byte, whatever it is (RFC 9293 §3.8.4).
    const isKeepAlive = length === 1 && at === this.#place - 1;
    if (isKeepAlive) return;
    this.repeated += Math.min(length, this.#place - at);
    const end = at + bytes.length;
    for (let i = this.#firstBehind(at); i < this.#shown.length; i++) {
      const shown = this.#shown[i];
      if (shown === undefined || shown.at >= end) break;
      const { piece } = shown;
      const from = Math.max(at, shown.at);
      const to = Math.min(end, shown.at + piece.bytes.length);
      if (to <= from) continue;
      piece.seqs.push(...seqs);
      for (let place = from; place < to; place++) {
        if (bytes[place - at] === piece.bytes[place - shown.at]) continue;
        piece.differs.push(...seqs);
        break;
      }
    }
  }

  /** The first shown piece that ends behind a place. */
  #firstBehind(at: number): number {
    let low = 0;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const shown = this.#shown[middle];
      if (shown !== undefined && shown.at + shown.piece.bytes.length <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const nothing = new Uint8Array(0);
