import { formatIpv4 } from '../../codec/addresses.ts';
import { isIcmpError } from '../layers/icmp-names.ts';
import { formatIpv6 } from '../text.ts';

/** What of a frame has conversations. */
export type Transport = 'tcp' | 'udp';

/** Bits of TCP's flags. */
export const tcpFlags = { fin: 0x01, syn: 0x02, reset: 0x04, ack: 0x10 } as const;

const etherTypes = { first: 0x0600, ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const;
/** LLC with SNAP (RFC 1042): an EtherType follows. */
const snap = [0xaa, 0xaa, 0x03, 0, 0, 0] as const;
const ipProtocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;
const sizes = { ethernet: 14, vlan: 4, snap: 8, ipv4: 20, ipv6: 40, icmp: 8, tcp: 20, udp: 8 } as const;
/** RFC 4443 §2.1: ICMPv6 errors quote their cause. */
const firstInformational = 128;
const windowScaleOption = 3;

/**
 * The TCP segment or UDP datagram of a frame, read anew into the same object for each (PK70). Fragments have none: which
 * conversation a part belongs to its own bytes do not tell. Of an ICMP error it is the one that is quoted.
 */
export class Segment {
  transport: Transport = 'tcp';
  /** Stands in an ICMP error: it was seen before, on another way. */
  isQuoted = false;
  /** Names both ends, the same for both directions. */
  key = '';
  /** Whether the end that the key names first sent it. */
  isFromFirst = true;
  sequence = 0;
  acknowledgement = 0;
  flags = 0;
  window = 0;
  /** Shift of the window scale option, -1 without one. */
  windowScale = -1;
  /** Bytes of payload on the wire. */
  length = 0;
  /** What is kept of the payload: `bytes[payloadStart, payloadEnd)`. */
  payloadStart = 0;
  payloadEnd = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #wireEnd = 0;
  #sourceAt = 0;
  #addressBytes = 4;
  #portsAt = 0;

  /** Reads `bytes[start, end)`, a frame of `length` bytes on the wire; false when it has none. */
  read(bytes: Uint8Array, start: number, end: number, length: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.#wireEnd = start + Math.max(length, end - start);
    this.isQuoted = false;
    if (end - start < sizes.ethernet) return false;
    let at = start + sizes.ethernet;
    let type = this.#u16(at - 2);
    while ((type === etherTypes.vlan || type === etherTypes.serviceVlan) && end - at >= sizes.vlan) {
      type = this.#u16(at + 2);
      at += sizes.vlan;
    }
    if (type < etherTypes.first && end - at >= sizes.snap && snap.every((byte, i) => byte === this.#u8(at + i))) {
      type = this.#u16(at + snap.length);
      at += sizes.snap;
    }
    if (type === etherTypes.ipv4) return this.#ipv4(at);
    return type === etherTypes.ipv6 && this.#ipv6(at);
  }

  /** Address and port of who sent it; valid until the bytes change. */
  get source(): { readonly address: string; readonly port: number } {
    return { address: this.#address(this.#sourceAt), port: this.#u16(this.#portsAt) };
  }
  get destination(): { readonly address: string; readonly port: number } {
    return { address: this.#address(this.#sourceAt + this.#addressBytes), port: this.#u16(this.#portsAt + 2) };
  }

  #address(at: number): string {
    return this.#addressBytes === 4 ? formatIpv4(this.#bytes, at) : formatIpv6(this.#bytes, at);
  }

  #u8(at: number): number {
    return this.#bytes[at] ?? 0;
  }
  #u16(at: number): number {
    return (this.#u8(at) << 8) | this.#u8(at + 1);
  }
  #u32(at: number): number {
    return ((this.#u16(at) << 16) | this.#u16(at + 2)) >>> 0;
  }

  #ipv4(at: number): boolean {
    if (this.#end - at < sizes.ipv4 || this.#u8(at) >>> 4 !== 4) return false;
    const header = (this.#u8(at) & 0x0f) * 4;
    // Zero where the network card cuts a longer one into packets.
    const total = this.#u16(at + 2) || this.#wireEnd - at;
    if (header < sizes.ipv4 || total < header || (this.#u16(at + 6) & 0x3fff) !== 0) return false;
    this.#sourceAt = at + 12;
    this.#addressBytes = 4;
    return this.#upper(this.#u8(at + 9), at + header, at + total);
  }

  #ipv6(at: number): boolean {
    if (this.#end - at < sizes.ipv6 || this.#u8(at) >>> 4 !== 6) return false;
    this.#sourceAt = at + 8;
    this.#addressBytes = 16;
    return this.#upper(this.#u8(at + 6), at + sizes.ipv6, at + sizes.ipv6 + this.#u16(at + 4));
  }

  /** `packetEnd` is what the IP header says. */
  #upper(protocol: number, at: number, packetEnd: number): boolean {
    if (protocol === ipProtocols.tcp) return this.#tcp(at, packetEnd);
    if (protocol === ipProtocols.udp) return this.#udp(at, packetEnd);
    if (this.isQuoted || this.#end - at < sizes.icmp) return false;
    const type = this.#u8(at);
    if (protocol === ipProtocols.icmp && isIcmpError(type)) {
      this.isQuoted = true;
      return this.#ipv4(at + sizes.icmp);
    }
    if (protocol !== ipProtocols.icmpv6 || type >= firstInformational) return false;
    this.isQuoted = true;
    return this.#ipv6(at + sizes.icmp);
  }

  #tcp(at: number, packetEnd: number): boolean {
    if (this.#end - at < sizes.tcp) return false;
    const payloadAt = at + (this.#u8(at + 12) >>> 4) * 4;
    if (payloadAt < at + sizes.tcp || payloadAt > packetEnd) return false;
    this.transport = 'tcp';
    this.#ends(at);
    this.sequence = this.#u32(at + 4);
    this.flags = this.#u8(at + 13) & 0x3f;
    this.acknowledgement = (this.flags & tcpFlags.ack) === 0 ? 0 : this.#u32(at + 8);
    this.window = this.#u16(at + 14);
    this.windowScale = (this.flags & tcpFlags.syn) === 0 ? -1 : this.#windowScale(at + sizes.tcp, payloadAt);
    this.#payload(payloadAt, packetEnd);
    return true;
  }

  #udp(at: number, packetEnd: number): boolean {
    if (this.#end - at < sizes.udp) return false;
    const length = this.#u16(at + 4);
    if (length < sizes.udp) return false;
    this.transport = 'udp';
    this.#ends(at);
    this.flags = 0;
    this.#payload(at + sizes.udp, Math.min(at + length, packetEnd));
    return true;
  }

  #payload(at: number, wireEnd: number): void {
    this.length = Math.max(0, wireEnd - at);
    this.payloadStart = Math.min(at, this.#end);
    this.payloadEnd = Math.max(this.payloadStart, Math.min(wireEnd, this.#end));
  }

  #ends(at: number): void {
    this.#portsAt = at;
    const first = this.#name(this.#sourceAt, at);
    const second = this.#name(this.#sourceAt + this.#addressBytes, at + 2);
    this.isFromFirst = first <= second;
    const pair = this.isFromFirst ? `${first} ${second}` : `${second} ${first}`;
    this.key = this.transport === 'tcp' ? pair : `u${pair}`;
  }

  /** Of one end, the shortest: there are many. */
  #name(addressAt: number, portAt: number): string | number {
    const port = this.#u16(portAt);
    if (this.#addressBytes === 4) return this.#u32(addressAt) * 0x1_0000 + port;
    return `${formatIpv6(this.#bytes, addressAt)} ${port}`;
  }

  #windowScale(from: number, to: number): number {
    const end = Math.min(to, this.#end);
    for (let at = from; at < end; ) {
      const kind = this.#u8(at);
      if (kind === 0) break;
      if (kind === windowScaleOption) return Math.min(this.#u8(at + 2), 14);
      const length = kind === 1 ? 1 : this.#u8(at + 1);
      if (length === 0) break;
      at += length;
    }
    return -1;
  }
}
