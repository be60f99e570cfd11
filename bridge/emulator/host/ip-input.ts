import type { Scheduler } from '../../determinism/scheduler.ts';
import { internetChecksum } from '../../packet/checksum.ts';
import { address, ether, fragment, ip, protocols, u16, unreachable } from '../../packet/header-layout.ts';
import { headerLength } from '../../router/icmp.ts';
import { type Addresses, anyAddress, isLoopback, isMulticast } from './addresses.ts';
import type { Counters } from './counters.ts';
import type { IcmpLayer } from './icmp-layer.ts';
import type { NetInterface } from './net-interface.ts';
import { Reassembly } from './reassembly.ts';
import type { UdpLayer } from './udp-layer.ts';

export interface IpInputDeps {
  readonly scheduler: Scheduler;
  readonly counters: Counters;
  readonly addresses: Addresses;
  readonly icmp: IcmpLayer;
  readonly udp: UdpLayer;
  readonly tcp: {
    receive(packet: { readonly source: number; readonly destination: number; readonly payload: Uint8Array }): void;
  };
}

/** What came in as IPv4: checked, put together, and handed to the protocol it is for (EH20–EH22). */
export class IpInput {
  readonly #deps: IpInputDeps;
  readonly #reassembly: Reassembly;

  constructor(deps: IpInputDeps) {
    this.#deps = deps;
    this.#reassembly = new Reassembly({
      scheduler: deps.scheduler,
      counters: deps.counters,
      timedOut: (packet) => deps.icmp.reassemblyTimedOut(packet),
    });
  }

  /** Takes a frame of type IPv4 that is for this host or for everybody. */
  receive(at: NetInterface, frame: Uint8Array): void {
    const { counters, addresses } = this.#deps;
    const start = ether.header;
    counters.IpInReceives++;
    const end = start + u16(frame, start + ip.totalLength);
    const headerEnd = start + headerLength(frame, start);
    if (
      frame.length < start + ip.header ||
      (frame[start] ?? 0) >>> 4 !== 4 ||
      headerEnd < start + ip.header ||
      headerEnd > end ||
      end > frame.length ||
      internetChecksum(frame, start, headerEnd) !== 0
    ) {
      counters.IpInHdrErrors++;
      return;
    }
    const destination = address(frame, start + ip.destination) >>> 0;
    const isBroadcast = addresses.isBroadcast(destination);
    if (!isBroadcast && !addresses.isLocal(destination)) {
      // Somebody else's (hosts do not forward), or a group's, in which no program here can be.
      if (!isMulticast(destination)) counters.IpInAddrErrors++;
      return;
    }
    if (!at.isLoopback && this.#isMartian(address(frame, start + ip.source) >>> 0, destination)) {
      counters.IpInAddrErrors++;
      return;
    }
    if ((u16(frame, start + ip.fragment) & (fragment.more | fragment.offset)) === 0) {
      this.#deliver(at, frame, start, end, isBroadcast);
      return;
    }
    const whole = this.#reassembly.add(frame, start, end);
    if (whole !== undefined) this.#deliver(at, whole, 0, whole.length, isBroadcast);
  }

  close(): void {
    this.#reassembly.close();
  }

  /** From a source that cannot be: ours, a loopback, a group or everybody (RFC 1122 §3.2.1.3). */
  #isMartian(source: number, destination: number): boolean {
    const { addresses } = this.#deps;
    return (
      addresses.isLocal(source) ||
      isLoopback(source) ||
      isLoopback(destination) ||
      isMulticast(source) ||
      addresses.isBroadcast(source) ||
      (source === anyAddress && !addresses.isBroadcast(destination))
    );
  }

  #deliver(at: NetInterface, bytes: Uint8Array, start: number, end: number, isBroadcast: boolean): void {
    const { counters, icmp, udp, tcp } = this.#deps;
    counters.IpInDelivers++;
    const payload = start + headerLength(bytes, start);
    switch (bytes[start + ip.protocol]) {
      case protocols.icmp:
        icmp.receive(bytes, start, payload, end, isBroadcast);
        return;
      case protocols.udp:
        udp.receive(at, bytes, start, payload, end, isBroadcast);
        return;
      case protocols.tcp:
        if (isBroadcast) return;
        tcp.receive({
          source: address(bytes, start + ip.source) >>> 0,
          destination: address(bytes, start + ip.destination) >>> 0,
          payload: bytes.subarray(payload, end),
        });
        return;
      default:
        counters.IpInUnknownProtos++;
        if (!isBroadcast) icmp.unreachable(unreachable.protocol, bytes, start, end);
    }
  }
}
