import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { internetChecksum } from '../../packet/checksum.ts';
import { ether, fragment as fragmentBits, ip, putMac, putU16 } from '../../packet/header-layout.ts';
import { type Addresses, isLoopback, isMulticast } from './addresses.ts';
import { broadcastMac, zeroMac } from './arp-frame.ts';
import type { Counters } from './counters.ts';
import { HostError } from './host-error.ts';
import { Idents } from './ident.ts';
import { defaultTtl, dontFragment, ipHeaderAt, payloadAt, writeIpHeader } from './ip-header.ts';
import type { IpOutput } from './ip-output.ts';
import type { Entry, NeighborCache } from './neighbor-cache.ts';
import type { NetInterface } from './net-interface.ts';
import type { Routes } from './route-table.ts';

const maxPaths = 1024;
const maxPacket = 65_535;
/** What ICMP says of a path's MTU is believed for ten minutes, and never below this (net.ipv4.route.mtu_expires, min_pmtu). */
const pathMtuUs = 600_000_000;
const minPathMtu = 552;

/** The way to an address: looked up once, forgotten when anything changes. */
export interface Path {
  readonly destination: number;
  readonly at: NetInterface;
  readonly nextHop: number;
  /** What a packet comes from unless its socket says otherwise. */
  readonly source: number;
  readonly isBroadcast: boolean;
  neighbor: Entry | undefined;
  /** Lower than that of the interface when ICMP said so. */
  mtu: number;
}

/** `want` is Linux's default: don't-fragment as long as it fits, else fragments (IP_PMTUDISC_WANT). */
export type Fragmenting = 'may' | 'want' | 'never';

export interface IpLayerDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counters: Counters;
  readonly addresses: Addresses;
  readonly routes: Routes;
  readonly loopback: NetInterface;
  readonly neighbors: NeighborCache;
  readonly findInterface: (name: string) => NetInterface | undefined;
}

/** Everything that leaves the host as IPv4: routes, headers, fragments, and which neighbour it goes to (EH5–EH9, EH20–EH24). */
export class IpLayer implements IpOutput {
  readonly #deps: IpLayerDeps;
  readonly #paths = new Map<number, Path>();
  readonly #pathMtus = new Map<number, { readonly mtu: number; readonly untilUs: number }>();
  readonly #idents: Idents;

  constructor(deps: IpLayerDeps) {
    this.#deps = deps;
    this.#idents = new Idents(deps.scheduler, deps.random);
  }

  /** Addresses, routes or interfaces are not what they were. */
  forgetPaths(): void {
    this.#paths.clear();
  }

  isLocal(address: number): boolean {
    return this.#deps.addresses.isLocal(address);
  }

  sourceFor(destination: number): number {
    return this.path(destination).source;
  }

  mtuFor(destination: number): number {
    return this.path(destination).mtu;
  }

  send(packet: Parameters<IpOutput['send']>[0]): void {
    const { destination, payload, protocol } = packet;
    const path = this.path(destination, packet.interface);
    const source = packet.source === 0 ? path.source : packet.source;
    const fragmenting = packet.dontFragment === undefined ? 'want' : packet.dontFragment ? 'never' : 'may';
    const frame = this.newFrame(payload.length);
    frame.set(payload, payloadAt);
    this.emit(path, source, protocol, frame, fragmenting, packet.ttl ?? defaultTtl, packet.tos ?? 0);
  }

  /** A frame for a packet with a payload of this length, all zeros; HostError EMSGSIZE when no packet is that long. */
  newFrame(payloadLength: number): Uint8Array {
    if (payloadLength > maxPacket - ip.header) throw new HostError('EMSGSIZE');
    return new Uint8Array(payloadAt + payloadLength);
  }

