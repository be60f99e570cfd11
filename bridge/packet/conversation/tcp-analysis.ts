import { type Segment, tcpFlags } from './segment.ts';
import { tcpAnalysis } from './tcp-flags.ts';

/** Until the handshake tells how long a round trip takes, a hole that is filled so soon was reordering, microseconds. */
const usualRoundTripUs = 3_000;
/** A fast retransmission follows the last duplicate acknowledgement within this time, microseconds. */
const fastUs = 20_000;
const dupAcksForFast = 2;
const toldUnseen = -1;

/** Signed distance of sequence numbers, which wrap: `a` behind `b` is negative. */
const distance = (a: number, b: number): number => (a - b) | 0;

/** One direction of a connection as it was seen. */
interface Side {
  /** Behind the last byte that was sent; undefined before the first. */
  next: number | undefined;
  nextAtUs: number;
  /** Behind the last byte that came without a hole before it. */
  wholeUpTo: number | undefined;
  acknowledgement: number;
  acknowledgementAtUs: number;
  hasAcknowledged: boolean;
  /** As on the wire; undefined before the first. */
  window: number | undefined;
  /** What it means, bytes; undefined while the scale is not known. */
  windowBytes: number | undefined;
  windowScale: number;
  hasSyn: boolean;
  /** Duplicate acknowledgements in a row; `toldUnseen` after an acknowledgement of what it sent and nobody saw. */
  dupAcks: number;
  last: number;
}

const newSide = (): Side => ({
  next: undefined,
  nextAtUs: 0,
  wholeUpTo: undefined,
  acknowledgement: 0,
  acknowledgementAtUs: 0,
  hasAcknowledged: false,
  window: undefined,
  windowBytes: undefined,
  windowScale: -1,
  hasSyn: false,
  dupAcks: 0,
  last: 0,
});

/**
 * Follows one TCP connection as it passes one place, and says of each segment what Wireshark would (PK72): its rules are
 * those of Wireshark's sequence number analysis. Give it the segments in the order in which they were seen there.
 */
export class TcpConnection {
  readonly #first = newSide();
  readonly #second = newSide();
  #synAtUs: number | undefined;
  #roundTripUs = 0;

  /** Bits of `tcpAnalysis` for a segment seen at `tUs`. */
  see(segment: Segment, tUs: number): number {
    const [side, other] = segment.isFromFirst ? [this.#first, this.#second] : [this.#second, this.#first];
    this.#scale(side, segment);
    let bits = ofWindow(side, other, segment);
    if (segment.acknowledgement !== side.acknowledgement) side.dupAcks = 0;
    else if ((bits & tcpAnalysis.duplicate_ack) !== 0) side.dupAcks = Math.max(side.dupAcks, 0) + 1;
    bits |= ofUnseen(other, segment);
    bits |= this.#ofRepetition(side, other, segment, tUs, bits);
    remember(side, other, segment, tUs, bits);
    this.#time(segment, tUs);
    return bits;
  }

  #scale(side: Side, { flags, windowScale }: Segment): void {
    if ((flags & tcpFlags.syn) === 0) return;
    side.hasSyn = true;
    side.windowScale = windowScale;
  }

