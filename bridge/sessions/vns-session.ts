import { DecodeError } from '../codec/errors.ts';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { vnsPacket, vnsType } from '../protocols/vns/fast.ts';
import {
  appendVns,
  decodeVns,
  type VnsMessage,
  type VnsMessageOf,
  vnsLength,
  vnsTypes,
} from '../protocols/vns/message.ts';
import type { CloseCause, Outlet, Session } from './session.ts';

export type VnsOutput =
  /** A client wants to be a router: answer with `accept` or `refuse`. `template` is set when it asked for one. */
  | {
      readonly kind: 'open';
      readonly virtualHost: string;
      readonly user: string;
      readonly template: string | undefined;
    }
  /** Something that changes nothing: a type that a router does not send, a body that cannot be read. */
  | { readonly kind: 'ignored'; readonly what: string }
  | { readonly kind: 'close'; readonly cause: CloseCause; readonly reason: string };

export interface VnsHandlers {
  output(output: VnsOutput): void;
  /**
   * A PACKET lies at `bytes[start, end)`, whole, until this returns; read it with protocols' `vnsPacket`. `isReady` is
   * false while HWINFO was not sent: then it must go nowhere.
   */
  packet(bytes: Uint8Array, start: number, end: number, isReady: boolean): void;
}
interface VnsAuthentication {
  readonly key: Uint8Array;
  readonly sha1: (bytes: Uint8Array) => Uint8Array;
}
export interface VnsSessionOptions {
  /** 20 random bytes. */
  readonly salt: Uint8Array;
  /** Undefined: any AUTH_REPLY is taken, and an OPEN without one too (VNS52). */
  readonly authentication: VnsAuthentication | undefined;
  /** From open to OPEN. */
  readonly handshakeMs?: number;
}
/** What HWINFO says of an interface. */
export interface VnsInterface {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly mask: string;
}

/** Classic clients close at 10,000; what a length field may say before the stream counts as lost. */
const maxReceived = 0xffff;
/** CLOSE has 256 bytes with its final NUL. */
const maxReason = 255;
/** OPEN has as much room for a name. */
const longestUser = 32;
const speedMbps = 10;

/**
 * Server's side of one VNS connection, without I/O: AUTH_REQUEST, AUTH_REPLY, AUTH_STATUS, OPEN, then HWINFO as soon as
 * the interfaces are known, then packets both ways. Every end is announced with CLOSE and its reason.
 */
export class VnsSession implements Session {
  readonly #outlet: Outlet;
  readonly #handlers: VnsHandlers;
  readonly #options: VnsSessionOptions;
  readonly #handshakeMs: number;
  readonly #received = new ReceiveBuffer(maxReceived);
  #phase: 'authenticating' | 'opening' | 'deciding' | 'parked' | 'ready' | 'closed' = 'authenticating';
  #openedMs = 0;
  #template: { readonly virtualHost: string } | undefined;

