import { formatMac, ipv4Text } from '../codec/addresses.ts';
import { address, arp, ether, etherTypes, fragment, icmp, ip, protocols, u16 } from '../packet/header-layout.ts';
import { headerLength } from './icmp.ts';
import type { RouterJournal } from './router.ts';
import { type Route, routeText } from './rtable.ts';

/** Lines a second and at once; a packet storm costs a comparison a packet, not a line (RT31). */
const linesPerMs = 0.4;
const lineBurst = 400;

/** What a line shows of a frame is in here: Ethernet, the longest IP header, and eight bytes behind it. */
const headBytes = 96;

/** A line for people, put together when there is time for it: not while a packet is on its way. */
export type Line = string | (() => string);

/** Tells a person what the router does, one line a step, and how many lines it held back. */
export class Journal implements RouterJournal {
  readonly #names: readonly string[];
  readonly #print: (line: Line) => void;
  #tokens = lineBurst;
  #heldBack = 0;
  #nowMs = 0;

  /** `print` takes a line without its end. */
  constructor(interfaceNames: readonly string[], print: (line: Line) => void) {
    this.#names = interfaceNames;
    this.#print = print;
  }

  /** Sets the clock of the lines that follow (ms since the program started) and says what was held back. */
  tick(nowMs: number): void {
    this.#tokens = Math.min(lineBurst, this.#tokens + (nowMs - this.#nowMs) * linesPerMs);
    this.#nowMs = nowMs;
    // Half full again: the storm is over, or a line about it is due.
    if (this.#heldBack === 0 || this.#tokens < lineBurst / 2) return;
    const heldBack = this.#heldBack.toLocaleString('en');
    this.#line(() => `… ${heldBack} lines held back, every packet was handled`);
    this.#heldBack = 0;
  }

  received(index: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#mayPrint()) this.#frame('rx', index, bytes, start, end);
  }

  sent(index: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#mayPrint()) this.#frame('tx', index, bytes, start, end);
  }

  ignored(why: string): void {
    if (this.#mayPrint()) this.#line(() => `ignored: ${why}`);
  }

  routed(destination: number, route: Route | undefined): void {
    if (!this.#mayPrint()) return;
    const nextHop = route?.gateway || destination;
    this.#line(() => {
      const way = route ? `${route.interface} via ${ipv4Text(nextHop)}` : 'no route';
      return `lpm ${ipv4Text(destination)} -> ${way}`;
    });
  }

  arpHit(nextHop: number, mac: Uint8Array): void {
    if (!this.#mayPrint()) return;
    const is = formatMac(mac);
    this.#line(() => `arp hit ${ipv4Text(nextHop)} ${is}`);
  }

  arpMiss(nextHop: number, outcome: 'ask' | 'queued' | 'full'): void {
    if (!this.#mayPrint()) return;
    this.#line(() => `arp miss ${ipv4Text(nextHop)}, ${outcome === 'full' ? 'queue full, dropped' : 'queued'}`);
  }

  arpGaveUp(nextHop: number, waited: number): void {
    if (this.#mayPrint()) this.#line(() => `arp gave up on ${ipv4Text(nextHop)}, ${waited} waited`);
  }

  /** Takes the price of a line, or counts it as held back. */
  #mayPrint(): boolean {
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    this.#heldBack++;
    return false;
  }

  #frame(way: 'rx' | 'tx', index: number, bytes: Uint8Array, start: number, end: number): void {
    // The frame itself is only lent.
    const head = bytes.slice(start, Math.min(end, start + headBytes));
    const length = end - start;
    this.#line(() => `${way} ${this.#name(index)}  ${frameText(head, length)}`);
  }

  #line(text: () => string): void {
    const atMs = this.#nowMs;
    this.#print(() => `${(atMs / 1000).toFixed(4)} ${text()}`);
  }

  #name(index: number): string {
    return this.#names[index] ?? `interface ${index}`;
  }
}

/** The interfaces of HWINFO as a table. */
export function interfaceTable(
  interfaces: readonly { readonly name: string; readonly address: number; readonly mac: Uint8Array }[],
): string[] {
  const width = Math.max(0, ...interfaces.map(({ name }) => name.length));
  return interfaces.map(
    ({ name, address: own, mac }) => `  ${name.padEnd(width)}  ${ipv4Text(own).padEnd(15)}  ${formatMac(mac)}`,
  );
}

export const routeLines = (routes: readonly Route[]): string[] => routes.map((route) => `  ${routeText(route)}`);

/** `IP 10.0.1.100 > 192.168.2.2 ttl 64, echo request`: what a frame is, in the words of the console's trace. */
function frameText(head: Uint8Array, lengthBytes: number): string {
  const at = ether.header;
  const etherType = u16(head, ether.type);
  if (etherType === etherTypes.arp && lengthBytes - at >= arp.length) return arpText(head, at);
  if (etherType === etherTypes.ipv4 && lengthBytes - at >= ip.header) return ipText(head, at, head.length);
  return `type 0x${etherType.toString(16).padStart(4, '0')}, ${lengthBytes} bytes`;
}

function arpText(bytes: Uint8Array, at: number): string {
  const sender = ipv4Text(address(bytes, at + arp.senderAddress));
  const target = ipv4Text(address(bytes, at + arp.targetAddress));
  if (u16(bytes, at + arp.operation) === 1) return `ARP who has ${target} tell ${sender}`;
  return `ARP ${sender} is at ${formatMac(bytes, at + arp.senderMac)}`;
}

function ipText(bytes: Uint8Array, at: number, end: number): string {
  const source = ipv4Text(address(bytes, at + ip.source));
  const destination = ipv4Text(address(bytes, at + ip.destination));
  return `IP ${source} > ${destination} ttl ${bytes[at + ip.ttl]}${payloadText(bytes, at, end)}`;
}

const icmpNames: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'unreachable',
  8: 'echo request',
  11: 'time exceeded',
};
const unreachableNames = ['net unreachable', 'host unreachable', 'protocol unreachable', 'port unreachable'];

function payloadText(bytes: Uint8Array, at: number, end: number): string {
  const start = at + headerLength(bytes, at);
  const offset = u16(bytes, at + ip.fragment) & fragment.offset;
  if (offset !== 0) return `, fragment at ${offset * 8}`;
  if (end - start < 4) return '';
  const protocol = bytes[at + ip.protocol];
  if (protocol === protocols.tcp) return `, tcp port ${u16(bytes, start + 2)}`;
  if (protocol === protocols.udp) return `, udp port ${u16(bytes, start + 2)}`;
  if (protocol !== protocols.icmp) return `, protocol ${protocol}`;
  const type = bytes[start] ?? 0;
  const code = bytes[start + icmp.code] ?? 0;
  const name = icmpNames[type] ?? `icmp type ${type}`;
  if (type === 3) return `, ${unreachableNames[code] ?? `unreachable, code ${code}`}`;
  const isEcho = type === 0 || type === 8;
  return isEcho && end - start >= icmp.header ? `, ${name} ${u16(bytes, start + icmp.sequence)}` : `, ${name}`;
}
