import { internetChecksum } from '../packet/checksum.ts';
import {
  address,
  arp,
  ether,
  etherTypes,
  fragment,
  icmp,
  icmpTypes,
  ip,
  isMac,
  protocols,
  putAddress,
  putMac,
  putU16,
  u16,
  unreachable,
} from '../packet/header-layout.ts';
import { checksumAfter, headerLength, mayComplain, writeComplaint, writeEchoReply } from './icmp.ts';
import { Neighbors, type WaitingFrame } from './neighbors.ts';
import type { Route, RoutingTable } from './rtable.ts';
import type { Wrong } from './wrong.ts';

/** Addresses as signed 32-bit numbers. */
export interface RouterInterface {
  readonly name: string;
  readonly mac: Uint8Array;
  readonly address: number;
  readonly mask: number;
}

/** Hears what the router does, for people; called with views and numbers, so that silence costs nothing. */
export interface RouterJournal {
  received(interfaceIndex: number, bytes: Uint8Array, start: number, end: number): void;
  sent(interfaceIndex: number, bytes: Uint8Array, start: number, end: number): void;
  ignored(why: string): void;
  routed(destination: number, route: Route | undefined): void;
  arpHit(nextHop: number, mac: Uint8Array): void;
  arpMiss(nextHop: number, outcome: 'ask' | 'queued' | 'full'): void;
  arpGaveUp(nextHop: number, waited: number): void;
}

export interface RouterOptions {
  readonly interfaces: readonly RouterInterface[];
  readonly routes: RoutingTable;
  /** Takes a frame; `bytes` is reused after the call. */
  send(interfaceIndex: number, bytes: Uint8Array, start: number, end: number): void;
  readonly journal?: RouterJournal;
  readonly wrong?: ReadonlySet<Wrong>;
}

/** Why a frame went no further; undefined when it did. */
type Ignored = string | undefined;
const onPurpose = 'wrong on purpose';

/** ICMP errors a second, and at once (RT25). */
const complaintsPerMs = 0.5;
const complaintBurst = 500;

/** Requests in fragments whose rest may still come; the oldest is forgotten. */
const maxFragmented = 64;

const broadcastMac = new Uint8Array(6).fill(0xff);

/**
 * An IPv4 router as RFC 1812 wants it, as small as the lab allows (RT). Frames come in by `receive`, time by `tick`
 * (several times a second), frames leave by `send`; there are no sockets, clocks or timers in here and the same calls give the
 * same frames. What it is given is never written to.
 */
export class Router {
  readonly #interfaces: readonly RouterInterface[];
  readonly #owners: ReadonlyMap<number, number>;
  readonly #routes: RoutingTable;
  readonly #neighbors: Neighbors;
  readonly #send: RouterOptions['send'];
  readonly #journal: RouterJournal | undefined;
  readonly #wrong: ReadonlySet<Wrong>;
  readonly #down = new Set<number>();
  readonly #fragmented = new Set<string>();
  /** The frame being made; nothing in it outlives a call of `send`. */
  readonly #out = new Uint8Array(ether.header + 0xffff);
  #complaints = complaintBurst;
  #complaintsMs = 0;
  #id = 0;
  #nowMs = 0;

  constructor({ interfaces, routes, send, journal, wrong }: RouterOptions) {
    this.#interfaces = interfaces;
    this.#owners = new Map(interfaces.map((each, index) => [each.address, index]));
    this.#routes = routes;
    this.#neighbors = new Neighbors(interfaces.length);
    this.#send = send;
    this.#journal = journal;
    this.#wrong = wrong ?? new Set();
  }

  /** A frame `bytes[start, end)` that came in on an interface, Ethernet header first. */
  receive(interfaceIndex: number, bytes: Uint8Array, start: number, end: number, nowMs: number): void {
    this.#nowMs = nowMs;
    const own = this.#interfaces[interfaceIndex];
    if (!own) return;
    this.#journal?.received(interfaceIndex, bytes, start, end);
    const ignored = this.#frame(interfaceIndex, own, bytes, start, end);
    if (ignored !== undefined) this.#journal?.ignored(ignored);
  }

  /** Time passes: asks again for next hops, gives up on those that stay silent. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    const { ask, gaveUp } = this.#neighbors.due(nowMs);
    for (const { interface: out, nextHop } of ask) this.#askFor(out, nextHop);
    for (const { nextHop, frames } of gaveUp) {
      this.#journal?.arpGaveUp(nextHop, frames.length);
      for (const { bytes, from } of frames) {
        if (from < 0) continue;
        this.#complain(from, icmpTypes.unreachable, unreachable.host, bytes, ether.header, bytes.length);
      }
    }
  }

  /** An interface that is down neither sends nor receives, and routes over it do not count (RT5). */
  setLink(interfaceIndex: number, up: boolean): void {
    if (up) this.#down.delete(interfaceIndex);
    else this.#down.add(interfaceIndex);
  }