  constructor(outlet: Outlet, handlers: VnsHandlers, options: VnsSessionOptions) {
    this.#outlet = outlet;
    this.#handlers = handlers;
    this.#options = options;
    this.#handshakeMs = options.handshakeMs ?? 10_000;
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }
  get #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  open(nowMs: number): void {
    this.#openedMs = nowMs;
    this.#send({ kind: 'authRequest', salt: this.#options.salt });
  }

  receive(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.#received.push(chunk);
    try {
      while (!this.#isClosed && this.#received.next(vnsLength)) this.#next();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#close('malformed', `Malformed message: ${error.message}`);
    }
  }

  tick(nowMs: number): void {
    if (this.#phase !== 'authenticating' && this.#phase !== 'opening') return;
    if (nowMs - this.#openedMs < this.#handshakeMs) return;
    const awaited = this.#phase === 'authenticating' ? 'AUTH_REPLY' : 'OPEN';
    this.#close('timeout', `No ${awaited} within ${this.#handshakeMs / 1000} s`);
  }

  ended(reason: string): void {
    this.#finish('ended', reason);
  }

  /** Takes the client as a router; who opened a template gets the routing table now. */
  accept(routingTable: string): void {
    if (this.#phase !== 'deciding') return;
    this.#phase = 'parked';
    if (this.#template !== undefined) {
      this.#send({ kind: 'routingTable', virtualHost: this.#template.virtualHost, table: routingTable });
    }
  }

  /** Sends HWINFO, once; from now on packets are relayed. */
  announce(interfaces: readonly VnsInterface[]): void {
    if (this.#phase !== 'parked') return;
    this.#phase = 'ready';
    this.#send({ kind: 'hardwareInfo', entries: interfaces.flatMap(hardwareEntries) });
  }

  refuse(reason: string): void {
    this.#close('refused', reason);
  }

  /** Sends CLOSE with the reason and ends the session. */
  close(reason: string): void {
    this.#close('closed', reason);
  }

  #next(): void {
    const { bytes, start, end, view } = this.#received;
    const type = vnsType(view, start);
    if (type === vnsTypes.packet && vnsPacket.fits(end - start)) {
      this.#handlers.packet(bytes, start, end, this.#phase === 'ready');
      return;
    }
    // Classic clients without a key send whatever their stack held.
    if (type === vnsTypes.authReply && this.#options.authentication === undefined) {
      if (this.#phase === 'authenticating') this.#authenticated('No key is needed here');
      return;
    }
    const message = this.#decode(bytes.slice(start, end));
    if (message !== undefined) this.#handle(message);
  }

  /** A body that cannot be read loses that message only; in the handshake there is nothing to go on with. */
  #decode(bytes: Uint8Array): VnsMessage | undefined {
    try {
      return decodeVns(bytes);
    } catch (error) {
      const isHandshake = this.#phase === 'authenticating' || this.#phase === 'opening';
      if (!(error instanceof DecodeError) || isHandshake) throw error;
      this.#handlers.output({ kind: 'ignored', what: `Malformed message: ${error.message}` });
      return undefined;
    }
  }

  #handle(message: VnsMessage): void {
    switch (message.kind) {
      case 'authReply':
        this.#authenticate(message);
        return;
      case 'open':
        this.#opened(message.virtualHost, message.user, undefined);
        return;
      case 'openTemplate':
        this.#opened(message.virtualHost, '', message.template);
        return;
      case 'close':
        this.#finish('ended', message.message === '' ? 'The router closed' : `The router closed: ${message.message}`);
        return;
      case 'unknown':
        this.#handlers.output({ kind: 'ignored', what: `message of type ${message.tag}` });
        return;
      default:
        this.#handlers.output({ kind: 'ignored', what: `${message.kind}, which a router does not send` });
        return;
    }
  }

  #authenticate(reply: VnsMessageOf<'authReply'>): void {
    const { authentication, salt } = this.#options;
    if (authentication === undefined) return;
    if (this.#phase !== 'authenticating') {
      this.#handlers.output({ kind: 'ignored', what: 'a second AUTH_REPLY' });
      return;
    }
    const expected = authentication.sha1(concatenate(salt, authentication.key));
    const user = reply.user.slice(0, longestUser);
    if (isSame(expected, reply.digest)) {
      this.#authenticated(`Welcome ${printable(user)}`);
      return;
    }
    const reason = `The digest of user "${user}" does not fit the lab's key: compare auth_key`;
    this.#send({ kind: 'authStatus', ok: false, message: 'wrong key' });
    this.#close('refused', reason);
  }

  #authenticated(message: string): void {
    this.#phase = 'opening';
    this.#send({ kind: 'authStatus', ok: true, message });
  }

  #opened(virtualHost: string, user: string, template: string | undefined): void {
    if (this.#phase === 'authenticating' && this.#options.authentication !== undefined) {
      this.#close('refused', 'OPEN before AUTH_REPLY: this lab has a key');
      return;
    }
    if (this.#phase !== 'authenticating' && this.#phase !== 'opening') {
      this.#handlers.output({ kind: 'ignored', what: 'a second OPEN' });
      return;
    }
    this.#phase = 'deciding';
    this.#template = template === undefined ? undefined : { virtualHost };
    this.#handlers.output({ kind: 'open', virtualHost, user, template });
  }

  #close(cause: CloseCause, reason: string): void {
    if (this.#isClosed) return;
    this.#send({ kind: 'close', message: printable(reason).slice(0, maxReason) });
    this.#finish(cause, reason);
  }

  #finish(cause: CloseCause, reason: string): void {
    if (this.#isClosed) return;
    this.#phase = 'closed';
    this.#handlers.output({ kind: 'close', cause, reason });
  }

  #send(message: VnsMessage): void {
    appendVns(this.#outlet.writer, message);
    this.#outlet.flush();
  }
}

/** Entries of HWINFO, in this order: clients apply each entry to the interface that the last name began. */
export const hardwareEntries = ({
  name,
  mac,
  address,
  mask,
}: VnsInterface): VnsMessageOf<'hardwareInfo'>['entries'] => [
  { kind: 'name', value: name },
  { kind: 'speed', value: speedMbps },
  { kind: 'mac', value: mac },
  { kind: 'address', value: address },
  { kind: 'subnet', value: subnetOf(address, mask) },
  { kind: 'mask', value: mask },
];

function subnetOf(address: string, mask: string): string {
  const bits = mask.split('.').map(Number);
  return address
    .split('.')
    .map((byte, i) => Number(byte) & (bits[i] ?? 0))
    .join('.');
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Takes as long for a near miss as for a wild guess. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** A reason may quote what a peer sent; CLOSE carries plain text that a terminal prints. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
