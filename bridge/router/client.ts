import { createHash } from 'node:crypto';
import { parseIpv4, parseMac } from '../codec/addresses.ts';
import { DecodeError } from '../codec/errors.ts';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { Writer } from '../codec/writer.ts';
import { appendVnsPacket, interfaceNameField, vnsPacket, vnsType } from '../protocols/vns/fast.ts';
import {
  appendVns,
  decodeVns,
  maxVnsLength,
  type VnsMessage,
  type VnsMessageOf,
  vnsLength,
  vnsTypes,
} from '../protocols/vns/message.ts';
import type { RouterInterface } from './router.ts';

/** A server that wants no authentication may say nothing until the OPEN: then the client goes first (RT42). */
const patienceMs = 1000;

export interface ClientIdentity {
  readonly vhost: string;
  readonly topology: number;
  readonly user: string;
  /** Undefined opens the virtual host itself. */
  readonly template: string | undefined;
  readonly authKey: Uint8Array;
}

/** What the server says; frames are views that live until the call returns. */
export interface ClientHandler {
  hardware(interfaces: readonly RouterInterface[]): void;
  routingTable(text: string): void;
  frame(interfaceIndex: number, bytes: Uint8Array, start: number, end: number): void;
  link(interfaceIndex: number, up: boolean): void;
  /** A line for people. */
  said(text: string): void;
  /** The session is over and the connection should be closed. */
  ended(reason: string): void;
}

/** The router's side of a VNS session (RT40–): bytes in by `receive`, bytes out by `takeOutput`; no sockets in here. */
export class VnsClient {
  readonly #identity: ClientIdentity;
  readonly #handler: ClientHandler;
  readonly #input = new ReceiveBuffer(maxVnsLength);
  readonly #output = new Writer(65_536);
  #interfaceFields: readonly Uint8Array[] = [];
  #state: 'connected' | 'authenticating' | 'open' | 'ended' = 'connected';
  #sinceMs: number;

  constructor(identity: ClientIdentity, handler: ClientHandler, nowMs: number) {
    this.#identity = identity;
    this.#handler = handler;
    this.#sinceMs = nowMs;
  }

  /** Bytes of the server. Throws DecodeError for what is not VNS. */
  receive(chunk: Uint8Array): void {
    const input = this.#input;
    input.push(chunk);
    while (this.#state !== 'ended' && input.next(vnsLength)) {
      if (vnsType(input.view, input.start) === vnsTypes.packet) this.#packet(input.bytes, input.start, input.end);
      else this.#message(decodeVns(input.bytes, input.start, input.end));
    }
  }

  tick(nowMs: number): void {
    if (this.#state === 'connected' && nowMs - this.#sinceMs >= patienceMs) this.#open();
  }

  /** Queues a frame for the server; one that VNS cannot carry is left out. */
  send(interfaceIndex: number, bytes: Uint8Array, start: number, end: number): void {
    const name = this.#interfaceFields[interfaceIndex];
    if (name) appendVnsPacket(this.#output, name, bytes, start, end);
  }

  /** What is to be sent, as a copy; undefined when there is nothing. */
  takeOutput(): Uint8Array | undefined {
    if (this.#output.length === 0) return undefined;
    const bytes = this.#output.finish();
    this.#output.reset();
    return bytes;
  }

  #packet(bytes: Uint8Array, start: number, end: number): void {
    if (!vnsPacket.fits(end - start)) throw new DecodeError('a PACKET without an interface', start, 'interfaceName');
    const index = this.#interfaceFields.findIndex((name) => vnsPacket.isFor(bytes, start, name));
    if (index < 0) {
      this.#handler.said('ignored: a packet for an interface that was not announced');
      return;
    }
    const frameStart = start + vnsPacket.frameOffset;
    const link = end - frameStart <= 4 ? linkStatus(bytes, frameStart, end) : undefined;
    if (link === undefined) this.#handler.frame(index, bytes, frameStart, end);
    else this.#handler.link(index, link);
  }

  #message(message: VnsMessage): void {
    switch (message.kind) {
      case 'authRequest':
        this.#authenticate(message.salt);
        break;
      case 'authStatus':
        if (message.ok) this.#open();
        else this.#end(`the server refused the key: ${message.message || 'no reason given'}`);
        break;
      case 'hardwareInfo':
        this.#hardware(message);
        break;
      case 'routingTable':
        this.#handler.routingTable(message.table);
        break;
      case 'banner':
        this.#handler.said(message.message);
        break;
      case 'close':
        this.#end(`the server ended the session: ${message.message || 'no reason given'}`);
        break;
      default:
        this.#handler.said(`ignored: a ${message.kind} message is not for a router`);
    }
  }

  #authenticate(salt: Uint8Array): void {
    const digest = createHash('sha1').update(salt).update(this.#identity.authKey).digest();
    appendVns(this.#output, { kind: 'authReply', user: this.#identity.user, digest });
    this.#state = 'authenticating';
  }

  #open(): void {
    if (this.#state === 'open') return;
    this.#state = 'open';
    const { vhost: virtualHost, topology: topologyId, user, template } = this.#identity;
    if (template === undefined) appendVns(this.#output, { kind: 'open', topologyId, virtualHost, user, password: '' });
    else appendVns(this.#output, { kind: 'openTemplate', template, virtualHost, sources: [] });
  }

  #hardware({ entries }: VnsMessageOf<'hardwareInfo'>): void {
    const interfaces: { -readonly [K in keyof RouterInterface]: RouterInterface[K] }[] = [];
    for (const entry of entries) {
      if (entry.kind === 'name')
        interfaces.push({ name: entry.value, mac: new Uint8Array(6), address: 0, mask: 0xffffffff | 0 });
      const current = interfaces.at(-1);
      if (!current) throw new DecodeError('hardware before its name', 0, 'entries');
      if (entry.kind === 'mac') current.mac = parseMac(entry.value) ?? current.mac;
      if (entry.kind === 'address') current.address = (parseIpv4(entry.value) ?? 0) | 0;
      if (entry.kind === 'mask') current.mask = (parseIpv4(entry.value) ?? 0) | 0;
    }
    this.#interfaceFields = interfaces.map(({ name }) => interfaceNameField(name));
    this.#handler.hardware(interfaces);
  }

  #end(reason: string): void {
    this.#state = 'ended';
    this.#handler.ended(reason);
  }
}

/** Some servers say `up` or `down` in place of a frame. */
function linkStatus(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  const text = String.fromCharCode(...bytes.subarray(start, end));
  if (text === 'up') return true;
  return text === 'down' ? false : undefined;
}
