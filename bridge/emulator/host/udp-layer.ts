import type { Random } from '../../determinism/random.ts';
import { internetChecksum, pseudoHeaderSum } from '../../packet/checksum.ts';
import { address, ip, protocols, u16, unreachable } from '../../packet/header-layout.ts';
import { headerLength } from '../../router/icmp.ts';
import { type Addresses, anyAddress } from './addresses.ts';
import type { IcmpError, SocketInfo, Udp, UdpSocket } from './api.ts';
import type { Counters } from './counters.ts';
import { HostError } from './host-error.ts';
import type { IcmpLayer } from './icmp-layer.ts';
import type { IpLayer } from './ip-layer.ts';
import type { NetInterface } from './net-interface.ts';
import { DatagramSocket, udp } from './udp-socket.ts';

/** net.ipv4.ip_local_port_range. */
const firstFree = 32_768;
const lastFree = 60_999;

export interface UdpDeps {
  readonly random: Random;
  readonly counters: Counters;
  readonly addresses: Addresses;
  readonly ip: IpLayer;
  readonly icmp: IcmpLayer;
  readonly findInterface: (name: string) => NetInterface | undefined;
}

/** Ports and who is behind them (EH40–EH44). */
export class UdpLayer implements Udp {
  readonly #deps: UdpDeps;
  readonly #ports = new Map<number, readonly DatagramSocket[]>();

  constructor(deps: UdpDeps) {
    this.#deps = deps;
  }

  bind(options: Parameters<Udp['bind']>[0] = {}): UdpSocket {
    const { addresses, ip: output, counters, findInterface } = this.#deps;
    const { address: own = anyAddress, interface: name } = options;
    if (own !== anyAddress && !addresses.isLocal(own) && !addresses.isBroadcast(own)) {
      throw new HostError('EADDRNOTAVAIL');
    }
    if (name !== undefined && findInterface(name) === undefined) throw new HostError('ENODEV');
    const port = options.port || this.#freePort();
    const others = this.#ports.get(port) ?? [];
    if (others.some((other) => other.isInTheWayOf(own, name))) throw new HostError('EADDRINUSE');
    const socket = new DatagramSocket({ address: own, port }, name, output, counters, () => this.#remove(socket));
    this.#ports.set(port, [...others, socket]);
    return socket;
  }

  sockets(): readonly SocketInfo[] {
    return [...this.#ports.values()].flat().map((socket) => socket.info);
  }

  close(): void {
    for (const socket of [...this.#ports.values()].flat()) socket.close();
  }

  /** Takes the datagram `bytes[start, end)` of the packet at `at`. */
  receive(
    from: NetInterface,
    bytes: Uint8Array,
    at: number,
    start: number,
    packetEnd: number,
    isBroadcast: boolean,
  ): void {
    const { counters, icmp } = this.#deps;
    const length = u16(bytes, start + udp.length);
    const end = start + length;
    if (packetEnd - start < udp.header || length < udp.header || end > packetEnd) {
      counters.UdpInErrors++;
      return;
    }
    const hasChecksum = u16(bytes, start + udp.checksum) !== 0;
    if (
      hasChecksum &&
      internetChecksum(bytes, start, end, pseudoHeaderSum(bytes, at + ip.source, 8, protocols.udp, length)) !== 0
    ) {
      counters.UdpInCsumErrors++;
      counters.UdpInErrors++;
      return;
    }
    const to = address(bytes, at + ip.destination) >>> 0;
    const sockets = this.#ports.get(u16(bytes, start + udp.destinationPort));
    if (isBroadcast) {
      for (const socket of sockets ?? []) {
        if (socket.takes(from.name, to) > 0) socket.received(bytes, at, start, end);
      }
      return;
    }
    const socket = sockets && bestOf(sockets, from.name, to);
    if (socket !== undefined) {
      socket.received(bytes, at, start, end);
      return;
    }
    counters.UdpNoPorts++;
    icmp.unreachable(unreachable.port, bytes, at, packetEnd);
  }

  /** An ICMP error that quotes a datagram of ours. */
  failed(error: IcmpError): void {
    const { quoted } = error;
    const start = headerLength(quoted, 0);
    const sockets = this.#ports.get(u16(quoted, start + udp.sourcePort)) ?? [];
    const own = address(quoted, ip.source) >>> 0;
    for (const socket of sockets) if (socket.takes(undefined, own) > 0) socket.failed(error);
  }

  #freePort(): number {
    const count = lastFree - firstFree + 1;
    const first = this.#deps.random.nextU32() % count;
    for (let i = 0; i < count; i++) {
      const port = firstFree + ((first + i) % count);
      if (!this.#ports.has(port)) return port;
    }
    throw new HostError('EADDRINUSE');
  }

  #remove(socket: DatagramSocket): void {
    const { port } = socket.local;
    const others = (this.#ports.get(port) ?? []).filter((other) => other !== socket);
    if (others.length > 0) this.#ports.set(port, others);
    else this.#ports.delete(port);
  }
}

/** The one that asked for it most exactly. */
function bestOf(sockets: readonly DatagramSocket[], from: string, to: number): DatagramSocket | undefined {
  let best: DatagramSocket | undefined;
  let most = 0;
  for (const socket of sockets) {
    const fit = socket.takes(from, to);
    if (fit > most) {
      most = fit;
      best = socket;
    }
  }
  return best;
}
