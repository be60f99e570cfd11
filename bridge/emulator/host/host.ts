import { parseIpv4, parseMac } from '../../codec/addresses.ts';
import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { ether, etherTypes, isMac, u16 } from '../../packet/header-layout.ts';
import type { HostConfig } from '../config.ts';
import type { TcpDeps, TcpModule } from '../tcp/tcp.ts';
import type { Wire, WireEnd } from '../wire.ts';
import { Addresses } from './addresses.ts';
import type { Arp, Host, HostInterface, Icmp, NeighborTable, RouteTable, SocketInfo, Tcp, Udp } from './api.ts';
import { zeroMac } from './arp-frame.ts';
import { ArpLayer } from './arp-layer.ts';
import { newCounters } from './counters.ts';
import { HostError } from './host-error.ts';
import { IcmpLayer } from './icmp-layer.ts';
import { IpInput } from './ip-input.ts';
import { IpLayer } from './ip-layer.ts';
import { NeighborCache } from './neighbor-cache.ts';
import { type InterfaceOwner, loopbackWire, NetInterface } from './net-interface.ts';
import { Routes } from './route-table.ts';
import { UdpLayer } from './udp-layer.ts';

const ethernetMtu = 1500;
const loopbackMtu = 65_536;
const loopbackAddress = 0x7f00_0001;

export interface HostDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Names of the lab and their addresses. */
  readonly names: ReadonlyMap<string, number>;
  readonly createTcp: (deps: TcpDeps) => Pick<TcpModule, keyof Tcp | 'receive' | 'error' | 'sockets' | 'close'>;
}

export interface EmulatedHost extends Host {
  /** Joins interface `index` (0 is `name-eth0`) to a link. Throws HostError ENODEV. */
  plug(index: number, connect: (end: WireEnd) => Wire): void;
  /** Ends sockets, connections and timers; nothing is sent or received any more. Idempotent. */
  close(): void;
}

/** A host with its addresses and routes, not plugged in yet. Throws HostError for a route that leads nowhere. */
export const createHost = (config: HostConfig, deps: HostDeps): EmulatedHost => new IpHost(config, deps);

class IpHost implements EmulatedHost, InterfaceOwner {
  readonly name: string;
  readonly config: HostConfig;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counters = newCounters();
  readonly #names: ReadonlyMap<string, number>;
  readonly #interfaces: readonly NetInterface[];
  readonly #addresses: Addresses;
  readonly #routes: Routes;
  readonly #neighbors: NeighborCache;
  readonly #arp: ArpLayer;
  readonly #ip: IpLayer;
  readonly #icmp: IcmpLayer;
  readonly #udp: UdpLayer;
  readonly #tcp: ReturnType<HostDeps['createTcp']>;
  readonly #input: IpInput;
  /** Had a carrier before: getting it back is news, being switched on is not. */
  readonly #wasOnLink = new Set<NetInterface>();
  #isClosed = false;

