import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import { internetChecksum } from '../../packet/checksum.ts';
import {
  address,
  fragment,
  icmp,
  icmpTypes,
  ip,
  protocols,
  putU16,
  u16,
  unreachable as unreachableCodes,
} from '../../packet/header-layout.ts';
import { headerLength, mayComplain } from '../../router/icmp.ts';
import { type Addresses, anyAddress } from './addresses.ts';
import type { Icmp, IcmpError, PingSocket } from './api.ts';
import type { Counters } from './counters.ts';
import { ErrorLimit } from './error-limit.ts';
import { HostError } from './host-error.ts';
import { defaultTtl, payloadAt } from './ip-header.ts';
import type { IpLayer, Path } from './ip-layer.ts';
import { EchoSocket } from './ping-socket.ts';

const fragmentationNeeded = 4;
const parameterProblem = 12;
const reassemblyTime = 1;
/** Linux quotes as much as fits into a packet of 576 bytes (RFC 1812 §4.3.2.3), the quoted header in it. */
const maxQuoted = 576 - ip.header - icmp.header;
/** Precedence of network control, as Linux gives its errors; the type of service of the cause is kept. */
const errorPrecedence = 0xc0;
const keptTos = 0x1e;

export interface IcmpDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counters: Counters;
  readonly addresses: Addresses;
  readonly ip: IpLayer;
  /** Errors that quote a packet of these protocols. */
  readonly errors: { readonly udp: (error: IcmpError) => void; readonly tcp: (error: IcmpError) => void };
}

/** Answers echoes, complains, and hands on complaints (EH30–EH35). */
export class IcmpLayer implements Icmp {
  readonly #deps: IcmpDeps;
  readonly #limit = new ErrorLimit();
  readonly #sockets = new Map<number, EchoSocket>();

  constructor(deps: IcmpDeps) {
    this.#deps = deps;
  }

  open(): PingSocket {
    let identifier = 0;
    // 65,536 of them at once are not to be expected; one more would be a leak of the programs.
    do identifier = this.#deps.random.nextU32() >>> 16;
    while (this.#sockets.has(identifier));
    const socket = new EchoSocket(identifier, this.#deps.ip, this.#deps.counters, () => {
      this.#sockets.delete(identifier);
    });
    this.#sockets.set(identifier, socket);
    return socket;
  }

