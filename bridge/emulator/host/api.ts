import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import type { HostConfig } from '../config.ts';

/**
 * A host of the emulated network, as programs see it: interfaces, tables and sockets. IPv4 addresses are unsigned 32-bit
 * numbers in host order (`parseIpv4` and `formatIpv4` of codec/addresses), MAC addresses are `aa:bb:cc:dd:ee:ff`.
 */
export interface Host {
  readonly name: string;
  readonly config: HostConfig;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** `lo` first, then `name-eth0`, … */
  readonly interfaces: readonly HostInterface[];
  readonly routes: RouteTable;
  readonly neighbors: NeighborTable;
  /** Names of the lab and the loopback; what a program resolves with. */
  resolve(name: string): number | undefined;
  /** Name of an address, where the lab has one. */
  nameOf(address: number): string | undefined;
  readonly udp: Udp;
  readonly tcp: Tcp;
  readonly icmp: Icmp;
  readonly arp: Arp;
  /** Every socket, for netstat. */
  sockets(): readonly SocketInfo[];
  readonly counters: Readonly<Record<string, number>>;
}

export interface HostInterface {
  readonly name: string;
  /** Linux's number: 1 is lo. */
  readonly index: number;
  readonly mac: string;
  readonly mtu: number;
  /** Administratively. */
  readonly isUp: boolean;
  /** Its link is up. */
  readonly hasCarrier: boolean;
  readonly addresses: readonly { readonly address: number; readonly prefix: number }[];
  readonly counters: {
    readonly rxPackets: number;
    readonly rxBytes: number;
    readonly rxDropped: number;
    readonly txPackets: number;
    readonly txBytes: number;
    readonly txDropped: number;
  };
  setUp(isUp: boolean): void;
  setMtu(mtu: number): void;
  setMac(mac: string): void;
  /** Adds the route to its network too, and announces itself by a gratuitous ARP. Throws HostError EEXIST. */
  addAddress(address: number, prefix: number): void;
  /** Throws HostError EADDRNOTAVAIL. */
  removeAddress(address: number, prefix: number): void;
  /** Sends a frame as it is. Throws HostError ENETDOWN. */
  sendRaw(frame: Uint8Array): void;
  /** Sees every frame that goes out or comes in, from now on; returns what ends that. */
  tap(listener: (frame: Uint8Array, direction: 'in' | 'out', atUs: number) => void): () => void;
}

export interface Route {
  readonly destination: number;
  readonly prefix: number;
  /** Undefined: the destination is on the link. */
  readonly gateway: number | undefined;
  readonly interface: string;
  readonly metric: number;
  /** Came with an address of the interface (`proto kernel scope link src …`). */
  readonly source: number | undefined;
}
export interface RouteTable {
  list(): readonly Route[];
  /** Longest prefix, then least metric; undefined: network unreachable. */
  lookup(destination: number): Route | undefined;
  /** Throws HostError EEXIST, ENETUNREACH (gateway not on a link), ENODEV. */
  add(route: Omit<Route, 'source'>): void;
  /** Throws HostError ESRCH. */
  remove(route: {
    readonly destination: number;
    readonly prefix: number;
    readonly gateway?: number;
    readonly interface?: string;
  }): void;
}

export interface Neighbor {
  readonly address: number;
  readonly interface: string;
  /** Undefined while incomplete or failed. */
  readonly mac: string | undefined;
  readonly state: 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed' | 'permanent';
}
export interface NeighborTable {
  list(): readonly Neighbor[];
  /** A permanent entry. Throws HostError ENODEV. */
  set(address: number, interfaceName: string, mac: string): void;
  /** Throws HostError ENOENT. */
  remove(address: number, interfaceName: string): void;
  flush(): void;
}

/** errno names that programs tell people of, as strerror would: `Network is unreachable`. */
export type Errno =
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EEXIST'
  | 'EHOSTUNREACH'
  | 'EMSGSIZE'
  | 'ENETDOWN'
  | 'ENETUNREACH'
  | 'ENODEV'
  | 'ENOENT'
  | 'EPIPE'
  | 'ESRCH'
  | 'ETIMEDOUT';

export interface SocketInfo {
  readonly protocol: 'tcp' | 'udp' | 'raw';
  readonly local: Endpoint;
  readonly remote: Endpoint | undefined;
  /** ESTABLISHED, LISTEN, … for TCP, else empty. */
  readonly state: string;
  readonly receiveQueue: number;
  readonly sendQueue: number;
}
export interface Endpoint {
  readonly address: number;
  readonly port: number;
}