  #frame(index: number, own: RouterInterface, bytes: Uint8Array, start: number, end: number): Ignored {
    if (this.#down.has(index)) return 'the interface is down';
    if (end - start < ether.header) return 'shorter than an Ethernet header';
    const toGroup = ((bytes[start] ?? 0) & 1) === 1;
    if (!toGroup && !isMac(bytes, start, own.mac)) return 'for another station';
    const etherType = u16(bytes, start + ether.type);
    if (etherType === etherTypes.ipv4) return this.#ipv4(index, toGroup, bytes, start + ether.header, end);
    if (etherType === etherTypes.arp) return this.#arp(index, own, bytes, start + ether.header, end);
    return 'neither IPv4 nor ARP';
  }

  #arp(index: number, own: RouterInterface, bytes: Uint8Array, at: number, end: number): Ignored {
    if (end - at < arp.length) return 'shorter than an ARP packet';
    if (
      u16(bytes, at) !== 1 ||
      u16(bytes, at + arp.protocol) !== etherTypes.ipv4 ||
      u16(bytes, at + arp.sizes) !== 0x0604
    )
      return 'ARP that is not about IPv4 on Ethernet';
    const sender = address(bytes, at + arp.senderAddress);
    const toUs = address(bytes, at + arp.targetAddress) === own.address;
    const operation = u16(bytes, at + arp.operation);
    if (operation === 1 && toUs) this.#answerArp(index, own, bytes, at);
    const credible = ((bytes[at + arp.senderMac] ?? 0) & 1) === 0 && isHost(sender) && !this.#owners.has(sender);
    if (!credible || !(toUs || this.#neighbors.concerns(index, sender))) return undefined;
    const mac = bytes.slice(at + arp.senderMac, at + arp.senderMac + 6);
    for (const frame of this.#neighbors.learn(index, sender, mac, this.#nowMs)) this.#release(index, mac, frame);
    return undefined;
  }

  /** Takes a neighbour's MAC as known, as if it had been asked for; what waits for an answer goes on waiting for it. */
  know(interfaceIndex: number, neighbor: number, mac: Uint8Array, nowMs: number): void {
    const isKnown = this.#neighbors.find(interfaceIndex, neighbor, nowMs) !== undefined;
    if (isKnown || !this.#neighbors.concerns(interfaceIndex, neighbor))
      this.#neighbors.learn(interfaceIndex, neighbor, mac, nowMs);
  }

  #answerArp(index: number, own: RouterInterface, bytes: Uint8Array, at: number): void {
    if (this.#wrong.has('arp-reads-target')) {
      for (let i = 0; i < 6; i++) if (bytes[at + arp.targetMac + i] !== 0) return;
    }
    this.#sendArp(index, own, 2, bytes.subarray(at + arp.senderMac), address(bytes, at + arp.senderAddress));
  }

  #askFor(index: number, nextHop: number): void {
    const own = this.#interfaces[index];
    if (own) this.#sendArp(index, own, 1, broadcastMac, nextHop);
  }

  #sendArp(index: number, own: RouterInterface, operation: number, toMac: Uint8Array, toAddress: number): void {
    const out = this.#out;
    const at = ether.header;
    putMac(out, ether.destination, toMac);
    putMac(out, ether.source, own.mac);
    putU16(out, ether.type, etherTypes.arp);
    putU16(out, at + arp.hardware, 1);
    putU16(out, at + arp.protocol, etherTypes.ipv4);
    putU16(out, at + arp.sizes, 0x0604);
    putU16(out, at + arp.operation, operation);
    putMac(out, at + arp.senderMac, own.mac);
    putAddress(out, at + arp.senderAddress, own.address);
    if (operation === 1) out.fill(0, at + arp.targetMac, at + arp.targetAddress);
    else putMac(out, at + arp.targetMac, toMac);
    putAddress(out, at + arp.targetAddress, toAddress);
    this.#emit(index, out, 0, at + arp.length);
  }