  sockets(): readonly PingSocket[] {
    return [...this.#sockets.values()];
  }

  close(): void {
    for (const socket of this.sockets()) socket.close();
  }

  /** Takes the message `bytes[start, end)` of the packet at `at`. */
  receive(bytes: Uint8Array, at: number, start: number, end: number, isBroadcast: boolean): void {
    const { counters } = this.#deps;
    counters.IcmpInMsgs++;
    if (end - start < icmp.header) {
      counters.IcmpInErrors++;
      return;
    }
    if (internetChecksum(bytes, start, end) !== 0) {
      counters.IcmpInCsumErrors++;
      return;
    }
    switch (bytes[start + icmp.type]) {
      case icmpTypes.echoRequest:
        counters.IcmpInEchos++;
        if (!isBroadcast) this.#answer(bytes, at, start, end);
        return;
      case icmpTypes.echoReply:
        counters.IcmpInEchoReps++;
        this.#sockets.get(u16(bytes, start + icmp.id))?.replied({
          from: address(bytes, at + ip.source) >>> 0,
          sequence: u16(bytes, start + icmp.sequence),
          ttl: bytes[at + ip.ttl] ?? 0,
          data: bytes.subarray(start + icmp.header, end),
          atUs: this.#deps.scheduler.nowUs(),
        });
        return;
      case icmpTypes.unreachable:
        counters.IcmpInDestUnreachs++;
        this.#failed(bytes, at, start, end);
        return;
      case icmpTypes.timeExceeded:
        counters.IcmpInTimeExcds++;
        this.#failed(bytes, at, start, end);
        return;
      case parameterProblem:
        counters.IcmpInParmProbs++;
        this.#failed(bytes, at, start, end);
        return;
      default:
    }
  }

  /** Complains about the packet `bytes[at, end)`: destination unreachable, with this code. */
  unreachable(code: number, bytes: Uint8Array, at: number, end: number): void {
    this.#complain(icmpTypes.unreachable, code, bytes, at, end);
  }

  reassemblyTimedOut(first: Uint8Array): void {
    this.#complain(icmpTypes.timeExceeded, reassemblyTime, first, 0, first.length);
  }

  /** ARP failed for a frame of our own: the host tells itself, over the loopback, as Linux does. */
  neighborUnreachable(frame: Uint8Array): void {
    this.#complain(icmpTypes.unreachable, unreachableCodes.host, frame, payloadAt - ip.header, frame.length);
  }

  #answer(bytes: Uint8Array, at: number, start: number, end: number): void {
    const { ip: output, counters } = this.#deps;
    const to = address(bytes, at + ip.source) >>> 0;
    const path = pathOr(() => output.path(to));
    if (path === undefined) return;
    const frame = output.newFrame(end - start);
    frame.set(bytes.subarray(start, end), payloadAt);
    frame[payloadAt + icmp.type] = icmpTypes.echoReply;
    putU16(frame, payloadAt + icmp.checksum, 0);
    putU16(frame, payloadAt + icmp.checksum, internetChecksum(frame, payloadAt, frame.length));
    counters.IcmpOutMsgs++;
    counters.IcmpOutEchoReps++;
    const source = address(bytes, at + ip.destination) >>> 0;
    const tos = bytes[at + ip.typeOfService] ?? 0;
    output.emit(path, source, protocols.icmp, frame, 'may', defaultTtl, tos);
  }

  #complain(type: number, code: number, bytes: Uint8Array, at: number, end: number): void {
    const { addresses, ip: output, counters, scheduler } = this.#deps;
    const to = address(bytes, at + ip.source) >>> 0;
    const asked = address(bytes, at + ip.destination) >>> 0;
    if (to === anyAddress || addresses.isBroadcast(asked) || !mayComplain(bytes, at, end)) return;
    const path = pathOr(() => output.path(to));
    if (path === undefined) return;
    if (!path.at.isLoopback && !this.#limit.isAllowed(to, scheduler.nowUs())) {
      counters.IcmpOutRateLimitHost++;
      return;
    }
    const quoted = Math.min(end - at, maxQuoted);
    const frame = output.newFrame(icmp.header + quoted);
    frame[payloadAt + icmp.type] = type;
    frame[payloadAt + icmp.code] = code;
    frame.set(bytes.subarray(at, at + quoted), payloadAt + icmp.header);
    putU16(frame, payloadAt + icmp.checksum, internetChecksum(frame, payloadAt, frame.length));
    counters.IcmpOutMsgs++;
    if (type === icmpTypes.unreachable) counters.IcmpOutDestUnreachs++;
    else counters.IcmpOutTimeExcds++;
    const source = addresses.isLocal(asked) ? asked : path.source;
    const tos = ((bytes[at + ip.typeOfService] ?? 0) & keptTos) | errorPrecedence;
    output.emit(path, source, protocols.icmp, frame, 'may', defaultTtl, tos);
  }

  /** Somebody complains about a packet of ours: its socket is told. */
  #failed(bytes: Uint8Array, at: number, start: number, end: number): void {
    const { addresses, counters, errors, ip: output } = this.#deps;
    const inner = start + icmp.header;
    const innerPayload = inner + headerLength(bytes, inner);
    if (end - inner < ip.header || innerPayload < inner + ip.header || innerPayload + 8 > end) {
      counters.IcmpInErrors++;
      return;
    }
    // Only what we sent, and its beginning: the ports or the identifier stand nowhere else.
    if (!addresses.isLocal(address(bytes, inner + ip.source) >>> 0)) return;
    if ((u16(bytes, inner + ip.fragment) & fragment.offset) !== 0) return;
    const type = bytes[start + icmp.type] ?? 0;
    const code = bytes[start + icmp.code] ?? 0;
    const isTooLong = type === icmpTypes.unreachable && code === fragmentationNeeded;
    const destination = address(bytes, inner + ip.destination) >>> 0;
    const told = u16(bytes, start + icmp.sequence);
    const mtu = isTooLong ? this.#narrow(output, destination, told, u16(bytes, inner + ip.totalLength)) : undefined;
    const from = address(bytes, at + ip.source) >>> 0;
    const error: IcmpError = { from, type, code, mtu, quoted: bytes.subarray(inner, end) };
    switch (bytes[inner + ip.protocol]) {
      case protocols.icmp:
        if (bytes[innerPayload + icmp.type] !== icmpTypes.echoRequest) return;
        this.#sockets
          .get(u16(bytes, innerPayload + icmp.id))
          ?.failed({ ...error, sequence: u16(bytes, innerPayload + icmp.sequence) });
        return;
      case protocols.udp:
        errors.udp(error);
        return;
      case protocols.tcp:
        errors.tcp(error);
        return;
      default:
    }
  }

  #narrow(output: IpLayer, destination: number, told: number, quotedLength: number): number | undefined {
    return pathOr(() => output.narrow(destination, told, quotedLength));
  }
}

/** What there is no way to is not answered: nobody waits for a refusal here. */
function pathOr<T extends Path | number>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
