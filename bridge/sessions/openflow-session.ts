import { DecodeError } from '../codec/errors.ts';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { errorName, errors } from '../protocols/openflow/v10/error.ts';
import { packetIn } from '../protocols/openflow/v10/fast.ts';
import {
  maxMessageLength,
  messageLength,
  messageType,
  messageTypes,
  version,
} from '../protocols/openflow/v10/header.ts';
import { helloVersions } from '../protocols/openflow/v10/hello.ts';
import { matchOf } from '../protocols/openflow/v10/match.ts';
import { appendMessage, decodeMessage, type Message, type MessageOf } from '../protocols/openflow/v10/message.ts';
import { portNumbers } from '../protocols/openflow/v10/port.ts';
import { Keepalive } from './keepalive.ts';
import { type Answered, PendingRequests, type Request, type RequestAnswer } from './pending-requests.ts';
import type { CloseCause, Outlet, Session } from './session.ts';

export type OpenFlowOutput =
  | { readonly kind: 'ready'; readonly features: MessageOf<'featuresReply'>; readonly description: string }
  | { readonly kind: 'portStatus'; readonly status: MessageOf<'portStatus'> }
  | { readonly kind: 'flowRemoved'; readonly removed: MessageOf<'flowRemoved'> }
  /** An ERROR, and the message of ours that caused it where that is known. */
  | { readonly kind: 'error'; readonly error: string; readonly xid: number; readonly request: Message | undefined }
  /** Something that changes nothing: a late reply, a type that a switch does not send. */
  | { readonly kind: 'ignored'; readonly what: string }
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly reason: string };

export interface OpenFlowHandlers {
  output(output: OpenFlowOutput): void;
  /** A PACKET_IN lies at `bytes[start, end)`, whole, until this returns; read it with protocols' `packetIn`. */
  packetIn(view: DataView, bytes: Uint8Array, start: number, end: number): void;
  /** Every message but PACKET_IN and PACKET_OUT, as it lies on the wire until this returns (OF61). */
  control?(isOurs: boolean, bytes: Uint8Array, start: number, end: number): void;
}
export interface OpenFlowTimes {
  /** From open to ready. */
  readonly handshakeMs: number;
  /** Silence after which the switch is asked, and after which it is given up. */
  readonly echoMs: number;
  readonly requestMs: number;
}
export const openFlowTimes: OpenFlowTimes = { handshakeMs: 10_000, echoMs: 5_000, requestMs: 5_000 };

/** Messages of ours remembered to be named beside an ERROR. */
const remembered = 256;
const maxEarlyStatus = 1024;
const wholePackets = 0xffff;
/** An ERROR quotes at least this much of the message at fault (§5.4.4). */
const quotedBytes = 64;

/**
 * Controller's side of one OpenFlow 1.0 connection, without I/O: HELLO, FEATURES, configuration, ready; then keepalive,
 * requests matched by xid, and packets handed on where they lie. What a peer does wrong is an output, never an exception.
 */
export class OpenFlowSession implements Session {
  readonly #outlet: Outlet;
  readonly #handlers: OpenFlowHandlers;
  readonly #times: OpenFlowTimes;
  readonly #received = new ReceiveBuffer(maxMessageLength);
  readonly #requests = new PendingRequests();
  readonly #sent = new Map<number, Message>();
  /** Who wants to know of an ERROR about a message of ours, by xid. */
  readonly #unconfirmed = new Map<number, (error: string) => void>();
  readonly #earlyStatus: MessageOf<'portStatus'>[] = [];
  #phase: 'hello' | 'features' | 'configuration' | 'ready' | 'closed' = 'hello';
  #keepalive = new Keepalive(0, 0);
  #openedMs = 0;
  #nowMs = 0;
  #xid = 0;

