import { formatMac, parseMac } from '../../codec/addresses.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { address as addressAt, arp, ether, u16 } from '../../packet/header-layout.ts';
import { type Addresses, anyAddress, isLoopback, isMulticast } from './addresses.ts';
import type { Arp, ArpReply } from './api.ts';
import { arpFrame, arpOperations, broadcastMac, isArp, zeroMac } from './arp-frame.ts';
import { HostError } from './host-error.ts';
import { ipHeaderAt } from './ip-header.ts';
import type { Entry, NeighborCache } from './neighbor-cache.ts';
import type { NetInterface } from './net-interface.ts';

export interface ArpDeps {
  readonly scheduler: Scheduler;
  readonly addresses: Addresses;
  readonly findInterface: (name: string) => NetInterface | undefined;
}

type Listener = (packet: ArpReply) => void;

/** Asks, answers, announces and listens as Linux's net/ipv4/arp.c with its default settings (EH10–EH16). */
export class ArpLayer implements Arp {
  readonly #deps: ArpDeps;
  readonly #listeners = new Map<NetInterface, readonly Listener[]>();

  constructor(deps: ArpDeps) {
    this.#deps = deps;
  }

  request(interfaceName: string, options: Parameters<Arp['request']>[1]): void {
    const at = this.#find(interfaceName);
    const to = options.toMac === undefined ? broadcastMac : parseMac(options.toMac);
    if (to === undefined) throw new HostError('EADDRNOTAVAIL');
    at.sendRaw(
      arpFrame({
        operation: options.isReply ? arpOperations.reply : arpOperations.request,
        to,
        senderMac: at.macBytes,
        senderAddress: options.source,
        targetMac: options.isReply ? at.macBytes : to,
        targetAddress: options.target,
      }),
    );
  }

  onPacket(interfaceName: string, listener: Listener): () => void {
    const at = this.#find(interfaceName);
    const own: Listener = (packet) => listener(packet);
    this.#listeners.set(at, [...(this.#listeners.get(at) ?? []), own]);
    return () => {
      const others = this.#listeners.get(at)?.filter((other) => other !== own);
      this.#listeners.set(at, others ?? []);
    };
  }

  /** The cache's question; a waiting packet's own source is what it is asked from. */
  solicit(entry: Entry, mac: Uint8Array | undefined, waiting: Uint8Array | undefined): void {
    const { addresses } = this.#deps;
    const { at, address } = entry;
    const source = waiting === undefined ? anyAddress : addressAt(waiting, ipHeaderAt.source) >>> 0;
    at.transmit(
      arpFrame({
        operation: arpOperations.request,
        to: mac ?? broadcastMac,
        senderMac: at.macBytes,
        senderAddress: addresses.isLocal(source) ? source : addresses.sourceOn(at, address),
        targetMac: zeroMac,
        targetAddress: address,
      }),
    );
  }

  /** A gratuitous request: who knows this address shall know where it is now. */
  announce(at: NetInterface, address: number): void {
    at.transmit(
      arpFrame({
        operation: arpOperations.request,
        to: broadcastMac,
        senderMac: at.macBytes,
        senderAddress: address,
        targetMac: zeroMac,
        targetAddress: address,
      }),
    );
  }

  receive(at: NetInterface, frame: Uint8Array, cache: NeighborCache): void {
    if (!isArp(frame)) return;
    const start = ether.header;
    const isRequest = u16(frame, start + arp.operation) === arpOperations.request;
    const sender = addressAt(frame, start + arp.senderAddress) >>> 0;
    this.#tell(at, frame, isRequest, sender);
    const target = addressAt(frame, start + arp.targetAddress) >>> 0;
    if (isMulticast(target) || isLoopback(target)) return;
    const isForUs = this.#deps.addresses.isLocal(target);
    const senderMac = frame.slice(start + arp.senderMac, start + arp.senderMac + 6);
    if (sender === anyAddress) {
      // Somebody looks for duplicates (RFC 5227): told, not learned.
      if (isRequest && isForUs) this.#answer(at, target, senderMac, sender);
      return;
    }
    if (isRequest && isForUs) {
      const entry = cache.entry(at, sender);
      if (entry !== undefined) cache.update(entry, senderMac, false, true);
      this.#answer(at, target, senderMac, sender);
      return;
    }
    const entry = cache.find(at, sender);
    if (entry === undefined) return;
    const isToUs = ((frame[0] ?? 0) & 1) === 0;
    cache.update(entry, senderMac, !isRequest && isToUs, cache.isUnlocked(entry) || sender === target);
  }

  #answer(at: NetInterface, asked: number, toMac: Uint8Array, to: number): void {
    at.transmit(
      arpFrame({
        operation: arpOperations.reply,
        to: toMac,
        senderMac: at.macBytes,
        senderAddress: asked,
        targetMac: toMac,
        targetAddress: to,
      }),
    );
  }

  #tell(at: NetInterface, frame: Uint8Array, isRequest: boolean, senderAddress: number): void {
    const listeners = this.#listeners.get(at);
    if (listeners === undefined || listeners.length === 0) return;
    const packet: ArpReply = {
      senderAddress,
      senderMac: formatMac(frame, ether.header + arp.senderMac),
      toMac: formatMac(frame, ether.destination),
      isRequest,
      atUs: this.#deps.scheduler.nowUs(),
    };
    for (const listener of listeners) listener(packet);
  }

  #find(name: string): NetInterface {
    const at = this.#deps.findInterface(name);
    if (at === undefined) throw new HostError('ENODEV');
    return at;
  }
}
