import { etherTypes } from '../layers/ethernet.ts';
import { isIcmpError } from '../layers/icmp-names.ts';
import { ipProtocols } from '../layers/ipv4.ts';
import { protocolFor } from '../layers/table.ts';
import { areTcpOptions } from '../layers/tcp-options.ts';
import type { Table } from '../protocol.ts';
import type { FilterRecord } from './record.ts';

/** Headers that a plain frame has at most once, at a place that its first bytes tell. */
const headers = ['eth', 'vlan', 'arp', 'ip', 'ipv6', 'icmp', 'icmpv6', 'tcp', 'udp'] as const;
export type HeaderName = (typeof headers)[number];
export const headerCodes = Object.fromEntries(headers.map((name, code) => [name, code])) as Readonly<
  Record<HeaderName, number>
>;

const { eth, vlan, arp, ip, ipv6, icmp, icmpv6, tcp, udp } = headerCodes;
const sizes = { eth: 14, vlan: 4, arp: 28, ip: 20, ipv6: 40, icmp: 8, tcp: 20, udp: 8 } as const;
const firstType = 0x0600;
/** Ethernet with IPv4 addresses of four bytes: hardware type, protocol type and sizes of nearly every ARP. */
const usualArp = [0, 1, 8, 0, 6, 4] as const;
/** RFC 4443 §2.1: ICMPv6 errors quote their cause. */
const firstInformational = 128;

/**
 * Where the headers of a frame stand, read from its first bytes without dissecting it. A frame is plain when nothing in it
 * is malformed, cut within a header, quoted or carried within another: then each header is there once, and what stands at
 * its offsets is what dissecting would say. Everything else is for the dissector.
 */
export class Layout {
  isPlain = false;
  /** Offset of each header in the record's bytes, -1 when it is not there. */
  readonly at = new Int32Array(headers.length);
  /** Behind the last byte that each one carries, captured. */
  readonly reach = new Int32Array(headers.length);
  /** Bytes of payload of TCP, on the wire. */
  tcpLength = 0;
  #upperTable: Table | undefined;
  #upperFrom = 0;
  #upperTo = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #wireEnd = 0;

  read(record: FilterRecord): void {
    this.#bytes = record.bytes;
    this.#start = record.start;
    this.#end = record.end;
    this.#wireEnd = record.start + Math.max(record.length, record.end - record.start);
    this.#upperTable = undefined;
    this.at.fill(-1);
    this.isPlain = this.#link();
  }

