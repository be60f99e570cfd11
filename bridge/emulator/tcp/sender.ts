import type { Scheduler } from '../../determinism/scheduler.ts';
import { ByteRing } from './byte-ring.ts';
import { Congestion } from './congestion.ts';
import { Flight, type Sent } from './flight.ts';
import { Rto } from './rto.ts';
import { flag, type Segment } from './segment.ts';
import { advanced, distance, isAfter } from './sequence.ts';
import { Timer } from './timer.ts';

/** Bytes that wait to be sent or acknowledged at most (ET20). */
const sendBufferBytes = 1 << 20;
const duplicateThreshold = 3;
const maxProbeUs = 120_000_000;

export interface SenderOutlet {
  /** Sends `length` bytes from `offset` of the sender's buffer on. */
  emit(sequence: number, flags: number, offset: number, length: number): void;
  /** How often the same is sent again before the peer is given up. */
  retries(): number;
  gaveUp(): void;
}

/** The sending half of a connection: buffer, window, Nagle, retransmission and congestion control. */
export class Sender {
  readonly #scheduler: Scheduler;
  readonly #outlet: SenderOutlet;
  readonly #noDelay: boolean;
  readonly #timer: Timer;
  readonly #flight: Flight;
  readonly #rto = new Rto();
  readonly #congestion: Congestion;
  readonly #ring = new ByteRing(sendBufferBytes);
  /** Sequence number of the ring's first byte. */
  #ringStart: number;
  #buffered = 0;
  #una: number;
  #nxt: number;
  #segmentBytes: number;
  #hasSack = false;
  #window = 0;
  #maxWindow = 0;
  #windowSequence = 0;
  #fin: 'none' | 'queued' | 'sent' = 'none';
  /** Behind the last segment that was not full: Nagle as Linux has it (Minshall). */
  #smallEnd: number;
  #recovery: 'none' | 'fast' | 'timeout' = 'none';
  #recoveryPoint = 0;
  #duplicates = 0;
  #probes = 0;
  #probesUnanswered = 0;
  #lastSentUs = 0;
  #retransmitted = 0;

  constructor(deps: {
    scheduler: Scheduler;
    outlet: SenderOutlet;
    initialSequence: number;
    mss: number;
    noDelay: boolean;
  }) {
    this.#scheduler = deps.scheduler;
    this.#outlet = deps.outlet;
    this.#noDelay = deps.noDelay;
    this.#timer = new Timer(deps.scheduler, () => this.#timerDue());
    this.#una = deps.initialSequence;
    this.#nxt = deps.initialSequence;
    this.#smallEnd = deps.initialSequence;
    this.#ringStart = advanced(deps.initialSequence, 1);
    this.#flight = new Flight(deps.initialSequence);
    this.#segmentBytes = deps.mss;
    this.#congestion = new Congestion(deps.mss);
  }

  /** First sequence number that is not acknowledged. */
  get una(): number {
    return this.#una;
  }

  /** The next one to be sent. */
  get nxt(): number {
    return this.#nxt;
  }

  get maxWindow(): number {
    return this.#maxWindow;
  }

  /** Bytes that are sent or waiting. */
  get queued(): number {
    return this.#buffered;
  }

  get isFinAcknowledged(): boolean {
    return this.#fin === 'sent' && this.#una === this.#nxt;
  }