export interface Udp {
  /** Port 0 takes a free one; address 0 all of them. Throws HostError EADDRINUSE, EADDRNOTAVAIL. */
  bind(options?: { readonly address?: number; readonly port?: number; readonly interface?: string }): UdpSocket;
}
export interface Datagram {
  readonly from: Endpoint;
  readonly to: number;
  readonly data: Uint8Array;
  readonly ttl: number;
}
export interface UdpSocket {
  readonly local: Endpoint;
  /** Fragments where it must; throws HostError ENETUNREACH, EMSGSIZE, EACCES (broadcast is allowed). */
  send(to: Endpoint, data: Uint8Array, options?: { readonly ttl?: number; readonly dontFragment?: boolean }): void;
  /** The next one; undefined when closed. At most 256 wait, further ones are dropped and counted. */
  receive(): Promise<Datagram | undefined>;
  /** An ICMP error that quotes a datagram of this socket. */
  onError(listener: (error: IcmpError) => void): void;
  close(): void;
}

export interface Tcp {
  /** Resolves when established; rejects with HostError ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, ECONNRESET. */
  connect(
    to: Endpoint,
    options?: {
      readonly signal?: AbortSignal;
      readonly localPort?: number;
      /** Small writes go at once (TCP_NODELAY). */
      readonly noDelay?: boolean;
    },
  ): Promise<TcpSocket>;
  /** Throws HostError EADDRINUSE. */
  listen(options: { readonly address?: number; readonly port: number; readonly backlog?: number }): TcpListener;
}
export interface TcpListener {
  readonly local: Endpoint;
  /** The next connection; undefined when closed. */
  accept(): Promise<TcpSocket | undefined>;
  close(): void;
}
export interface TcpSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The next bytes; undefined at the end of the stream. Rejects with HostError ECONNRESET, ETIMEDOUT. */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are in the send buffer: back-pressure. Rejects with HostError EPIPE, ECONNRESET, ETIMEDOUT. */
  write(data: Uint8Array): Promise<void>;
  /** Sends FIN after what was written; reading goes on. */
  end(): void;
  /** FIN both ways, lingering in the background. */
  close(): void;
  /** RST. */
  abort(): void;
  /** What ss -i tells: smoothed RTT (µs), cwnd and ssthresh (bytes), retransmissions. */
  readonly info: {
    readonly rttUs: number;
    readonly cwnd: number;
    readonly ssthresh: number;
    readonly retransmitted: number;
  };
}

export interface IcmpError {
  readonly from: number;
  readonly type: number;
  readonly code: number;
  /** Of fragmentation needed: the next hop's MTU. */
  readonly mtu: number | undefined;
  /** The quoted IP packet, header included. */
  readonly quoted: Uint8Array;
}
export interface EchoReply {
  readonly from: number;
  readonly sequence: number;
  readonly ttl: number;
  /** ICMP data. */
  readonly data: Uint8Array;
  readonly atUs: number;
}
export interface Icmp {
  /** A ping socket: its own identifier. */
  open(): PingSocket;
}
export interface PingSocket {
  readonly identifier: number;
  /** Throws HostError ENETUNREACH, EMSGSIZE. Data longer than the MTU is fragmented. */
  send(
    to: number,
    sequence: number,
    data: Uint8Array,
    options?: { readonly ttl?: number; readonly dontFragment?: boolean; readonly tos?: number },
  ): void;
  onReply(listener: (reply: EchoReply) => void): void;
  /** ICMP errors that quote a request of this socket; those of the host itself (ARP failed: 3/1 from its own address), too. */
  onError(listener: (error: IcmpError & { readonly sequence: number }) => void): void;
  close(): void;
}

export interface ArpReply {
  readonly senderAddress: number;
  readonly senderMac: string;
  /** Destination of the frame that carried it. */
  readonly toMac: string;
  readonly isRequest: boolean;
  readonly atUs: number;
}
export interface Arp {
  /** Sends an ARP request as arping does: target hardware address ff:ff:ff:ff:ff:ff, to the broadcast unless `toMac` is given. */
  request(
    interfaceName: string,
    options: { readonly target: number; readonly source: number; readonly toMac?: string; readonly isReply?: boolean },
  ): void;
  /** Sees every ARP packet of an interface; returns what ends that. */
  onPacket(interfaceName: string, listener: (packet: ArpReply) => void): () => void;
}
