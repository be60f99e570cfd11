import { HostError } from '../../host/host-error.ts';
import type { IpOutput } from '../../host/ip-output.ts';
import { type Random, seededRandom } from '../../random.ts';
import { VirtualScheduler } from '../../scheduler.ts';
import type { Impairments } from '../../wire.ts';
import { decodeSegment, type Segment } from '../segment.ts';
import { createTcp, type TcpModule } from '../tcp.ts';

export interface Packet {
  readonly source: number;
  readonly destination: number;
  readonly payload: Uint8Array;
}

export const clientAddress = 0x0a00_0001;
export const serverAddress = 0x0a00_0002;
const ipHeaderBytes = 20;

/** Two hosts' TCPs with nothing but a path between them, which does to packets what it is told. */
export class Path {
  readonly scheduler = new VirtualScheduler();
  readonly random: Random;
  client: TcpModule;
  server: TcpModule;
  impairments: Impairments;
  mtu = 1500;
  /** False: the packet is lost. */
  passes: (packet: Packet, segment: Segment) => boolean = () => true;
  readonly seen: { readonly from: 'client' | 'server'; readonly segment: Segment; readonly atUs: number }[] = [];
  keepsSegments = false;
  readonly #freeAtUs = new Map<number, number>();

  constructor(seed = 1, impairments: Impairments = { delayUs: 1000 }) {
    this.random = seededRandom(seed);
    this.impairments = impairments;
    this.client = this.#host(clientAddress);
    this.server = this.#host(serverAddress);
  }

  /** The host goes down and comes up again: nothing is remembered. */
  restart(which: 'client' | 'server'): void {
    this[which].close();
    this[which] = this.#host(which === 'client' ? clientAddress : serverAddress);
  }

  deliver(packet: Packet): void {
    const to = packet.destination === clientAddress ? this.client : this.server;
    to.receive(packet);
  }

  #host(address: number): TcpModule {
    const ip: IpOutput = {
      send: (packet) => {
        if (packet.payload.length + ipHeaderBytes > this.mtuOf(packet.destination)) throw new HostError('EMSGSIZE');
        this.#carry({ source: packet.source, destination: packet.destination, payload: packet.payload });
      },
      sourceFor: () => address,
      mtuFor: (destination) => this.mtuOf(destination),
      isLocal: (local) => local === address,
    };
    return createTcp({ scheduler: this.scheduler, random: this.random, ip });
  }

  mtuOf(_destination: number): number {
    return this.mtu;
  }

  #carry(packet: Packet): void {
    const from = packet.source === clientAddress ? 'client' : 'server';
    const segment = decodeSegment(packet.payload, packet.source, packet.destination);
    if (typeof segment === 'string') throw new Error(`sent a segment that is ${segment}`);
    if (this.keepsSegments) this.seen.push({ from, segment, atUs: this.scheduler.nowUs() });
    const { loss = 0, duplicate = 0, corrupt = 0 } = this.impairments;
    if (!this.passes(packet, segment) || this.random.next() < loss) return;
    this.#arriveLater(this.random.next() < corrupt ? this.#corrupted(packet) : packet);
    if (this.random.next() < duplicate) this.#arriveLater(packet);
  }

  #arriveLater(packet: Packet): void {
    const { bandwidthBps, delayUs = 0, jitterUs = 0, reorder = 0 } = this.impairments;
    const nowUs = this.scheduler.nowUs();
    let leavesUs = nowUs;
    if (bandwidthBps !== undefined) {
      const takesUs = ((packet.payload.length + ipHeaderBytes) * 8e6) / bandwidthBps;
      leavesUs = Math.max(nowUs, this.#freeAtUs.get(packet.destination) ?? 0) + takesUs;
      this.#freeAtUs.set(packet.destination, leavesUs);
    }
    const isEarly = this.random.next() < reorder;
    const delay = isEarly ? 0 : delayUs + (2 * this.random.next() - 1) * jitterUs;
    this.scheduler.after(leavesUs - nowUs + delay, () => this.deliver(packet));
  }

  #corrupted(packet: Packet): Packet {
    const payload = packet.payload.slice();
    const at = Math.floor(this.random.next() * payload.length);
    payload[at] = (payload[at] ?? 0) ^ (1 << Math.floor(this.random.next() * 8));
    return { ...packet, payload };
  }
}