  get info(): { rttUs: number; cwnd: number; ssthresh: number; retransmitted: number } {
    const { cwnd, ssthresh } = this.#congestion;
    return { rttUs: Math.round(this.#rto.rttUs), cwnd, ssthresh, retransmitted: this.#retransmitted };
  }

  /** Sends SYN, or SYN and ACK. */
  open(flags: number): void {
    this.#sendNew(flags, 0);
  }

  /** The SYN's acknowledgement got lost, or two SYNs crossed: once more with what is known now. */
  openAgain(flags: number): void {
    const first = this.#flight.first;
    if (first !== undefined) this.#outlet.emit(first.start, flags, 0, 0);
  }

  /** What the handshake agreed upon: bytes a segment, SACK. */
  agreed(segmentBytes: number, hasSack: boolean): void {
    this.#segmentBytes = segmentBytes;
    this.#hasSack = hasSack;
    this.#congestion.setMss(segmentBytes, true);
    if (this.#retransmitted > 0) {
      this.#rto.synWasLost();
      this.#congestion.startWithOne();
    }
  }

  /** The path takes less than was thought (RFC 1191): what was too long goes again at once. */
  narrow(segmentBytes: number): void {
    if (segmentBytes >= this.#segmentBytes) return;
    this.#segmentBytes = segmentBytes;
    this.#congestion.setMss(segmentBytes, false);
    this.#flight.loseLongerThan(segmentBytes);
  }

  /** Takes as much as the buffer holds; returns how many bytes that were. */
  push(data: Uint8Array, from: number): number {
    const length = Math.min(data.length - from, sendBufferBytes - this.#buffered);
    if (length === 0) return 0;
    this.#ring.write(this.#buffered, data.subarray(from, from + length));
    this.#buffered += length;
    return length;
  }

  /** FIN after the last byte. */
  finish(): void {
    if (this.#fin === 'none') this.#fin = 'queued';
  }

  copyTo(target: Uint8Array, at: number, offset: number, length: number): void {
    this.#ring.copyTo(target, at, offset, length);
  }

  close(): void {
    this.#timer.close();
    this.#ring.clear();
    this.#buffered = 0;
  }

  /** Takes an acknowledgement between una and nxt, its SACK blocks and its window (already scaled). */
  acknowledged(segment: Segment, window: number): void {
    const { acknowledgement, sequence, options } = segment;
    const nowUs = this.#scheduler.nowUs();
    const isNew = isAfter(acknowledgement, this.#una);
    const isSameWindow = window === this.#window;
    if (
      isNew ||
      isAfter(sequence, this.#windowSequence) ||
      (sequence === this.#windowSequence && window > this.#window)
    )
      this.#setWindow(sequence, window);
    this.#probesUnanswered = 0;
    const isDuplicate = !isNew && isSameWindow && segment.data.length === 0 && (segment.flags & flag.fin) === 0;
    if (isNew) this.#advance(acknowledgement, nowUs);
    if (this.#flight.isEmpty) return;
    if (this.#hasSack) {
      this.#sample(this.#flight.arrived(options.sack, nowUs).rttUs);
      if (this.#flight.findLost()) this.#recover();
    } else if (isDuplicate) this.#countDuplicate();
  }

  /** Sends what may be sent now. */
  transmit(): void {
    const nowUs = this.#scheduler.nowUs();
    if (this.#flight.isEmpty && nowUs - this.#lastSentUs > this.#rto.us) this.#congestion.idle();
    for (;;) {
      const lost = this.#flight.nextLost(this.#segmentBytes);
      if (lost === undefined || !this.#hasRoomFor(distance(lost.start, lost.end))) break;
      this.#sendAgain(lost, nowUs);
    }
    while (this.#sendNext(false));
    this.#watch();
  }

  #advance(acknowledgement: number, nowUs: number): void {
    const inFlight = this.#flight.size;
    const bytes = distance(this.#una, acknowledgement);
    this.#sample(this.#flight.acknowledge(acknowledgement, nowUs).rttUs);
    this.#una = acknowledgement;
    this.#rto.progress();
    this.#duplicates = 0;
    const dropped = Math.min(Math.max(0, distance(this.#ringStart, acknowledgement)), this.#buffered);
    this.#ring.drop(dropped);
    this.#buffered -= dropped;
    this.#ringStart = advanced(this.#ringStart, dropped);
    if (this.#recovery !== 'fast') this.#congestion.acknowledged(bytes, inFlight);
    if (this.#recovery !== 'none') {
      if (!isAfter(this.#recoveryPoint, acknowledgement)) this.#recovery = 'none';
      else if (!this.#hasSack) this.#flight.loseFirst();
    }
    if (this.#flight.isEmpty) this.#timer.clear();
    else this.#timer.set(this.#rto.us);
  }

  #sample(rttUs: number | undefined): void {
    if (rttUs !== undefined) this.#rto.sample(rttUs);
  }

  #setWindow(sequence: number, window: number): void {
    this.#windowSequence = sequence;
    this.#window = window;
    this.#maxWindow = Math.max(this.#maxWindow, window);
    if (window > 0) this.#probes = 0;
  }

  #countDuplicate(): void {
    this.#duplicates += 1;
    this.#flight.duplicate(this.#segmentBytes);
    // While a recovery runs, duplicates speak of what it sends again (RFC 6582 §4).
    if (this.#duplicates !== duplicateThreshold || this.#recovery !== 'none') return;
    this.#flight.loseFirst();
    this.#recover();
  }

  #recover(): void {
    if (this.#recovery !== 'none') return;
    this.#recovery = 'fast';
    this.#recoveryPoint = this.#nxt;
    this.#congestion.lost(this.#flight.size);
  }

  #hasRoomFor(length: number): boolean {
    const { pipe } = this.#flight;
    return pipe === 0 || pipe + length <= this.#congestion.cwnd;
  }

  /** One segment of what was never sent; false when nothing may go now. `isForced` sends into a window however small. */
  #sendNext(isForced: boolean): boolean {
    if (this.#fin === 'sent' || isAfter(this.#ringStart, this.#nxt)) return false;
    const unsent = this.#buffered - distance(this.#ringStart, this.#nxt);
    const isFinishing = this.#fin === 'queued';
    if (unsent === 0 && !isFinishing) return false;
    const usable = this.#window - distance(this.#una, this.#nxt);
    const length = Math.min(this.#segmentBytes, unsent, usable);
    if (usable <= 0 || !this.#hasRoomFor(length)) return false;
    const isLast = length === unsent;
    if (length < this.#segmentBytes && !isForced) {
      if (!isLast && length < this.#maxWindow / 2) return false;
      if (isLast && !isFinishing && !this.#noDelay && isAfter(this.#smallEnd, this.#una)) return false;
    }
    const hasFin = isFinishing && isLast && usable > length;
    if (length === 0 && !hasFin) return false;
    if (hasFin) this.#fin = 'sent';
    this.#sendNew(flag.ack | (isLast ? flag.psh : 0) | (hasFin ? flag.fin : 0), length);
    if (length < this.#segmentBytes) this.#smallEnd = this.#nxt;
    return true;
  }

  #sendNew(flags: number, length: number): void {
    const nowUs = this.#scheduler.nowUs();
    const counted = length + ((flags & (flag.syn | flag.fin)) === 0 ? 0 : 1);
    // What runs while nothing is on the way is the probes' timer.
    if (this.#flight.isEmpty) this.#timer.set(this.#rto.us);
    const sent = this.#flight.add(counted, flags, nowUs);
    this.#nxt = sent.end;
    this.#lastSentUs = nowUs;
    this.#emit(sent);
  }

  #sendAgain(sent: Sent, nowUs: number): void {
    this.#flight.sentAgain(sent, nowUs);
    this.#retransmitted += 1;
    this.#lastSentUs = nowUs;
    this.#emit(sent);
  }

  #emit(sent: Sent): void {
    const isSyn = (sent.flags & flag.syn) !== 0;
    const length = distance(sent.start, sent.end) - ((sent.flags & (flag.syn | flag.fin)) === 0 ? 0 : 1);
    const offset = isSyn ? 0 : distance(this.#ringStart, sent.start);
    this.#outlet.emit(sent.start, isSyn ? sent.flags : sent.flags | flag.ack, offset, length);
  }

  /** The timer runs while something is on the way, or while something waits for a window. */
  #watch(): void {
    if (this.#timer.isSet) return;
    if (!this.#flight.isEmpty) this.#timer.set(this.#rto.us);
    else if (this.#buffered > 0 || this.#fin === 'queued')
      this.#timer.set(Math.min(this.#rto.us * 2 ** this.#probes, maxProbeUs));
  }

  #timerDue(): void {
    if (this.#flight.isEmpty) this.#probe();
    else this.#timeOut();
  }

  #timeOut(): void {
    if (this.#rto.backoff >= this.#outlet.retries()) {
      this.#outlet.gaveUp();
      return;
    }
    const isOpening = ((this.#flight.first?.flags ?? 0) & flag.syn) !== 0;
    if (!isOpening) this.#congestion.timedOut(this.#flight.size, this.#rto.backoff === 0);
    this.#rto.backOff();
    this.#flight.loseAll();
    this.#duplicates = 0;
    this.#recovery = 'timeout';
    this.#recoveryPoint = this.#nxt;
    this.transmit();
  }

  /**
   * The peer's window is closed, or smaller than what is worth sending: what fits goes now, and into a closed one a segment
   * of no bytes with a number that was acknowledged, which has to be answered (as Linux probes).
   */
  #probe(): void {
    if (this.#buffered === 0 && this.#fin !== 'queued') return;
    if (!this.#sendNext(true)) {
      if (this.#probesUnanswered >= this.#outlet.retries()) {
        this.#outlet.gaveUp();
        return;
      }
      this.#probes += 1;
      this.#probesUnanswered += 1;
      this.#outlet.emit(advanced(this.#una, -1), flag.ack, 0, 0);
    }
    this.#watch();
  }
}
