import { parseIpv4, parseMac } from '../codec/addresses.ts';
import { internetChecksum } from '../packet/checksum.ts';
import {
  address,
  arp,
  ether,
  etherTypes,
  icmp,
  icmpTypes,
  ip,
  protocols,
  putAddress,
  putMac,
  putU16,
  u16,
} from '../packet/header-layout.ts';

/** An interface of the practice router, and the host behind it. */
export interface Side {
  readonly name: string;
  readonly mac: string;
  readonly address: string;
  readonly host: string;
  readonly hostMac: string;
}
export const inside: Side = {
  name: 'eth0',
  mac: '02:00:00:00:00:01',
  address: '10.0.0.1',
  host: '10.0.0.2',
  hostMac: '02:00:00:00:00:03',
};
export const outside: Side = {
  name: 'eth1',
  mac: '02:00:00:00:00:02',
  address: '10.0.1.1',
  host: '10.0.1.2',
  hostMac: '02:00:00:00:00:04',
};

/** A frame that comes in on one side. */
export interface Arrival {
  readonly side: Side;
  readonly frame: Uint8Array;
}

const dataBytes = 56;
const usualTtl = 64;
/** One of so many frames is something else than an echo. */
const period = 32;

/**
 * What hosts say to one another through a router, without end: echo requests and replies, now and then a datagram, a
 * segment or a request with no hop left. Each makes a router send one frame, and no two are the same: what has only ever
 * seen one value is compiled for that value, and compiled again when a real packet comes.
 */
export class PracticeTraffic {
  readonly #request = ipFrame(inside, outside, protocols.icmp);
  readonly #reply = ipFrame(outside, inside, protocols.icmp);
  readonly #datagram = ipFrame(inside, outside, protocols.udp);
  readonly #segment = ipFrame(outside, inside, protocols.tcp);
  #count = 0;
  #random = 1;

  constructor() {
    this.#request[ether.header + ip.header + icmp.type] = icmpTypes.echoRequest;
  }

  /** The next one; its frame holds until the one after it is asked for. */
  next(): Arrival {
    this.#count += 1;
    switch (this.#count % period) {
      case 0:
        return arpRequest(inside);
      case 8:
        return this.#varied(inside, this.#datagram, usualTtl);
      case 16:
        return this.#varied(outside, this.#segment, usualTtl);
      case 24:
        return this.#varied(inside, this.#request, 1);
      default:
        return this.#count % 2 === 1
          ? this.#varied(inside, this.#request, usualTtl)
          : this.#varied(outside, this.#reply, usualTtl);
    }
  }

  #varied(side: Side, frame: Uint8Array, ttl: number): Arrival {
    const at = ether.header;
    const body = at + ip.header;
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) | 0;
    putU16(frame, at + ip.id, this.#random >>> 16);
    frame[at + ip.ttl] = ttl;
    putU16(frame, at + ip.checksum, 0);
    putU16(frame, at + ip.checksum, internetChecksum(frame, at, body));
    if (frame[at + ip.protocol] !== protocols.icmp) {
      putAddress(frame, frame.length - 4, this.#random);
      return { side, frame };
    }
    // A reply has its request's number.
    putU16(frame, body + icmp.sequence, (this.#count - 1) >>> 1);
    putU16(frame, body + icmp.checksum, 0);
    putU16(frame, body + icmp.checksum, internetChecksum(frame, body, frame.length));
    return { side, frame };
  }
}

/** What the host behind that side says when the router asks who has its address. */
const arpReply = (side: Side): Arrival => arpFrame(side, 2);
const arpRequest = (side: Side): Arrival => arpFrame(side, 1);

function arpFrame(side: Side, operation: number): Arrival {
  const frame = frameFrom(side, etherTypes.arp, arp.length);
  const at = ether.header;
  putU16(frame, at + arp.hardware, 1);
  putU16(frame, at + arp.protocol, etherTypes.ipv4);
  putU16(frame, at + arp.sizes, 0x0604);
  putU16(frame, at + arp.operation, operation);
  putMac(frame, at + arp.senderMac, macOf(side.hostMac));
  putAddress(frame, at + arp.senderAddress, addressOf(side.host));
  putMac(frame, at + arp.targetMac, macOf(side.mac));
  putAddress(frame, at + arp.targetAddress, addressOf(side.address));
  return { side, frame };
}

/** The answer when a frame that the router sent asks for one of the hosts; undefined when it does not ask. */
export function answerTo(frame: Uint8Array): Arrival | undefined {
  const at = ether.header;
  if (u16(frame, ether.type) !== etherTypes.arp || u16(frame, at + arp.operation) !== 1) return undefined;
  return arpReply(address(frame, at + arp.targetAddress) === addressOf(inside.host) ? inside : outside);
}

function ipFrame(from: Side, to: Side, protocol: number): Uint8Array {
  const length = ip.header + icmp.header + dataBytes;
  const frame = frameFrom(from, etherTypes.ipv4, length);
  const at = ether.header;
  frame[at + ip.versionLength] = 0x45;
  putU16(frame, at + ip.totalLength, length);
  frame[at + ip.protocol] = protocol;
  putAddress(frame, at + ip.source, addressOf(from.host));
  putAddress(frame, at + ip.destination, addressOf(to.host));
  return frame;
}

function frameFrom(side: Side, etherType: number, lengthBytes: number): Uint8Array {
  const frame = new Uint8Array(ether.header + lengthBytes);
  putMac(frame, ether.destination, macOf(side.mac));
  putMac(frame, ether.source, macOf(side.hostMac));
  putU16(frame, ether.type, etherType);
  return frame;
}

const macOf = (text: string): Uint8Array => parseMac(text) ?? new Uint8Array(6);
const addressOf = (text: string): number => (parseIpv4(text) ?? 0) | 0;