  constructor(outlet: Outlet, handlers: OpenFlowHandlers, times: OpenFlowTimes = openFlowTimes) {
    this.#outlet = outlet;
    this.#handlers = handlers;
    this.#times = times;
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  get #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  open(nowMs: number): void {
    this.#openedMs = nowMs;
    this.#nowMs = nowMs;
    this.#keepalive = new Keepalive(this.#times.echoMs, nowMs);
    this.#append({ kind: 'hello', xid: this.#nextXid(), version, elements: new Uint8Array(0) });
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#phase === 'closed') return;
    this.#nowMs = nowMs;
    this.#keepalive.heard(nowMs);
    this.#received.push(chunk);
    try {
      while (!this.#isClosed && this.#received.next(messageLength)) this.#next();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#close('malformed', `Malformed message: ${error.message}`);
    }
  }

  tick(nowMs: number): void {
    if (this.#phase === 'closed') return;
    this.#nowMs = nowMs;
    this.#requests.tick(nowMs);
    if (this.#phase !== 'ready') {
      if (nowMs - this.#openedMs >= this.#times.handshakeMs) {
        this.#close('timeout', `No ${awaited[this.#phase]} within ${this.#times.handshakeMs / 1000} s`);
      }
      return;
    }
    const step = this.#keepalive.tick(nowMs);
    if (step === 'ask') this.#append({ kind: 'echoRequest', xid: this.#nextXid(), data: new Uint8Array(0) });
    if (step === 'gone') this.#close('silent', `Silent for ${(2 * this.#times.echoMs) / 1000} s, echo unanswered`);
  }

  ended(reason: string): void {
    this.#close('ended', reason);
  }

  /** Ends the session for a reason of ours. */
  close(reason: string): void {
    this.#close('closed', reason);
  }

  /** Sends a message that has no reply; an ERROR about it is surfaced together with it. */
  send(make: (xid: number) => Message): void {
    if (this.#phase === 'closed') return;
    const message = make(this.#nextXid());
    this.#sent.set(message.xid, message);
    if (this.#sent.size > remembered) for (const oldest of this.#sent.keys()) if (this.#sent.delete(oldest)) break;
    this.#append(message);
  }

  /** Sends a request; `done` is called once: with the reply, an error, a time-out or the end of the session. */
  request(make: (xid: number) => Request, done: Answered): void {
    if (this.#phase === 'closed') {
      done({ kind: 'closed', reason: 'The switch is gone' });
      return;
    }
    const request = make(this.#nextXid());
    if (this.#requests.add(request, this.#nowMs + this.#times.requestMs, done)) this.#append(request);
  }

  /**
   * Sends a message that has no reply, and a barrier behind it; `done` is called once: with the barrier's reply, with the
   * ERROR about the message, or as for any request (OF62).
   */
  confirm(make: (xid: number) => Message, done: Answered): void {
    let xid = 0;
    let refused: string | undefined;
    this.send((its) => {
      xid = its;
      return make(its);
    });
    this.#unconfirmed.set(xid, (error) => {
      refused ??= error;
    });
    this.request(
      (barrier) => ({ kind: 'barrierRequest', xid: barrier }),
      (answer) => {
        this.#unconfirmed.delete(xid);
        done(refused === undefined ? answer : { kind: 'error', error: refused });
      },
    );
  }

  #next(): void {
    const { bytes, start, end } = this.#received;
    if (this.#phase === 'ready' && messageType(bytes, start) === messageTypes.packetIn && bytes[start] === version) {
      if (!packetIn.fits(end - start)) throw new DecodeError(`a PACKET_IN of ${end - start} bytes`, 0, 'length');
      this.#handlers.packetIn(this.#received.view, bytes, start, end);
      return;
    }
    if (messageType(bytes, start) !== messageTypes.packetIn) this.#handlers.control?.(false, bytes, start, end);
    // A copy: what is decoded may be kept, and everything but packets is rare.
    this.#handle(decodeMessage(bytes.slice(start, end)), bytes, start, end);
  }

  #handle(message: Message, bytes: Uint8Array, start: number, end: number): void {
    if (message.kind === 'hello') {
      this.#hello(message);
      return;
    }
    if (message.kind === 'error') {
      this.#error(message);
      return;
    }
    if (message.kind === 'unknown' && message.version !== version) {
      this.#refuse('badVersion', message.xid, bytes.slice(start, Math.min(end, start + quotedBytes)));
      this.#close('version', `Message of OpenFlow version ${message.version} after version ${version} was agreed`);
      return;
    }
    if (message.kind === 'echoRequest') {
      this.#append({ kind: 'echoReply', xid: message.xid, data: message.data });
      return;
    }
    if (this.#phase === 'hello') {
      this.#close('malformed', `Expected HELLO, got ${nameOf(message)}`);
      return;
    }
    switch (message.kind) {
      case 'echoReply':
      // One that comes before the switch is configured may be cut short; its host will ask again.
      case 'packetIn':
        return;
      case 'portStatus':
        this.#portStatus(message);
        return;
      case 'flowRemoved':
        this.#handlers.output({ kind: 'flowRemoved', removed: message });
        return;
      case 'featuresReply':
      case 'getConfigReply':
      case 'statsReply':
      case 'barrierReply':
      case 'queueGetConfigReply':
        if (!this.#requests.settle(message)) {
          this.#handlers.output({ kind: 'ignored', what: `${nameOf(message)} that nothing waits for` });
        }
        return;
      case 'vendor':
        this.#handlers.output({ kind: 'ignored', what: nameOf(message) });
        return;
      default:
        this.#refuse('badType', message.xid, bytes.slice(start, Math.min(end, start + quotedBytes)));
        this.#handlers.output({ kind: 'ignored', what: `${nameOf(message)}, which a switch does not send` });
    }
  }

  /** A port may come or go between FEATURES_REPLY and ready: that waits for the ready output. */
  #portStatus(status: MessageOf<'portStatus'>): void {
    if (this.#phase === 'ready') this.#handlers.output({ kind: 'portStatus', status });
    else if (this.#earlyStatus.length < maxEarlyStatus) this.#earlyStatus.push(status);
  }

  #hello(hello: MessageOf<'hello'>): void {
    if (this.#phase !== 'hello') {
      this.#handlers.output({ kind: 'ignored', what: 'a second HELLO' });
      return;
    }
    const versions = helloVersions(hello);
    if (!versions.includes(version)) {
      const theirs = versions.length === 0 ? 'no version' : `only version ${versions.join(', ')}`;
      const { type, codes } = errors.helloFailed;
      const data = Uint8Array.from('OpenFlow 1.0 (0x01) only', (character) => character.charCodeAt(0));
      this.#append({ kind: 'error', xid: hello.xid, type, code: codes.incompatible, data });
      this.#close('version', `No common OpenFlow version: the switch speaks ${theirs}, the controller 1`);
      return;
    }
    this.#phase = 'features';
    this.request(
      (xid) => ({ kind: 'featuresRequest', xid }),
      (answer) => {
        const [features] = answer.kind === 'reply' ? answer.replies : [];
        if (features?.kind === 'featuresReply') this.#configure(features);
        else this.#fail('FEATURES_REPLY', answer);
      },
    );
  }

  /** Known start: whole packets, no flow entries of somebody else; the barrier says when all of it holds. */
  #configure(features: MessageOf<'featuresReply'>): void {
    this.#phase = 'configuration';
    let description = '';
    this.send((xid) => ({ kind: 'setConfig', xid, fragments: 'normal', missSendLength: wholePackets }));
    this.send((xid) => deleteAllFlows(xid));
    this.request(
      (xid) => ({ kind: 'statsRequest', xid, stats: { kind: 'desc', flags: [] } }),
      (answer) => {
        const [reply] = answer.kind === 'reply' ? answer.replies : [];
        if (reply?.kind === 'statsReply' && reply.stats.kind === 'desc') {
          description = [reply.stats.manufacturer, reply.stats.hardware, reply.stats.software]
            .filter(Boolean)
            .join(' ');
        }
      },
    );
    this.request(
      (xid) => ({ kind: 'barrierRequest', xid }),
      (answer) => {
        // A switch without barriers says so with an ERROR, which comes just as late.
        if (answer.kind !== 'reply' && answer.kind !== 'error') return this.#fail('BARRIER_REPLY', answer);
        this.#phase = 'ready';
        this.#handlers.output({ kind: 'ready', features, description });
        for (const status of this.#earlyStatus.splice(0)) this.#handlers.output({ kind: 'portStatus', status });
      },
    );
  }

  #fail(what: string, answer: RequestAnswer): void {
    if (answer.kind === 'timeout') this.#close('timeout', `No ${what} within ${this.#times.requestMs / 1000} s`);
    if (answer.kind === 'error') this.#close('refused', `The switch answered with ${answer.error} instead of ${what}`);
  }

  #error(message: MessageOf<'error'>): void {
    const error = errorName(message.type, message.code);
    this.#unconfirmed.get(message.xid)?.(error);
    const request = this.#requests.fail(message.xid, error) ?? this.#sent.get(message.xid) ?? quoted(message.data);
    this.#handlers.output({ kind: 'error', error, xid: message.xid, request });
    if (this.#phase === 'hello') this.#close('version', `The switch refused the HELLO: ${error}`);
  }

  #refuse(code: 'badVersion' | 'badType', xid: number, data: Uint8Array): void {
    this.#append({ kind: 'error', xid, type: errors.badRequest.type, code: errors.badRequest.codes[code], data });
  }

  #append(message: Message): void {
    const { writer } = this.#outlet;
    const start = writer.length;
    appendMessage(writer, message);
    this.#handlers.control?.(true, writer.bytes, start, writer.length);
    this.#outlet.flush();
  }

