import { internetChecksum } from '../../packet/checksum.ts';
import { icmp, icmpTypes, protocols, putU16 } from '../../packet/header-layout.ts';
import type { EchoReply, IcmpError, PingSocket } from './api.ts';
import type { Counters } from './counters.ts';
import { defaultTtl, payloadAt } from './ip-header.ts';
import type { IpLayer } from './ip-layer.ts';

type PingError = IcmpError & { readonly sequence: number };

/** Sends echo requests under an identifier of its own; what comes back for it is handed in by the ICMP layer. */
export class EchoSocket implements PingSocket {
  readonly identifier: number;
  readonly #ip: IpLayer;
  readonly #counters: Counters;
  readonly #closed: () => void;
  readonly #onReply: ((reply: EchoReply) => void)[] = [];
  readonly #onError: ((error: PingError) => void)[] = [];

  constructor(identifier: number, ip: IpLayer, counters: Counters, closed: () => void) {
    this.identifier = identifier;
    this.#ip = ip;
    this.#counters = counters;
    this.#closed = closed;
  }

  send(to: number, sequence: number, data: Uint8Array, options: Parameters<PingSocket['send']>[3] = {}): void {
    const path = this.#ip.path(to);
    const frame = this.#ip.newFrame(icmp.header + data.length);
    frame[payloadAt + icmp.type] = icmpTypes.echoRequest;
    putU16(frame, payloadAt + icmp.id, this.identifier);
    putU16(frame, payloadAt + icmp.sequence, sequence);
    frame.set(data, payloadAt + icmp.header);
    putU16(frame, payloadAt + icmp.checksum, internetChecksum(frame, payloadAt, frame.length));
    const fragmenting = options.dontFragment === undefined ? 'want' : options.dontFragment ? 'never' : 'may';
    const { ttl = defaultTtl, tos = 0 } = options;
    this.#ip.emit(path, path.source, protocols.icmp, frame, fragmenting, ttl, tos);
    this.#counters.IcmpOutMsgs++;
    this.#counters.IcmpOutEchos++;
  }

  onReply(listener: (reply: EchoReply) => void): void {
    this.#onReply.push(listener);
  }

  onError(listener: (error: PingError) => void): void {
    this.#onError.push(listener);
  }

  replied(reply: EchoReply): void {
    for (const listener of this.#onReply) listener(reply);
  }

  failed(error: PingError): void {
    for (const listener of this.#onError) listener(error);
  }

  close(): void {
    this.#onReply.length = 0;
    this.#onError.length = 0;
    this.#closed();
  }
}
