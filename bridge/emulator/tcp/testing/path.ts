import { type Random, seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { HostError } from '../../host/host-error.ts';
import type { IpOutput } from '../../host/ip-output.ts';
import { Link } from '../../link.ts';
import type { Impairments, WireEnd } from '../../wire.ts';
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
/** Of Ethernet and IP, which are empty here but for both addresses. */
const headersBytes = 14 + ipHeaderBytes;
const sourceAt = 26;
const destinationAt = 30;

/** Two hosts' TCPs with nothing but a link between them, which does to packets what it is told. */
export class Path {
  readonly scheduler = new VirtualScheduler();
  readonly #random: Random;
  readonly #link: Link;
  client: TcpModule;
  server: TcpModule;
  mtu = 1500;
  /** False: the packet is lost. */
  passes: (packet: Packet, segment: Segment) => boolean = () => true;
  readonly seen: { readonly from: 'client' | 'server'; readonly segment: Segment; readonly atUs: number }[] = [];
  keepsSegments = false;

  constructor(seed = 1, impairments: Impairments = { delayUs: 1000 }) {
    this.#random = seededRandom(seed);
    const randoms = [seededRandom(`${seed} there`), seededRandom(`${seed} back`)] as const;
    const ends = [this.#end('client'), this.#end('server')] as const;
    this.#link = new Link(
      { node: 'client', end: ends[0] },
      { node: 'server', end: ends[1] },
      { scheduler: this.scheduler, randoms },
    );
    this.#link.setImpairments(impairments);
    this.#link.start();
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
    return createTcp({ scheduler: this.scheduler, random: this.#random, ip });
  }

  mtuOf(_destination: number): number {
    return this.mtu;
  }

  #carry(packet: Packet): void {
    const from = packet.source === clientAddress ? 'client' : 'server';
    const segment = decodeSegment(packet.payload, packet.source, packet.destination);
    if (typeof segment === 'string') throw new Error(`sent a segment that is ${segment}`);
    if (this.keepsSegments) this.seen.push({ from, segment, atUs: this.scheduler.nowUs() });
    if (this.passes(packet, segment)) this.send(packet);
  }

  /** Puts a packet on the link. */
  send(packet: Packet): void {
    const frame = new Uint8Array(headersBytes + packet.payload.length);
    const view = new DataView(frame.buffer);
    view.setUint32(sourceAt, packet.source);
    view.setUint32(destinationAt, packet.destination);
    frame.set(packet.payload, headersBytes);
    if (packet.source === packet.destination) this.scheduler.soon(() => this.deliver(packet));
    else this.#link.wires[packet.source === clientAddress ? 0 : 1].send(frame);
  }

  #end(name: 'client' | 'server'): WireEnd {
    return { name, carrier: () => undefined, receive: (frame) => this.#arrived(name, frame) };
  }

  #arrived(at: 'client' | 'server', frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const [source, destination] = [view.getUint32(sourceAt), view.getUint32(destinationAt)];
    this[at].receive({ source, destination, payload: frame.subarray(headersBytes) });
  }
}
