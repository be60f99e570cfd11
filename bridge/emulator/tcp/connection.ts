import type { Scheduler } from '../../determinism/scheduler.ts';
import type { Endpoint, Errno } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { IpOutput } from '../host/ip-output.ts';
import { Acknowledging } from './acknowledging.ts';
import { Agreement, headerBytes } from './agreement.ts';
import type { ConnectionOwner, State } from './connection-owner.ts';
import { Outgoing } from './outgoing.ts';
import { pathMtu } from './path-mtu.ts';
import { Receiver } from './receiver.ts';
import { flag, headerSize, lengthOf, type Segment } from './segment.ts';
import { Sender } from './sender.ts';
import { distance, isAfter, isBefore } from './sequence.ts';
import { Timer } from './timer.ts';

/** TIME_WAIT, and FIN_WAIT2 of a connection that its program closed, last so long (Linux). */
const lingerUs = 60_000_000;
const retries = { syn: 6, synAck: 5, data: 15, detached: 8 } as const;

export interface ConnectionDeps {
  readonly scheduler: Scheduler;
  readonly ip: IpOutput;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly initialSequence: number;
  readonly noDelay: boolean;
  /** It takes part no more. */
  forget(connection: Connection): void;
}

/** One connection: the states of RFC 9293 §3.10 with the checks of RFC 5961, between a sender and a receiver. */
export class Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #deps: ConnectionDeps;
  readonly #sender: Sender;
  readonly #acknowledging: Acknowledging;
  readonly #outgoing: Outgoing;
  readonly #linger: Timer;
  readonly #agreement: Agreement;
  #receiver = new Receiver(0);
  #state: State = 'SYN_SENT';
  #owner: ConnectionOwner | undefined;
  /** The peer opened it. */
  #isPassive = false;
  /** The program closed its end for both directions. */
  #isDetached = false;
  /** What ICMP said of a connection that stands: the reason, should it die of silence. */
  #softError: Errno | undefined;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.local = deps.local;
    this.remote = deps.remote;
    this.#agreement = new Agreement(deps.scheduler, this.#pathMss(pathMtu(deps.ip, deps.remote.address)));
    this.#sender = new Sender({
      scheduler: deps.scheduler,
      outlet: {
        emit: (sequence, flags, offset, length) => this.#emit(sequence, flags, offset, length),
        retries: () => this.#retries(),
        gaveUp: () => this.#gaveUp(),
      },
      initialSequence: deps.initialSequence,
      mss: this.#agreement.segmentBytes,
      noDelay: deps.noDelay,
    });
    this.#outgoing = new Outgoing({
      ip: deps.ip,
      local: deps.local,
      remote: deps.remote,
      agreement: this.#agreement,
      failed: (errno) => this.#notSent(errno),
    });
    this.#acknowledging = new Acknowledging(deps.scheduler, () => this.#flush());
    this.#linger = new Timer(deps.scheduler, () => this.#end(undefined));
  }

  get state(): State {
    return this.#state;
  }
  get receiveQueue(): number {
    return this.#receiver.unread;
  }
  get sendQueue(): number {
    return this.#sender.queued;
  }
  get info(): Sender['info'] {
    return this.#sender.info;
  }
  /** The peer has sent all that it will. */
  get isAtEnd(): boolean {
    return this.#receiver.isFinished;
  }

  set owner(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  /** Active open. */
  connect(): void {
    this.#sender.open(flag.syn);
  }

  /** Passive open, by a SYN. */
  accept(syn: Segment): void {
    this.#isPassive = true;
    this.#state = 'SYN_RECV';
    this.#takeSyn(syn);
    this.#sender.open(flag.syn | flag.ack);
  }

  /** The next bytes; undefined when none are there now. */
  read(): Uint8Array | undefined {
    const data = this.#receiver.read();
    if (data !== undefined && this.#receiver.isUpdateDue && this.#isSynchronized()) {
      this.#acknowledging.now();
      this.#flush();
    }
    return data;
  }

  /** Takes as much of `data` from `from` on as the send buffer holds; returns how many bytes. */
  write(data: Uint8Array, from: number): number {
    const taken = this.#sender.push(data, from);
    if (taken > 0) this.#flush();
    return taken;
  }

  /** FIN after the last byte that was written. */
  finish(): void {
    if (this.#state === 'ESTABLISHED' || this.#state === 'SYN_RECV') this.#state = 'FIN_WAIT1';
    else if (this.#state === 'CLOSE_WAIT') this.#state = 'LAST_ACK';
    else return;
    this.#sender.finish();
    this.#flush();
  }

  /** The program reads no more. What it has not read makes the end a reset (RFC 2525 §2.17). */
  detach(): void {
    this.#isDetached = true;
    if (this.#receiver.unread > 0) this.abort();
    else if (this.#state === 'FIN_WAIT2') this.#linger.set(lingerUs);
  }

  abort(): void {
    if (this.#state === 'CLOSE') return;
    if (this.#isSynchronized() && this.#state !== 'TIME_WAIT') this.#emit(this.#sender.nxt, flag.rst | flag.ack, 0, 0);
    this.#end(new HostError('ECONNRESET'));
  }

  /** Without a word to the peer: the host goes down, or a new connection takes the place. */
  vanish(): void {
    this.#end(new HostError('ECONNRESET'));
  }

  /** True when a new SYN may take the place of this connection in TIME_WAIT (RFC 9293 §3.6.1, RFC 6191). */
  givesWayTo(segment: Segment): boolean {
    if (this.#state !== 'TIME_WAIT') return false;
    if ((segment.flags & (flag.syn | flag.ack | flag.rst)) !== flag.syn) return false;
    return isAfter(segment.sequence, this.#receiver.nxt) || this.#agreement.isNewer(segment.options);
  }

  receive(segment: Segment): void {
    if (this.#state === 'CLOSE') return;
    if (this.#state === 'SYN_SENT') this.#receiveInSynSent(segment);
    else this.#receiveSynchronized(segment);
    this.#flush();
  }

  /** ICMP said that a segment of this connection went nowhere; only quotes of what is on the way count (RFC 5927). */
  unreachable(sequence: number, errno: Errno): void {
    if (isBefore(sequence, this.#sender.una) || !isBefore(sequence, this.#sender.nxt)) return;
    if (this.#state === 'SYN_SENT' || this.#state === 'SYN_RECV') this.#end(new HostError(errno));
    else this.#softError = errno;
  }

  /** The path's MTU got smaller (RFC 1191). */
  pathNarrowed(sequence: number, mtu: number): void {
    if (isBefore(sequence, this.#sender.una) || isAfter(sequence, this.#sender.nxt)) return;
    this.#agreement.narrow(this.#pathMss(mtu));
    this.#sender.narrow(this.#agreement.segmentBytes);
    this.#flush();
  }

  #receiveInSynSent(segment: Segment): void {
    const { flags, acknowledgement } = segment;
    const hasAck = (flags & flag.ack) !== 0;
    const isAcceptable = hasAck && acknowledgement === this.#sender.nxt;
    if ((flags & flag.rst) !== 0) {
      if (isAcceptable) this.#end(new HostError('ECONNREFUSED'));
      return;
    }
    if (hasAck && !isAcceptable) {
      this.#outgoing.reset(acknowledgement);
      return;
    }
    if ((flags & flag.syn) === 0) return;
    this.#takeSyn(segment);
    if (hasAck) {
      // A window in a SYN is not scaled.
      this.#sender.acknowledged(segment, segment.window);
      this.#acknowledging.now();
      this.#establish();
    } else {
      this.#state = 'SYN_RECV';
      this.#sender.openAgain(flag.syn | flag.ack);
    }
  }

  #receiveSynchronized(segment: Segment): void {
    const { flags, sequence, options } = segment;
    const isReset = (flags & flag.rst) !== 0;
    if (!isReset && this.#agreement.isOld(options)) {
      this.#answerStray(segment);
      return;
    }
    const isInWindow =
      !isBefore(sequence + lengthOf(segment), this.#acknowledging.lastSent) &&
      !isAfter(sequence, this.#receiver.rightEdge);
    if (isReset) {
      if (isInWindow) this.#receiveReset(sequence);
      return;
    }
    if ((flags & flag.syn) !== 0) {
      if (!this.#isSynAgain(segment)) {
        this.#acknowledging.challenge();
        return;
      }
      if ((flags & flag.ack) === 0) {
        this.#sender.openAgain(flag.syn | flag.ack);
        return;
      }
    } else if (!isInWindow) {
      this.#answerStray(segment);
      return;
    }
    if ((flags & flag.ack) === 0) return;
    if (!isAfter(sequence, this.#acknowledging.lastSent)) this.#agreement.saw(options);
    if (this.#takeAck(segment)) this.#takeData(segment);
  }

  /** Their SYN once more while the handshake is not done. */
  #isSynAgain({ sequence }: Segment): boolean {
    return this.#state === 'SYN_RECV' && distance(sequence, this.#receiver.nxt) === 1;
  }

  #receiveReset(sequence: number): void {
    // A reset that was seen before must not end the wait that keeps old segments away (RFC 1337).
    if (this.#state === 'TIME_WAIT') return;
    if (sequence !== this.#receiver.nxt) {
      this.#acknowledging.challenge();
      return;
    }
    if (this.#state === 'CLOSING' || this.#state === 'LAST_ACK') this.#end(undefined);
    else if (this.#state === 'SYN_RECV') this.#end(new HostError('ECONNREFUSED'));
    else this.#end(new HostError(this.#state === 'CLOSE_WAIT' ? 'EPIPE' : 'ECONNRESET'));
  }

  /** False when the segment has to be dropped for its acknowledgement. */
  #takeAck(segment: Segment): boolean {
    const { acknowledgement } = segment;
    const { una, nxt, maxWindow } = this.#sender;
    if (this.#state === 'SYN_RECV') {
      if (!isAfter(acknowledgement, una) || isAfter(acknowledgement, nxt)) {
        this.#outgoing.reset(acknowledgement);
        return false;
      }
      if (this.#isPassive && this.#owner?.mayEstablish() === false) return false;
      this.#sender.acknowledged(segment, segment.window << this.#agreement.sendScale);
      this.#establish();
      return this.#isSynchronized();
    }
    if (isAfter(acknowledgement, nxt) || distance(acknowledgement, una) > maxWindow) {
      this.#acknowledging.challenge();
      return false;
    }
    if (isBefore(acknowledgement, una)) return true;
    const queued = this.#sender.queued;
    this.#sender.acknowledged(segment, segment.window << this.#agreement.sendScale);
    if (this.#sender.queued < queued) this.#owner?.writable();
    if (this.#sender.isFinAcknowledged) this.#finAcknowledged();
    return this.#isSynchronized();
  }

  #finAcknowledged(): void {
    if (this.#state === 'FIN_WAIT1') {
      this.#state = 'FIN_WAIT2';
      if (this.#isDetached) this.#linger.set(lingerUs);
    } else if (this.#state === 'CLOSING') this.#waitTime();
    else if (this.#state === 'LAST_ACK') this.#end(undefined);
  }

  #takeData(segment: Segment): void {
    const { sequence, data, flags } = segment;
    const hasFin = (flags & flag.fin) !== 0;
    if (data.length === 0 && !hasFin) return;
    const receiver = this.#receiver;
    if (receiver.isFinished) {
      // Their FIN once more: the acknowledgement was lost.
      this.#acknowledging.now();
      if (this.#state === 'TIME_WAIT') this.#linger.set(lingerUs);
      return;
    }
    if (this.#isDetached && data.length > 0 && isAfter(sequence + data.length, receiver.nxt)) {
      this.abort();
      return;
    }
    const hadGap = receiver.hasGap;
    const isNext = receiver.accept(sequence, data, hasFin);
    if (!isNext || hadGap || receiver.isFinished) this.#acknowledging.now();
    else this.#acknowledging.received(receiver.nxt, receiver.largest);
    if (receiver.isFinished) this.#finCame();
    if (isNext) this.#owner?.readable();
  }

  #finCame(): void {
    if (this.#state === 'ESTABLISHED') this.#state = 'CLOSE_WAIT';
    else if (this.#state === 'FIN_WAIT1') this.#state = 'CLOSING';
    else if (this.#state === 'FIN_WAIT2') this.#waitTime();
  }

  #waitTime(): void {
    this.#state = 'TIME_WAIT';
    this.#sender.close();
    this.#linger.set(lingerUs);
  }

  #takeSyn({ sequence, options }: Segment): void {
    this.#receiver = new Receiver((sequence + 1) >>> 0);
    this.#acknowledging.sent(this.#receiver.nxt);
    this.#agreement.take(options);
    this.#sender.agreed(this.#agreement.segmentBytes, this.#agreement.hasSack);
  }

  #establish(): void {
    this.#state = 'ESTABLISHED';
    this.#owner?.established();
  }

  #isSynchronized(): boolean {
    return this.#state !== 'SYN_SENT' && this.#state !== 'CLOSE';
  }

  /** What is outside the window or from the past gets to know where this side is (RFC 9293 §3.10.7.4). */
  #answerStray(segment: Segment): void {
    if (this.#state === 'TIME_WAIT') this.#linger.set(lingerUs);
    if (segment.data.length > 0 || (segment.flags & flag.fin) !== 0) this.#acknowledging.now();
    else this.#acknowledging.challenge();
  }

  #flush(): void {
    if (this.#state === 'CLOSE') return;
    if (this.#state !== 'TIME_WAIT') this.#sender.transmit();
    // Data that just went took the acknowledgement along.
    if (this.#acknowledging.isDue && this.#isSynchronized()) this.#emit(this.#sender.nxt, flag.ack, 0, 0);
  }

  #emit(sequence: number, flags: number, offset: number, length: number): void {
    if ((flags & flag.ack) !== 0) this.#acknowledging.sent(this.#receiver.nxt);
    this.#outgoing.send(sequence, flags, this.#receiver, length, (target, at) =>
      this.#sender.copyTo(target, at, offset, length),
    );
  }

  /** As if it were lost on the way: it comes again, on a route that may be there by then. */
  #notSent(errno: Errno): void {
    if (errno === 'EMSGSIZE') this.#deps.scheduler.soon(() => this.#remeasure());
    else this.#softError = errno;
  }

  #remeasure(): void {
    if (this.#state !== 'CLOSE') this.pathNarrowed(this.#sender.una, pathMtu(this.#deps.ip, this.remote.address));
  }

  #pathMss(mtu: number): number {
    return mtu - headerBytes - headerSize;
  }

  #retries(): number {
    if (this.#state === 'SYN_SENT') return retries.syn;
    if (this.#state === 'SYN_RECV') return retries.synAck;
    return this.#isDetached ? retries.detached : retries.data;
  }

  #gaveUp(): void {
    this.#end(new HostError(this.#softError ?? 'ETIMEDOUT'));
  }

  #end(error: HostError | undefined): void {
    if (this.#state === 'CLOSE') return;
    this.#state = 'CLOSE';
    this.#acknowledging.close();
    this.#linger.close();
    this.#sender.close();
    this.#receiver.close();
    this.#deps.forget(this);
    this.#owner?.ended(error);
  }
}