  constructor(config: HostConfig, { scheduler, random, names, createTcp }: HostDeps) {
    this.name = config.name;
    this.config = config;
    this.scheduler = scheduler;
    this.random = random;
    this.#names = names;
    const loopback = new NetInterface(
      { name: 'lo', index: 1, mac: zeroMac, mtu: loopbackMtu, isLoopback: true },
      scheduler,
      this,
    );
    this.#interfaces = [
      loopback,
      ...config.interfaces.map(({ mac }, at) => {
        const bytes = parseMac(mac);
        if (bytes === undefined) throw new HostError('EADDRNOTAVAIL');
        const setup = { name: `${config.name}-eth${at}`, index: at + 2, mac: bytes, mtu: ethernetMtu };
        return new NetInterface({ ...setup, isLoopback: false }, scheduler, this);
      }),
    ];
    const { counters } = this;
    const findInterface = (name: string) => this.#interfaces.find((at) => at.name === name);
    const addresses = new Addresses(this.#interfaces);
    this.#addresses = addresses;
    this.#routes = new Routes(
      (name) => {
        const at = findInterface(name);
        return at && (at.isUp ? 'up' : 'down');
      },
      () => this.#ip.forgetPaths(),
    );
    this.#arp = new ArpLayer({ scheduler, addresses, findInterface });
    this.#neighbors = new NeighborCache({
      scheduler,
      random,
      counters,
      findInterface,
      solicit: (entry, mac, waiting) => this.#arp.solicit(entry, mac, waiting),
      unreachable: (frame) => this.#icmp.neighborUnreachable(frame),
    });
    this.#ip = new IpLayer({
      scheduler,
      random,
      counters,
      addresses,
      routes: this.#routes,
      loopback,
      neighbors: this.#neighbors,
      findInterface,
    });
    this.#icmp = new IcmpLayer({
      scheduler,
      random,
      counters,
      addresses,
      ip: this.#ip,
      errors: { udp: (error) => this.#udp.failed(error), tcp: (error) => this.#tcp.error(error) },
    });
    this.#udp = new UdpLayer({ random, counters, addresses, ip: this.#ip, icmp: this.#icmp, findInterface });
    this.#tcp = createTcp({ scheduler, random, ip: this.#ip });
    this.#input = new IpInput({ scheduler, counters, addresses, icmp: this.#icmp, udp: this.#udp, tcp: this.#tcp });
    loopback.plug((end) => loopbackWire(scheduler, end));
    loopback.addAddress(loopbackAddress, 8);
    this.#configure();
  }

  get interfaces(): readonly HostInterface[] {
    return this.#interfaces;
  }

  get routes(): RouteTable {
    return this.#routes;
  }

  get neighbors(): NeighborTable {
    return this.#neighbors;
  }

  get udp(): Udp {
    return this.#udp;
  }

  get tcp(): Tcp {
    return this.#tcp;
  }

  get icmp(): Icmp {
    return this.#icmp;
  }

  get arp(): Arp {
    return this.#arp;
  }

  resolve(name: string): number | undefined {
    if (name === 'localhost') return loopbackAddress;
    return parseIpv4(name) ?? this.#names.get(name) ?? (name === this.name ? this.#firstAddress : undefined);
  }

  nameOf(address: number): string | undefined {
    if (address === loopbackAddress) return 'localhost';
    for (const [name, its] of this.#names) if (its === address) return name;
    return undefined;
  }

  sockets(): readonly SocketInfo[] {
    const pings = this.#icmp.sockets().map(
      ({ identifier }): SocketInfo => ({
        protocol: 'raw',
        local: { address: 0, port: identifier },
        remote: undefined,
        state: '',
        receiveQueue: 0,
        sendQueue: 0,
      }),
    );
    return [...this.#tcp.sockets(), ...this.#udp.sockets(), ...pings];
  }

  plug(index: number, connect: (end: WireEnd) => Wire): void {
    const at = this.#interfaces[index + 1];
    if (at === undefined) throw new HostError('ENODEV');
    at.plug(connect);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tcp.close();
    this.#udp.close();
    this.#icmp.close();
    this.#input.close();
    this.#neighbors.close();
  }

  received(at: NetInterface, frame: Uint8Array): void {
    if (this.#isClosed || frame.length < ether.header) return;
    if (((frame[0] ?? 0) & 1) === 0 && !isMac(frame, ether.destination, at.macBytes)) return;
    switch (u16(frame, ether.type)) {
      case etherTypes.ipv4:
        this.#input.receive(at, frame);
        return;
      case etherTypes.arp:
        if (!at.isLoopback) this.#arp.receive(at, frame, this.#neighbors);
        return;
      default:
    }
  }

  changed(at: NetInterface, what: Parameters<InterfaceOwner['changed']>[1]): void {
    switch (what) {
      case 'up':
        this.#addresses.rebuild();
        if (at.isUp) this.#connect(at);
        else {
          this.#routes.removeInterface(at.name);
          this.#neighbors.flushInterface(at, true);
        }
        break;
      case 'carrier':
        if (!at.hasCarrier) this.#neighbors.flushInterface(at, false);
        else if (this.#wasOnLink.has(at)) this.#announce(at);
        if (at.hasCarrier) this.#wasOnLink.add(at);
        break;
      case 'mac':
        this.#neighbors.flushInterface(at, false);
        this.#announce(at);
        break;
      case 'mtu':
        break;
    }
    this.#ip.forgetPaths();
  }

  addressAdded(at: NetInterface, address: number, prefix: number): void {
    this.#addresses.rebuild();
    if (at.isUp && prefix < 32 && !at.isLoopback) this.#routes.addConnected(at.name, address, prefix);
    this.#ip.forgetPaths();
    if (!at.isLoopback && at.isUp && at.hasCarrier) this.#arp.announce(at, address);
  }

  addressRemoved(at: NetInterface, address: number): void {
    this.#addresses.rebuild();
    this.#routes.removeConnected(at.name, address);
    if (at.addresses.length === 0) this.#routes.removeInterface(at.name);
    else if (at.isUp) this.#connect(at);
    this.#ip.forgetPaths();
  }

  #connect(at: NetInterface): void {
    if (at.isLoopback) return;
    for (const { address, prefix } of at.addresses) {
      if (prefix < 32) this.#routes.addConnected(at.name, address, prefix);
    }
  }

  #announce(at: NetInterface): void {
    if (at.isLoopback || !at.isUp || !at.hasCarrier) return;
    for (const { address } of at.addresses) this.#arp.announce(at, address);
  }

  get #firstAddress(): number | undefined {
    return this.#interfaces.find(({ isLoopback, addresses }) => !isLoopback && addresses.length > 0)?.addresses[0]
      ?.address;
  }

  #configure(): void {
    this.config.interfaces.forEach(({ address, prefix }, at) => {
      const number = address === undefined ? undefined : parseIpv4(address);
      if (number !== undefined) this.#interfaces[at + 1]?.addAddress(number, prefix);
    });
    for (const { destination, prefix, gateway, interface: at } of this.config.routes) {
      const over = this.#interfaces[at + 1]?.name;
      const to = parseIpv4(destination);
      if (over === undefined || to === undefined) throw new HostError('ENODEV');
      const via = gateway === undefined ? undefined : parseIpv4(gateway);
      const towards = via === undefined ? undefined : this.#routes.lookup(via, over);
      // A host with a /32 reaches its gateway by a route of its own, as the hosts of the Mininet runtime do.
      if (via !== undefined && (towards === undefined || towards.gateway !== undefined)) {
        this.#routes.add({ destination: via, prefix: 32, gateway: undefined, interface: over, metric: 0 });
      }
      const isThere = this.#routes
        .list()
        .some((known) => known.destination === to && known.prefix === prefix && known.gateway === via);
      if (isThere) continue;
      this.#routes.add({ destination: to, prefix, gateway: via, interface: over, metric: 0 });
    }
  }
}