  #time({ flags }: Segment, tUs: number): void {
    if ((flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn) this.#synAtUs = tUs;
    const isPureAck = (flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.ack;
    if (isPureAck && this.#synAtUs !== undefined) this.#roundTripUs ||= tUs - this.#synAtUs;
  }

  /** Whether what it carries was there before, came late, or comes again. */
  #ofRepetition(side: Side, other: Side, segment: Segment, tUs: number, bits: number): number {
    const { sequence, length, flags } = segment;
    const numbers = spaceOf(segment);
    if (numbers === 0 || (bits & tcpAnalysis.keep_alive) !== 0) return 0;
    const { next } = side;
    const isOneBefore = length > 1 && next !== undefined && distance(next, sequence) === 1;
    const isBehind = next !== undefined && distance(sequence, next) < 0 && !isOneBefore;
    if (length > 0 && other.hasAcknowledged && distance(sequence + length, other.acknowledgement) <= 0)
      return tcpAnalysis.spurious_retransmission | tcpAnalysis.retransmission;
    if (!isBehind) return 0;
    const sinceAckUs = tUs - other.acknowledgementAtUs;
    if (other.dupAcks >= dupAcksForFast && other.acknowledgement === sequence && sinceAckUs < fastUs)
      return tcpAnalysis.fast_retransmission | tcpAnalysis.retransmission;
    const end = (sequence + length + ((flags & (tcpFlags.syn | tcpFlags.fin)) === 0 ? 0 : 1)) >>> 0;
    const isSoon = tUs - side.nextAtUs < (this.#roundTripUs || usualRoundTripUs);
    return isSoon && next !== end ? tcpAnalysis.out_of_order : tcpAnalysis.retransmission;
  }
}

/** Sequence numbers that a segment takes. */
const spaceOf = ({ length, flags }: Segment): number =>
  length + ((flags & (tcpFlags.syn | tcpFlags.fin)) === 0 ? 0 : 1);

/** Holes, windows, probes, and acknowledgements that say nothing new. */
function ofWindow(side: Side, other: Side, { sequence, acknowledgement, flags, window, length }: Segment): number {
  const { next } = side;
  const isPlain = (flags & (tcpFlags.syn | tcpFlags.fin | tcpFlags.reset)) === 0;
  if (length === 1 && sequence === next && other.window === 0) return tcpAnalysis.zero_window_probe;
  let bits = 0;
  if (window === 0 && isPlain) bits |= tcpAnalysis.zero_window;
  if (next !== undefined && distance(sequence, next) > 0 && (flags & tcpFlags.reset) === 0)
    bits |= tcpAnalysis.lost_segment;
  if (!isPlain || next === undefined) return bits;
  if (length <= 1 && distance(next, sequence) === 1) bits |= tcpAnalysis.keep_alive;
  const fills = other.windowBytes !== undefined && other.hasAcknowledged;
  if (length > 0 && fills && distance(sequence + length, other.acknowledgement + (other.windowBytes ?? 0)) === 0)
    bits |= tcpAnalysis.window_full;
  const saysAgain = length === 0 && sequence === next && acknowledgement === side.acknowledgement;
  if (!saysAgain) return bits;
  if (window !== side.window) return window === 0 ? bits : bits | tcpAnalysis.window_update;
  if (window === 0)
    return (other.last & tcpAnalysis.zero_window_probe) === 0 ? bits : bits | tcpAnalysis.zero_window_probe_ack;
  return bits | ((other.last & tcpAnalysis.keep_alive) === 0 ? tcpAnalysis.duplicate_ack : tcpAnalysis.keep_alive_ack);
}

/** Whether it acknowledges what was not seen here; that is said once. */
function ofUnseen(other: Side, { acknowledgement, flags }: Segment): number {
  const { next, wholeUpTo } = other;
  if ((flags & tcpFlags.ack) === 0 || next === undefined || wholeUpTo === undefined) return 0;
  if (distance(acknowledgement, wholeUpTo) <= 0) return 0;
  if (wholeUpTo > next) {
    other.wholeUpTo = next;
    return tcpAnalysis.ack_lost_segment;
  }
  const isNews = other.dupAcks === 0;
  other.dupAcks = toldUnseen;
  return isNews ? tcpAnalysis.ack_lost_segment : 0;
}

function remember(side: Side, other: Side, segment: Segment, tUs: number, bits: number): void {
  const { sequence, acknowledgement, flags, window } = segment;
  const end = (sequence + spaceOf(segment)) >>> 0;
  const isProbe = (bits & tcpAnalysis.zero_window_probe) !== 0;
  if (!isProbe) {
    if (side.next === undefined || distance(end, side.next) > 0) {
      side.next = end;
      side.nextAtUs = tUs;
    }
    if (side.wholeUpTo === undefined || sequence === side.wholeUpTo) side.wholeUpTo = side.next;
  }
  // The window of a SYN is never scaled (RFC 7323 §2.2); both must have said how.
  const isScaled = (flags & tcpFlags.syn) === 0 && side.windowScale >= 0 && other.windowScale >= 0;
  side.window = window;
  side.windowBytes = side.hasSyn && other.hasSyn ? (isScaled ? window * 2 ** side.windowScale : window) : undefined;
  side.acknowledgement = acknowledgement;
  side.acknowledgementAtUs = tUs;
  side.hasAcknowledged ||= (flags & tcpFlags.ack) !== 0;
  side.last = bits;
}