  #close(cause: CloseCause, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#requests.close(reason);
    this.#handlers.output({ kind: 'close', cause, reason });
  }

  #nextXid(): number {
    this.#xid = this.#xid >= maxControlXid ? 1 : this.#xid + 1;
    return this.#xid;
  }
}

const awaited = { hello: 'HELLO', features: 'FEATURES_REPLY', configuration: 'BARRIER_REPLY' } as const;

/** Upper half of the xids: a PACKET_OUT carries the seq of its record there, so that an ERROR leads back to the packet (OF56). */
const packetXidBit = 0x8000_0000;
const maxControlXid = 0x7fff_ffff;
export const packetXid = (seq: number): number => packetXidBit + (seq % packetXidBit);
/** The low 31 bits of the seq behind an xid, undefined when it is not that of a packet. */
export const seqOfXid = (xid: number): number | undefined => (xid >= packetXidBit ? xid - packetXidBit : undefined);

const deleteAllFlows = (xid: number): Message => ({
  kind: 'flowMod',
  xid,
  match: matchOf(),
  cookie: 0n,
  command: 'delete',
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  priority: 0,
  bufferId: 0xffff_ffff,
  outPort: portNumbers.None,
  flags: [],
  actions: [],
});

/** The message at fault, where an ERROR quotes it whole. */
function quoted(data: Uint8Array): Message | undefined {
  try {
    return decodeMessage(data);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** `FEATURES_REPLY` for `featuresReply`: as the specification writes it. */
export function nameOf(message: Message): string {
  if (message.kind === 'unknown') return `message of type ${message.type}`;
  return message.kind.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
