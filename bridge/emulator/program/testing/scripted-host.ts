import { parseIpv4, parseMac } from '../../../codec/addresses.ts';
import { seededRandom } from '../../../determinism/random.ts';
import type { VirtualScheduler } from '../../../determinism/scheduler.ts';
import type { HostConfig } from '../../config.ts';
import type {
  Arp,
  ArpReply,
  EchoReply,
  Host,
  Icmp,
  IcmpError,
  Neighbor,
  NeighborTable,
  PingSocket,
  SocketInfo,
  Tcp,
  Udp,
} from '../../host/api.ts';
import { HostError } from '../../host/host-error.ts';
import { NetInterface } from '../../host/net-interface.ts';
import { Routes } from '../../host/route-table.ts';
import { FakeNetwork } from '../../testing/fake-host.ts';

/** What a network answers to one echo request; times from the request. */
export type Answer =
  | { readonly afterUs: number; readonly from: number; readonly ttl: number; readonly data?: Uint8Array }
  | {
      readonly afterUs: number;
      readonly from: number;
      readonly type: number;
      readonly code: number;
      readonly mtu?: number;
    };

export interface Request {
  readonly to: number;
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly ttl: number;
  readonly dontFragment: boolean;
}

export const address = (text: string): number => parseIpv4(text) ?? Number.NaN;

/** `client` 10.0.1.100/24 behind 10.0.1.1: its tables are real, and a test says what the network answers. */
export class ScriptedHost implements Host {
  readonly name = 'client';
  readonly scheduler: VirtualScheduler;
  readonly random = seededRandom(1);
  readonly counters = {};
  readonly config: HostConfig = { name: 'client', interfaces: [], routes: [], services: [] };
  readonly interfaces: NetInterface[] = [];
  readonly udp: Udp;
  readonly tcp: Tcp;
  readonly #routes: Routes;
  readonly #neighbors: Neighbor[] = [];
  readonly pings: Request[] = [];
  readonly arps: Parameters<Arp['request']>[1][] = [];
  answers: (request: Request) => readonly Answer[] = () => [];
  arpAnswer: ((target: number) => Omit<ArpReply, 'atUs'> & { readonly afterUs: number }) | undefined;

  constructor(scheduler: VirtualScheduler) {
    this.scheduler = scheduler;
    const { udp, tcp } = new FakeNetwork(scheduler).add('client', address('10.0.1.100'));
    this.udp = udp;
    this.tcp = tcp;
    this.#routes = new Routes(
      (name) => {
        const one = this.interfaces.find((each) => each.name === name);
        return one === undefined ? undefined : one.isUp ? 'up' : 'down';
      },
      () => {},
    );
    const owner = {
      received: () => {},
      changed: () => {},
      addressAdded: (at: NetInterface, own: number, prefix: number) => this.#routes.addConnected(at.name, own, prefix),
      addressRemoved: (at: NetInterface, own: number) => this.#routes.removeConnected(at.name, own),
    };
    const setup = { mac: parseMac('02:00:00:00:0a:03') ?? new Uint8Array(6), mtu: 1500, index: 2, isLoopback: false };
    const lo = { name: 'lo', mac: new Uint8Array(6), mtu: 65_536, index: 1, isLoopback: true };
    this.interfaces.push(
      new NetInterface(lo, scheduler, { ...owner, addressAdded: () => {} }),
      new NetInterface({ ...setup, name: 'client-eth0' }, scheduler, owner),
    );
    for (const one of this.interfaces) one.carrier(true);
    this.interfaces[0]?.addAddress(address('127.0.0.1'), 8);
    this.interfaces[1]?.addAddress(address('10.0.1.100'), 24);
    this.#routes.add({ destination: 0, prefix: 0, gateway: address('10.0.1.1'), interface: 'client-eth0', metric: 0 });
  }

  get routes(): Routes {
    return this.#routes;
  }

  nameOf(of: number): string | undefined {
    return of === address('192.168.2.2') ? 'server1' : undefined;
  }

  resolve(name: string): number | undefined {
    return name === 'server1' ? address('192.168.2.2') : name === 'localhost' ? address('127.0.0.1') : undefined;
  }

  sockets(): readonly SocketInfo[] {
    return [
      {
        protocol: 'tcp',
        local: { address: 0, port: 80 },
        remote: undefined,
        state: 'LISTEN',
        receiveQueue: 0,
        sendQueue: 0,
      },
    ];
  }

  get neighbors(): NeighborTable {
    const entries = this.#neighbors;
    const find = (of: number, name: string): number =>
      entries.findIndex((one) => one.address === of && one.interface === name);
    return {
      list: () => [...entries],
      set: (of, name, mac) => {
        if (find(of, name) >= 0) entries.splice(find(of, name), 1);
        entries.push({ address: of, interface: name, mac, state: 'permanent' });
      },
      remove: (of, name) => {
        if (find(of, name) < 0) throw new HostError('ENOENT');
        entries.splice(find(of, name), 1);
      },
      flush: () => entries.splice(0),
    };
  }

  /** An entry as the network would make it. */
  learn(neighbor: Neighbor): void {
    this.#neighbors.push(neighbor);
  }

  get icmp(): Icmp {
    return { open: () => this.#openPing() };
  }

  #openPing(): PingSocket {
    const replies: ((reply: EchoReply) => void)[] = [];
    const errors: ((error: IcmpError & { readonly sequence: number }) => void)[] = [];
    return {
      identifier: 77,
      send: (to, sequence, data, options = {}) => {
        const request = { to, sequence, data, ttl: options.ttl ?? 64, dontFragment: options.dontFragment ?? false };
        this.pings.push(request);
        for (const answer of this.answers(request)) {
          this.scheduler.after(answer.afterUs, () => {
            const { from } = answer;
            if ('type' in answer) {
              const { type, code, mtu } = answer;
              for (const listen of errors) listen({ from, type, code, mtu, quoted: new Uint8Array(28), sequence });
              return;
            }
            const reply = { from, sequence, ttl: answer.ttl, data: answer.data ?? data, atUs: this.scheduler.nowUs() };
            for (const listen of replies) listen(reply);
          });
        }
      },
      onReply: (listener) => replies.push(listener),
      onError: (listener) => errors.push(listener),
      close: () => {
        replies.length = 0;
        errors.length = 0;
      },
    };
  }

  get arp(): Arp {
    return {
      request: (_name, options) => {
        this.arps.push(options);
        const reply = this.arpAnswer?.(options.target);
        if (reply !== undefined && reply.senderAddress === options.target)
          this.scheduler.after(reply.afterUs, () => {
            for (const listen of [...this.#arpListeners]) listen({ ...reply, atUs: this.scheduler.nowUs() });
          });
      },
      onPacket: (_name, listener) => {
        this.#arpListeners.add(listener);
        return () => this.#arpListeners.delete(listener);
      },
    };
  }
  readonly #arpListeners = new Set<(packet: ArpReply) => void>();
}