  #ipv4(index: number, toGroup: boolean, bytes: Uint8Array, at: number, frameEnd: number): Ignored {
    if (frameEnd - at < ip.header) return 'shorter than an IPv4 header';
    const header = headerLength(bytes, at);
    const total = u16(bytes, at + ip.totalLength);
    if ((bytes[at] ?? 0) >>> 4 !== 4 || header < ip.header || total < header || at + total > frameEnd)
      return 'an IPv4 header whose lengths are wrong';
    if (internetChecksum(bytes, at, at + header) !== 0) return 'an IPv4 header whose checksum is wrong';
    const destination = address(bytes, at + ip.destination);
    const source = address(bytes, at + ip.source);
    if (toGroup || !isHost(destination) || this.#isBroadcast(destination)) return 'broadcast or multicast';
    if (!isHost(source) || this.#isBroadcast(source) || this.#owners.has(source))
      return 'its source is not another host';
    if (this.#owners.has(destination)) return this.#deliver(index, bytes, at, at + header, at + total);
    return this.#forward(index, destination, bytes, at, at + total);
  }

  /** For the router itself: the TTL does not matter here (RT20). */
  #deliver(index: number, bytes: Uint8Array, at: number, start: number, end: number): Ignored {
    const protocol = bytes[at + ip.protocol];
    if (protocol === protocols.icmp) return this.#icmp(index, bytes, at, start, end);
    if (protocol === protocols.tcp && this.#wrong.has('tcp-silent')) return onPurpose;
    if (protocol === protocols.udp && this.#wrong.has('udp-silent')) return onPurpose;
    const served = protocol === protocols.tcp || protocol === protocols.udp;
    const code = served ? unreachable.port : unreachable.protocol;
    return this.#complain(index, icmpTypes.unreachable, code, bytes, at, end, address(bytes, at + ip.destination));
  }

  #icmp(index: number, bytes: Uint8Array, at: number, start: number, end: number): Ignored {
    const flags = u16(bytes, at + ip.fragment);
    const first = (flags & fragment.offset) === 0;
    const key = flags & (fragment.more | fragment.offset) ? this.#fragmentKey(bytes, at) : '';
    if (first) {
      if (end - start < icmp.header) return 'shorter than an ICMP header';
      if (bytes[start] !== icmpTypes.echoRequest) return 'ICMP that asks for nothing';
      if (key !== '') this.#expectRest(key);
      else if (internetChecksum(bytes, start, end) !== 0) return 'an ICMP checksum that is wrong';
      if (u16(bytes, start + icmp.sequence) > 1 && this.#wrongOn('echo-once-', index)) return onPurpose;
      if (this.#wrong.has('ttl-own-echo') && (bytes[at + ip.ttl] ?? 0) <= 1)
        return this.#complain(index, icmpTypes.timeExceeded, 0, bytes, at, end);
    } else if (!this.#fragmented.has(key)) return 'a fragment of something unknown';
    this.#sendOwn(writeEchoReply(this.#out, bytes, at, start, end));
    return undefined;
  }

  #forward(index: number, destination: number, bytes: Uint8Array, at: number, end: number): Ignored {
    if ((bytes[at + ip.ttl] ?? 0) <= 1) {
      if (bytes[at + ip.protocol] === protocols.icmp && this.#wrong.has('ttl-silent-icmp')) return onPurpose;
      return this.#complain(index, icmpTypes.timeExceeded, 0, bytes, at, end);
    }
    const hop = this.#find(destination);
    this.#journal?.routed(destination, hop?.route);
    if (!hop) {
      const code = this.#wrong.has('net-as-host') ? unreachable.host : unreachable.net;
      return this.#complain(index, icmpTypes.unreachable, code, bytes, at, end);
    }
    if (this.#wrong.size > 0 && this.#losesInTransit(bytes, at, end)) return onPurpose;
    const nextHop = hop.route.gateway === 0 ? destination : hop.route.gateway;
    const mac = this.#neighbors.find(hop.interface, nextHop, this.#nowMs);
    if (mac) {
      this.#journal?.arpHit(nextHop, mac);
      this.#sendForwarded(hop.interface, mac, bytes, at, end);
    } else this.#wait(hop.interface, nextHop, bytes, at - ether.header, end, index);
    return undefined;
  }

  #losesInTransit(bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at > 100 && this.#wrong.has('small-buffer')) return true;
    const isEchoReply =
      bytes[at + ip.protocol] === protocols.icmp && bytes[at + headerLength(bytes, at)] === icmpTypes.echoReply;
    return isEchoReply && this.#wrong.has('echo-reply-stops');
  }

  /** An ICMP error to the sender of `bytes[at, end)`, from the interface it came in on unless `source` says otherwise. */
  #complain(
    index: number,
    type: number,
    code: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    source: number | undefined = this.#interfaces[index]?.address,
  ): Ignored {
    if (source === undefined) return undefined;
    if (!mayComplain(bytes, at, end)) return 'no ICMP error about this';
    if (!this.#mayComplainNow()) return 'too many ICMP errors a second';
    this.#id = (this.#id + 1) & 0xffff;
    const complaint = { type, code, source, destination: address(bytes, at + ip.source), id: this.#id };
    this.#sendOwn(writeComplaint(this.#out, complaint, bytes, at, end));
    return undefined;
  }

  #mayComplainNow(): boolean {
    const earned = (this.#nowMs - this.#complaintsMs) * complaintsPerMs;
    this.#complaints = Math.min(complaintBurst, this.#complaints + earned);
    this.#complaintsMs = this.#nowMs;
    if (this.#complaints < 1) return false;
    this.#complaints -= 1;
    return true;
  }

  /** Routes the datagram of our own that stands in the scratch frame; failing that it is dropped in silence. */
  #sendOwn(end: number): void {
    const destination = address(this.#out, ether.header + ip.destination);
    const hop = this.#find(destination);
    this.#journal?.routed(destination, hop?.route);
    if (!hop) return;
    const nextHop = hop.route.gateway === 0 ? destination : hop.route.gateway;
    const mac = this.#neighbors.find(hop.interface, nextHop, this.#nowMs);
    if (mac) {
      this.#journal?.arpHit(nextHop, mac);
      this.#sendFrame(hop.interface, mac, this.#out, end);
    } else this.#wait(hop.interface, nextHop, this.#out, 0, end, -1);
  }

  #wait(out: number, nextHop: number, bytes: Uint8Array, start: number, end: number, from: number): void {
    const frame = { bytes: bytes.slice(start, end), from };
    const outcome = this.#neighbors.wait(out, nextHop, frame, this.#nowMs);
    this.#journal?.arpMiss(nextHop, outcome);
    if (outcome === 'ask') this.#askFor(out, nextHop);
  }

  #release(out: number, mac: Uint8Array, frame: WaitingFrame): void {
    if (frame.from < 0) this.#sendFrame(out, mac, frame.bytes, frame.bytes.length);
    else this.#sendForwarded(out, mac, frame.bytes, ether.header, frame.bytes.length);
  }

  /** One hop on: TTL and checksum change, options and payload stay, padding behind the datagram goes (RT6). */
  #sendForwarded(index: number, mac: Uint8Array, bytes: Uint8Array, at: number, end: number): void {
    const out = this.#out;
    out.set(bytes.subarray(at, end), ether.header);
    const ttl = ether.header + ip.ttl;
    const checksum = ether.header + ip.checksum;
    out[ttl] = (out[ttl] ?? 0) - 1;
    putU16(out, checksum, checksumAfter(u16(out, checksum), 0x0100));
    this.#sendFrame(index, mac, out, ether.header + end - at);
  }

  #sendFrame(index: number, mac: Uint8Array, bytes: Uint8Array, end: number): void {
    const own = this.#interfaces[index];
    if (!own) return;
    putMac(bytes, ether.destination, mac);
    putMac(bytes, ether.source, own.mac);
    putU16(bytes, ether.type, etherTypes.ipv4);
    this.#emit(index, bytes, 0, end);
  }

  #emit(index: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#down.has(index)) return;
    this.#journal?.sent(index, bytes, start, end);
    this.#send(index, bytes, start, end);
  }

  #find(destination: number): ReturnType<RoutingTable['find']> {
    return this.#routes.find(destination, this.#down.size === 0 ? undefined : (index) => !this.#down.has(index));
  }

  /** The last address of a network that the router is part of. */
  #isBroadcast(destination: number): boolean {
    for (const { address: own, mask } of this.#interfaces) {
      const hostBits = ~mask;
      if (hostBits !== 0 && hostBits !== 1 && destination === (own | hostBits)) return true;
    }
    return false;
  }

  #wrongOn(prefix: 'echo-once-', index: number): boolean {
    const name = this.#interfaces[index]?.name;
    for (const wrong of this.#wrong) if (wrong.startsWith(prefix) && wrong === `${prefix}${name}`) return true;
    return false;
  }

  #fragmentKey(bytes: Uint8Array, at: number): string {
    return `${address(bytes, at + ip.source)} ${address(bytes, at + ip.destination)} ${u16(bytes, at + ip.id)}`;
  }

  #expectRest(key: string): void {
    if (this.#fragmented.size >= maxFragmented) {
      const oldest = this.#fragmented.values().next();
      if (!oldest.done) this.#fragmented.delete(oldest.value);
    }
    this.#fragmented.add(key);
  }
}

/** False for 0/8, loopback, multicast, reserved and the limited broadcast: no single host on a network has them. */
function isHost(value: number): boolean {
  const first = value >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}
