import { ipv4Text } from '../../codec/addresses.ts';
import { seededRandom } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import type { HostConfig } from '../config.ts';
import type {
  Arp,
  Datagram,
  Endpoint,
  Errno,
  Host,
  HostInterface,
  Icmp,
  NeighborTable,
  RouteTable,
  SocketInfo,
  Tcp,
  TcpListener,
  TcpSocket,
  Udp,
  UdpSocket,
} from '../host/api.ts';
import { HostError } from '../host/host-error.ts';

/** Values that are awaited one by one; `end` lets the readers have undefined, `fail` an error. */
class Queue<T> {
  readonly #waiting: T[] = [];
  readonly #takers: { resolve(value: T | undefined): void; reject(fault: Error): void }[] = [];
  #ending: 'end' | HostError | undefined;

  push(value: T): void {
    if (this.#ending !== undefined) return;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting.push(value);
    else taker.resolve(value);
  }

  end(fault?: HostError): void {
    if (this.#ending !== undefined) return;
    this.#ending = fault ?? 'end';
    for (const taker of this.#takers.splice(0)) fault === undefined ? taker.resolve(undefined) : taker.reject(fault);
  }

  next(): Promise<T | undefined> {
    const value = this.#waiting.shift();
    if (value !== undefined) return Promise.resolve(value);
    if (this.#ending === 'end') return Promise.resolve(undefined);
    if (this.#ending !== undefined) return Promise.reject(this.#ending);
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }
}

class FakeTcpSocket implements TcpSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly info = { rttUs: 1000, cwnd: 14_600, ssthresh: 65_535, retransmitted: 0 };
  readonly received = new Queue<Uint8Array>();
  readonly #scheduler: Scheduler;
  peer: FakeTcpSocket | undefined;
  #isEnded = false;

  constructor(local: Endpoint, remote: Endpoint, scheduler: Scheduler) {
    this.local = local;
    this.remote = remote;
    this.#scheduler = scheduler;
  }

  read(): Promise<Uint8Array | undefined> {
    return this.received.next();
  }

  /** A kilobyte takes a microsecond, so that rates are numbers. */
  write(data: Uint8Array): Promise<void> {
    if (this.#isEnded) return Promise.reject(new HostError('EPIPE'));
    const copy = data.slice();
    return new Promise((resolve) => {
      this.#scheduler.after(1 + data.length / 1000, () => {
        this.peer?.received.push(copy);
        resolve();
      });
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#scheduler.after(2, () => this.peer?.received.end());
  }

  close(): void {
    this.end();
    this.received.end();
  }

  abort(): void {
    this.#isEnded = true;
    this.received.end(new HostError('ECONNRESET'));
    this.#scheduler.after(1, () => this.peer?.received.end(new HostError('ECONNRESET')));
  }
}

/** An interface that carries nothing but what a test shows to who listens. */
class FakeInterface implements HostInterface {
  readonly name: string;
  readonly index: number;
  readonly addresses: HostInterface['addresses'];
  readonly mac = '02:00:00:00:00:01';
  readonly mtu = 1500;
  readonly isUp = true;
  readonly hasCarrier = true;
  readonly counters = { rxPackets: 0, rxBytes: 0, rxDropped: 0, txPackets: 0, txBytes: 0, txDropped: 0 };
  readonly #taps = new Set<Parameters<HostInterface['tap']>[0]>();

  constructor(name: string, index: number, addresses: HostInterface['addresses']) {
    this.name = name;
    this.index = index;
    this.addresses = addresses;
  }

  setUp(): void {}
  setMtu(): void {}
  setMac(): void {}
  addAddress(): void {}
  removeAddress(): void {}
  sendRaw(): void {}

  tap(listener: Parameters<HostInterface['tap']>[0]): () => void {
    this.#taps.add(listener);
    return () => this.#taps.delete(listener);
  }

  show(frame: Uint8Array, direction: 'in' | 'out', atUs: number): void {
    for (const listener of this.#taps) listener(frame, direction, atUs);
  }
}

/** Byte pipes and datagrams between hosts by address: no frames, no routes, no loss. For programs, not for stacks. */
export class FakeNetwork {
  readonly #scheduler: Scheduler;
  readonly hosts = new Map<number, FakeHost>();
  /** What a connection to an address fails with; `ETIMEDOUT` never answers by itself. */
  readonly faults = new Map<number, Errno>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  add(name: string, address: number): FakeHost {
    const host = new FakeHost(name, address, this, this.#scheduler);
    this.hosts.set(address, host);
    return host;
  }
}

export class FakeHost implements Host {
  readonly name: string;
  readonly address: number;
  readonly scheduler: Scheduler;
  readonly random = seededRandom(1);
  readonly counters = {};
  readonly interfaces: readonly HostInterface[];
  /** What a test shows frames on. */
  readonly eth0: FakeInterface;
  readonly #network: FakeNetwork;
  readonly #listeners = new Map<number, Queue<TcpSocket>>();
  readonly #bound = new Map<number, (datagram: Datagram) => void>();
  #port = 40_000;

  constructor(name: string, address: number, network: FakeNetwork, scheduler: Scheduler) {
    this.name = name;
    this.address = address;
    this.scheduler = scheduler;
    this.#network = network;
    const own = [{ address, prefix: 24 }];
    this.eth0 = new FakeInterface(`${name}-eth0`, 2, own);
    this.interfaces = [new FakeInterface('lo', 1, []), this.eth0];
  }

  get config(): HostConfig {
    const first = { mac: '02:00:00:00:00:01', address: ipv4Text(this.address), prefix: 24 };
    return { name: this.name, interfaces: [first], routes: [], services: [] };
  }

  get routes(): RouteTable {
    throw new Error('a fake host has no routes');
  }

  get neighbors(): NeighborTable {
    throw new Error('a fake host has no neighbours');
  }

  get icmp(): Icmp {
    throw new Error('a fake host has no ICMP');
  }

  get arp(): Arp {
    throw new Error('a fake host has no ARP');
  }

  resolve(name: string): number | undefined {
    return [...this.#network.hosts.values()].find((host) => host.name === name)?.address;
  }

  nameOf(address: number): string | undefined {
    return this.#network.hosts.get(address)?.name;
  }

  sockets(): readonly SocketInfo[] {
    return [];
  }

  readonly tcp: Tcp = {
    connect: (to, options) =>
      new Promise((resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        this.scheduler.after(1000, () => {
          const fault = this.#network.faults.get(to.address);
          const host = this.#network.hosts.get(to.address);
          if (fault === 'ETIMEDOUT') return;
          const listener = host?.accepting(to.port);
          if (fault !== undefined || host === undefined) return reject(new HostError(fault ?? 'ENETUNREACH'));
          if (listener === undefined) return reject(new HostError('ECONNREFUSED'));
          const from = { address: this.address, port: options?.localPort ?? this.#port++ };
          const near = new FakeTcpSocket(from, to, this.scheduler);
          const far = new FakeTcpSocket(to, from, this.scheduler);
          near.peer = far;
          far.peer = near;
          listener.push(far);
          resolve(near);
        });
      }),
    listen: ({ port }): TcpListener => {
      if (this.#listeners.has(port)) throw new HostError('EADDRINUSE');
      const queue = new Queue<TcpSocket>();
      this.#listeners.set(port, queue);
      return {
        local: { address: 0, port },
        accept: () => queue.next(),
        close: () => {
          this.#listeners.delete(port);
          queue.end();
        },
      };
    },
  };

  readonly udp: Udp = {
    bind: (options): UdpSocket => {
      const port = options?.port || this.#port++;
      if (this.#bound.has(port)) throw new HostError('EADDRINUSE');
      const local = { address: this.address, port };
      const queue = new Queue<Datagram>();
      const unreachable: Parameters<UdpSocket['onError']>[0][] = [];
      this.#bound.set(port, (datagram) => queue.push(datagram));
      return {
        local,
        send: (to, data) => {
          const copy = data.slice();
          this.scheduler.after(100, () => {
            const far = this.#network.hosts.get(to.address);
            const deliver = far?.bound(to.port);
            if (deliver !== undefined) deliver({ from: local, to: to.address, data: copy, ttl: 64 });
            else if (far !== undefined) {
              const error = { from: to.address, type: 3, code: 3, mtu: undefined, quoted: new Uint8Array(0) };
              for (const listener of unreachable) listener(error);
            }
          });
        },
        receive: () => queue.next(),
        onError: (listener) => unreachable.push(listener),
        close: () => {
          this.#bound.delete(port);
          queue.end();
        },
      };
    },
  };

  accepting(port: number): Queue<TcpSocket> | undefined {
    return this.#listeners.get(port);
  }

  bound(port: number): ((datagram: Datagram) => void) | undefined {
    return this.#bound.get(port);
  }
}