  /** The way to an address. Throws HostError ENETUNREACH, ENETDOWN, ENODEV. */
  path(destination: number, interfaceName?: string): Path {
    if (interfaceName !== undefined) return this.#pathOver(destination, interfaceName);
    const known = this.#paths.get(destination);
    if (known !== undefined) return known;
    const path = this.#findPath(destination);
    if (this.#paths.size >= maxPaths) this.#paths.clear();
    this.#paths.set(destination, path);
    return path;
  }

  /**
   * ICMP said that packets to `destination` must not be longer (RFC 1191), 0 when it does not say than what; returns what
   * is believed. Throws HostError ENETUNREACH.
   */
  narrow(destination: number, mtu: number, quotedLength: number): number {
    const path = this.path(destination);
    const now = path.mtu;
    // An old router does not tell: a little less than what was too long (RFC 1191 §5).
    const told = mtu > 0 ? mtu : Math.min(quotedLength, now) - 1;
    const narrow = Math.max(minPathMtu, told);
    if (narrow >= now) return now;
    const { scheduler } = this.#deps;
    if (this.#pathMtus.size >= maxPaths) this.#pathMtus.clear();
    this.#pathMtus.set(destination, { mtu: narrow, untilUs: scheduler.nowUs() + pathMtuUs });
    path.mtu = narrow;
    return narrow;
  }

  /**
   * Sends the packet whose payload stands in `frame` from `payloadAt` on; its header is written here. The frame is the
   * link's afterwards. Throws HostError EMSGSIZE.
   */
  emit(
    path: Path,
    source: number,
    protocol: number,
    frame: Uint8Array,
    fragmenting: Fragmenting,
    ttl: number,
    tos: number,
  ): void {
    const { counters } = this.#deps;
    if (path.mtu < path.at.mtu) this.#widenWhenOld(path);
    const fits = frame.length - ether.header <= path.mtu;
    if (!fits && fragmenting === 'never') {
      counters.IpFragFails++;
      throw new HostError('EMSGSIZE');
    }
    counters.IpOutRequests++;
    writeIpHeader(frame, frame.length, {
      source,
      destination: path.destination,
      protocol,
      ttl,
      tos,
      id: this.#idents.take(source, path.destination, protocol),
      fragment: fits && fragmenting !== 'may' ? dontFragment : 0,
    });
    if (fits) this.#transmit(path, frame);
    else this.#transmitPieces(path, frame);
  }

  #transmitPieces(path: Path, packet: Uint8Array): void {
    const { counters } = this.#deps;
    // All but the last end where one of eight bytes ends, because offsets count in eights.
    const room = (path.mtu - ip.header) & ~7;
    counters.IpFragOKs++;
    for (let from = payloadAt; from < packet.length; from += room) {
      const end = Math.min(packet.length, from + room);
      const frame = new Uint8Array(payloadAt + end - from);
      frame.set(packet.subarray(0, payloadAt));
      frame.set(packet.subarray(from, end), payloadAt);
      putU16(frame, ether.header + ip.totalLength, frame.length - ether.header);
      const more = end < packet.length ? fragmentBits.more : 0;
      putU16(frame, ipHeaderAt.fragment, more | ((from - payloadAt) >>> 3));
      putU16(frame, ipHeaderAt.checksum, 0);
      putU16(frame, ipHeaderAt.checksum, internetChecksum(frame, ether.header, payloadAt));
      counters.IpFragCreates++;
      this.#transmit(path, frame);
    }
  }

  #transmit(path: Path, frame: Uint8Array): void {
    const { at } = path;
    if (at.isLoopback || path.isBroadcast) {
      putMac(frame, ether.destination, at.isLoopback ? zeroMac : broadcastMac);
      putMac(frame, ether.source, at.macBytes);
      at.transmit(frame);
      return;
    }
    const { neighbors, counters } = this.#deps;
    if (path.neighbor === undefined || path.neighbor.isGone) path.neighbor = neighbors.entry(at, path.nextHop);
    if (path.neighbor === undefined) counters.IpOutDiscards++;
    else neighbors.send(path.neighbor, frame);
  }

  #findPath(destination: number): Path {
    const { addresses, routes, loopback, counters } = this.#deps;
    if (addresses.isLocal(destination)) {
      const source = isLoopback(destination) ? 0x7f00_0001 : destination;
      return this.#newPath(destination, loopback, destination, source);
    }
    const route = routes.lookup(destination);
    const at = route && this.#deps.findInterface(route.interface);
    if (route === undefined || at === undefined) {
      counters.IpOutNoRoutes++;
      throw new HostError('ENETUNREACH');
    }
    const nextHop = addresses.isBroadcast(destination) ? destination : (route.gateway ?? destination);
    return this.#newPath(destination, at, nextHop, route.source ?? addresses.sourceOn(at, nextHop));
  }

  #pathOver(destination: number, interfaceName: string): Path {
    const { addresses, routes } = this.#deps;
    const at = this.#deps.findInterface(interfaceName);
    if (at === undefined) throw new HostError('ENODEV');
    if (!at.isUp) throw new HostError('ENETDOWN');
    const route = routes.lookup(destination, interfaceName);
    const nextHop = addresses.isBroadcast(destination) ? destination : (route?.gateway ?? destination);
    return this.#newPath(destination, at, nextHop, at.addresses[0] ? addresses.sourceOn(at, nextHop) : 0);
  }

  #newPath(destination: number, at: NetInterface, nextHop: number, source: number): Path {
    const isBroadcast = this.#deps.addresses.isBroadcast(destination) || isMulticast(destination);
    const narrow = this.#pathMtus.get(destination);
    const isNarrow = narrow !== undefined && this.#deps.scheduler.nowUs() < narrow.untilUs;
    const mtu = isNarrow ? Math.min(at.mtu, narrow.mtu) : at.mtu;
    return { destination, at, nextHop, source, isBroadcast, neighbor: undefined, mtu };
  }

  #widenWhenOld(path: Path): void {
    const narrow = this.#pathMtus.get(path.destination);
    if (narrow !== undefined && this.#deps.scheduler.nowUs() < narrow.untilUs) return;
    this.#pathMtus.delete(path.destination);
    path.mtu = path.at.mtu;
  }
}
