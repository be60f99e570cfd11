import { internetChecksum, pseudoHeaderSum } from '../../packet/checksum.ts';
import { address, ip, protocols, putAddress, putU16, u16 } from '../../packet/header-layout.ts';
import { anyAddress } from './addresses.ts';
import type { Datagram, Endpoint, IcmpError, SocketInfo, UdpSocket } from './api.ts';
import type { Counters } from './counters.ts';
import { defaultTtl, ipHeaderAt, payloadAt } from './ip-header.ts';
import type { IpLayer } from './ip-layer.ts';

/** Where the fields stand (RFC 768). */
export const udp = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6, header: 8 } as const;

const maxWaiting = 256;

export class DatagramSocket implements UdpSocket {
  readonly local: Endpoint;
  readonly #interface: string | undefined;
  readonly #ip: IpLayer;
  readonly #counters: Counters;
  readonly #closed: () => void;
  readonly #onError: ((error: IcmpError) => void)[] = [];
  readonly #readers: ((datagram: Datagram | undefined) => void)[] = [];
  #waiting: Datagram[] = [];
  #waitingBytes = 0;
  #isClosed = false;

  constructor(
    local: Endpoint,
    interfaceName: string | undefined,
    ipLayer: IpLayer,
    counters: Counters,
    closed: () => void,
  ) {
    this.local = local;
    this.#interface = interfaceName;
    this.#ip = ipLayer;
    this.#counters = counters;
    this.#closed = closed;
  }

  get info(): SocketInfo {
    return {
      protocol: 'udp',
      local: this.local,
      remote: undefined,
      state: '',
      receiveQueue: this.#waitingBytes,
      sendQueue: 0,
    };
  }

  /** Whether another socket of this port cannot tell its datagrams from ours. */
  isInTheWayOf(own: number, interfaceName: string | undefined): boolean {
    const isSameAddress = own === anyAddress || this.local.address === anyAddress || own === this.local.address;
    const isSameInterface =
      interfaceName === undefined || this.#interface === undefined || interfaceName === this.#interface;
    return isSameAddress && isSameInterface;
  }

  /** 0: not for this socket; more, the more exactly it asked for what comes from there to this address. */
  takes(from: string | undefined, to: number): number {
    let fit = 1;
    if (this.#interface !== undefined && from !== undefined) {
      if (this.#interface !== from) return 0;
      fit += 1;
    }
    if (this.local.address !== anyAddress) {
      if (this.local.address !== to) return 0;
      fit += 2;
    }
    return fit;
  }

  send(to: Endpoint, data: Uint8Array, options: Parameters<UdpSocket['send']>[2] = {}): void {
    const path = this.#ip.path(to.address, this.#interface);
    const frame = this.#ip.newFrame(udp.header + data.length);
    const source = this.local.address === anyAddress ? path.source : this.local.address;
    const length = udp.header + data.length;
    putU16(frame, payloadAt + udp.sourcePort, this.local.port);
    putU16(frame, payloadAt + udp.destinationPort, to.port);
    putU16(frame, payloadAt + udp.length, length);
    frame.set(data, payloadAt + udp.header);
    // The addresses of the pseudo header are those of the IP header, where they stand again in a moment.
    putAddress(frame, ipHeaderAt.source, source);
    putAddress(frame, ipHeaderAt.destination, to.address);
    const pseudo = pseudoHeaderSum(frame, ipHeaderAt.source, 8, protocols.udp, length);
    // 0 would say that there is no checksum; 0xffff is the same number in ones' complement.
    putU16(frame, payloadAt + udp.checksum, internetChecksum(frame, payloadAt, frame.length, pseudo) || 0xffff);
    this.#ip.emit(
      path,
      source,
      protocols.udp,
      frame,
      options.dontFragment === undefined ? 'want' : options.dontFragment ? 'never' : 'may',
      options.ttl ?? defaultTtl,
      0,
    );
    this.#counters.UdpOutDatagrams++;
  }

  receive(): Promise<Datagram | undefined> {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#waitingBytes -= next.data.length;
      return Promise.resolve(next);
    }
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Takes the datagram `bytes[start, end)` of the packet at `at`; its data stays a view on it. */
  received(bytes: Uint8Array, at: number, start: number, end: number): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#counters.UdpRcvbufErrors++;
      this.#counters.UdpInErrors++;
      return;
    }
    this.#counters.UdpInDatagrams++;
    const datagram: Datagram = {
      from: { address: address(bytes, at + ip.source) >>> 0, port: u16(bytes, start + udp.sourcePort) },
      to: address(bytes, at + ip.destination) >>> 0,
      data: bytes.subarray(start + udp.header, end),
      ttl: bytes[at + ip.ttl] ?? 0,
    };
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader(datagram);
      return;
    }
    this.#waiting.push(datagram);
    this.#waitingBytes += datagram.data.length;
  }

  onError(listener: (error: IcmpError) => void): void {
    this.#onError.push(listener);
  }

  failed(error: IcmpError): void {
    for (const listener of this.#onError) listener(error);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#onError.length = 0;
    this.#closed();
    for (const reader of this.#readers.splice(0)) reader(undefined);
  }
}
