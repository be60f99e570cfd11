import type { Endpoint, Errno } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { IpOutput } from '../host/ip-output.ts';
import type { Agreement } from './agreement.ts';
import { noOptions } from './options.ts';
import type { Receiver } from './receiver.ts';
import { encodeSegment, flag, seal, tcpProtocol } from './segment.ts';

export interface OutgoingDeps {
  readonly ip: IpOutput;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly agreement: Agreement;
  /** IP would not take a segment. */
  failed(errno: Errno): void;
}

/** Makes a connection's segments and hands them to IP. */
export class Outgoing {
  readonly #deps: OutgoingDeps;

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
  }

  /** A segment of `length` bytes, which `copyTo` puts at their place; with ACK it tells all that the receiver has. */
  send(
    sequence: number,
    flags: number,
    receiver: Receiver,
    length: number,
    copyTo: (target: Uint8Array, at: number) => void,
  ): void {
    const { local, remote, agreement } = this.#deps;
    const isSyn = (flags & flag.syn) !== 0;
    const hasAck = (flags & flag.ack) !== 0;
    const window = hasAck ? receiver.window() : receiver.promised;
    const gaps = receiver.hasGap ? receiver : undefined;
    const bytes = encodeSegment(
      {
        sourcePort: local.port,
        destinationPort: remote.port,
        sequence,
        acknowledgement: hasAck ? receiver.nxt : 0,
        flags,
        window: isSyn ? Math.min(window, 0xffff) : agreement.scaled(window),
        options: isSyn ? agreement.synOptions(hasAck) : agreement.options(length, gaps),
      },
      length,
    );
    if (length > 0) copyTo(bytes, bytes.length - length);
    this.#hand(bytes);
  }

  /** RFC 9293 §3.10.7.3: a reset that the peer takes for the answer to its acknowledgement. */
  reset(sequence: number): void {
    const { local, remote } = this.#deps;
    const ports = { sourcePort: local.port, destinationPort: remote.port };
    const fields = { sequence, acknowledgement: 0, flags: flag.rst, window: 0, options: noOptions };
    this.#hand(encodeSegment({ ...ports, ...fields }, 0));
  }

  #hand(payload: Uint8Array): void {
    const source = this.#deps.local.address;
    const destination = this.#deps.remote.address;
    seal(payload, source, destination);
    try {
      this.#deps.ip.send({ source, destination, protocol: tcpProtocol, payload, dontFragment: true });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#deps.failed(error.code);
    }
  }
}