  /** The protocol above TCP or UDP, undefined when there is none. */
  upper(): string | undefined {
    const transport = this.at[this.#upperTable === 'tcp' ? tcp : udp] ?? -1;
    if (this.#upperTable === undefined) return undefined;
    const [from, to] = [this.#u16(transport), this.#u16(transport + 2)];
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    return protocolFor(this.#upperTable, low, high, this.#bytes, this.#upperFrom, this.#upperTo).name;
  }

  #u16(at: number): number {
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0);
  }

  #put(header: number, at: number, reach: number): void {
    this.at[header] = at;
    this.reach[header] = reach;
  }

  #link(): boolean {
    const start = this.#start;
    if (this.#end - start < sizes.eth) return false;
    this.#put(eth, start, this.#end);
    let type = this.#u16(start + 12);
    let next = start + sizes.eth;
    if (type === etherTypes.vlan) {
      if (this.#end - next < sizes.vlan) return false;
      this.#put(vlan, next, this.#end);
      type = this.#u16(next + 2);
      next += sizes.vlan;
    }
    if (type === etherTypes.ipv4) return this.#ipv4(next);
    if (type === etherTypes.arp) return this.#arp(next);
    if (type === etherTypes.ipv6) return this.#ipv6(next);
    return type >= firstType && type !== etherTypes.vlan && type !== etherTypes.serviceVlan && type !== etherTypes.lldp;
  }

  #arp(at: number): boolean {
    if (this.#end - at < sizes.arp) return false;
    for (let i = 0; i < usualArp.length; i++) if (this.#bytes[at + i] !== usualArp[i]) return false;
    this.#put(arp, at, at + sizes.arp);
    return true;
  }

  #ipv4(at: number): boolean {
    // With options the header is longer, and may be wrong.
    if (this.#end - at < sizes.ip || this.#bytes[at] !== 0x45) return false;
    const total = this.#u16(at + 2);
    if (total < sizes.ip) return false;
    const wireEnd = Math.min(at + total, this.#wireEnd);
    // Dissecting a cut packet judges its lengths otherwise than here.
    this.#put(ip, at, Math.min(wireEnd, this.#end));
    if ((this.#u16(at + 6) & 0x1fff) !== 0) return true;
    return this.#transport(this.#bytes[at + 9] ?? 0, at + sizes.ip, at + total);
  }

  #ipv6(at: number): boolean {
    if (this.#end - at < sizes.ipv6 || (this.#bytes[at] ?? 0) >>> 4 !== 6) return false;
    const next = this.#bytes[at + 6] ?? 0;
    // Extension headers.
    if (next === 0 || next === 43 || next === 44 || next === 60) return false;
    const packetEnd = at + sizes.ipv6 + this.#u16(at + 4);
    this.#put(ipv6, at, Math.min(packetEnd, this.#end));
    return this.#transport(next, at + sizes.ipv6, packetEnd);
  }

  /** `packetEnd` is what the IP header says, `end` what is here of it. */
  #transport(protocol: number, at: number, packetEnd: number): boolean {
    const end = Math.min(packetEnd, this.#end);
    if (at >= end) return true;
    if (protocol === ipProtocols.tcp) return this.#tcp(at, end, packetEnd);
    if (protocol === ipProtocols.udp) return this.#udp(at, end);
    if (protocol === ipProtocols.icmp) {
      if (end - at < sizes.icmp || isIcmpError(this.#bytes[at] ?? 0)) return false;
      this.#put(icmp, at, end);
    } else if (protocol === ipProtocols.icmpv6) {
      if (end - at < sizes.icmp || (this.#bytes[at] ?? 0) < firstInformational) return false;
      this.#put(icmpv6, at, end);
    }
    return true;
  }

  #tcp(at: number, end: number, wireEnd: number): boolean {
    if (end - at < sizes.tcp) return false;
    const payloadAt = at + ((this.#bytes[at + 12] ?? 0) >>> 4) * 4;
    if (payloadAt < at + sizes.tcp || payloadAt > end) return false;
    if (payloadAt > at + sizes.tcp && !areTcpOptions(this.#bytes, at + sizes.tcp, payloadAt)) return false;
    this.#put(tcp, at, end);
    this.tcpLength = Math.max(0, wireEnd - payloadAt);
    return payloadAt >= end || this.#carries('tcp', payloadAt, end);
  }

  #udp(at: number, end: number): boolean {
    const length = this.#u16(at + 4);
    if (end - at < sizes.udp || length < sizes.udp) return false;
    this.#put(udp, at, end);
    const to = Math.min(at + length, end);
    return at + sizes.udp >= to || this.#carries('udp', at + sizes.udp, to);
  }

  /** What a transport carries: it is known later, but whether frames may stand in it is known now. */
  #carries(table: 'tcp' | 'udp', from: number, to: number): boolean {
    this.#upperTable = table;
    this.#upperFrom = from;
    this.#upperTo = to;
    const transport = this.at[table === 'tcp' ? tcp : udp] ?? 0;
    return table === 'udp' || !(mayCarryFrames(this.#u16(transport)) || mayCarryFrames(this.#u16(transport + 2)));
  }
}

/** Ports of OpenFlow and VNS: whole frames stand in their messages. */
const mayCarryFrames = (port: number): boolean => port === 6633 || port === 6653 || port === 8888;
