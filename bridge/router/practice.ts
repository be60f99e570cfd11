import { parseMac } from '../codec/addresses.ts';
import { internetChecksum } from '../packet/checksum.ts';
import {
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
} from '../packet/header-layout.ts';
import { encodeVns } from '../protocols/vns/message.ts';
import { RouterProgram } from './program.ts';
import { parseRtable } from './rtable.ts';

/** Where the practice packets come in, and where they leave. */
export const inside = { name: 'eth0', mac: '02:00:00:00:00:01', address: 0x0a000001, text: '10.0.0.1' };
export const outside = { name: 'eth1', mac: '02:00:00:00:00:02', address: 0x0a000101, text: '10.0.1.1' };
const source = 0x0a000002;
const destination = 0x0a000102;
const neighborMac = '02:00:00:00:00:03';

/** A router that nobody hears, with a way from `inside` to `outside`. */
export function practiceRouter(nowMs: number): RouterProgram {
  return new RouterProgram({
    identity: { vhost: 'practice', topology: 0, user: '', template: undefined, authKey: new Uint8Array() },
    routes: parseRtable(`10.0.1.2 10.0.1.2 255.255.255.255 ${outside.name}`, 'practice'),
    wrong: new Set(),
    quiet: false,
    print: (line) => {
      if (typeof line !== 'string') line();
    },
    nowMs,
  });
}

/**
 * Packets through a router of its own, a few at a time (RT48). What runs now and then is never compiled by the engine:
 * without this a student's first pings would take half as long again.
 */
export class Practice {
  readonly #program = practiceRouter(0);
  readonly #request = packet(inside.name, echoRequest());
  #nowMs = 0;
  #routed = 0;

  constructor() {
    this.#hear(hardware());
    this.#hear(this.#request);
    this.#hear(packet(outside.name, arpReply()));
  }

  /** Packets routed so far. */
  get routed(): number {
    return this.#routed;
  }

  /** Goes on for `budgetMs`. */
  step(budgetMs: number): void {
    const untilMs = performance.now() + budgetMs;
    while (performance.now() < untilMs && this.#hear(this.#request) !== undefined) this.#routed += 1;
  }

  #hear(message: Uint8Array): Uint8Array | undefined {
    // A tenth of a second a packet: no line is held back.
    this.#nowMs += 100;
    this.#program.receive(message, this.#nowMs);
    return this.#program.takeOutput();
  }
}

function hardware(): Uint8Array {
  const entries = [inside, outside].flatMap(({ name, mac, text }) => [
    { kind: 'name' as const, value: name },
    { kind: 'speed' as const, value: 0 },
    { kind: 'mac' as const, value: mac },
    { kind: 'address' as const, value: text },
    { kind: 'subnet' as const, value: '255.255.255.0' },
    { kind: 'mask' as const, value: '255.255.255.0' },
  ]);
  return encodeVns({ kind: 'hardwareInfo', entries });
}

const packet = (interfaceName: string, frame: Uint8Array): Uint8Array =>
  encodeVns({ kind: 'packet', interfaceName, frame });

function frameTo(mac: string, etherType: number, lengthBytes: number): Uint8Array {
  const frame = new Uint8Array(ether.header + lengthBytes);
  putMac(frame, ether.destination, parseMac(mac) ?? frame);
  putMac(frame, ether.source, parseMac(neighborMac) ?? frame);
  putU16(frame, ether.type, etherType);
  return frame;
}

/** An echo request that comes in at `inside` and is for somebody behind `outside`. */
export function echoRequest(): Uint8Array {
  const dataBytes = 56;
  const length = ip.header + icmp.header + dataBytes;
  const frame = frameTo(inside.mac, etherTypes.ipv4, length);
  const at = ether.header;
  frame[at + ip.versionLength] = 0x45;
  putU16(frame, at + ip.totalLength, length);
  frame[at + ip.ttl] = 64;
  frame[at + ip.protocol] = protocols.icmp;
  putAddress(frame, at + ip.source, source);
  putAddress(frame, at + ip.destination, destination);
  putU16(frame, at + ip.checksum, internetChecksum(frame, at, at + ip.header));
  const icmpAt = at + ip.header;
  frame[icmpAt] = icmpTypes.echoRequest;
  putU16(frame, icmpAt + icmp.checksum, internetChecksum(frame, icmpAt, frame.length));
  return frame;
}

/** What that somebody answers when the router asks for him. */
export function arpReply(): Uint8Array {
  const frame = frameTo(outside.mac, etherTypes.arp, arp.length);
  const at = ether.header;
  putU16(frame, at + arp.hardware, 1);
  putU16(frame, at + arp.protocol, etherTypes.ipv4);
  putU16(frame, at + arp.sizes, 0x0604);
  putU16(frame, at + arp.operation, 2);
  putMac(frame, at + arp.senderMac, parseMac(neighborMac) ?? frame);
  putAddress(frame, at + arp.senderAddress, destination);
  putMac(frame, at + arp.targetMac, parseMac(outside.mac) ?? frame);
  putAddress(frame, at + arp.targetAddress, outside.address);
  return frame;
}
