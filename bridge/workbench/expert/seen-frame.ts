import { ipv4Text } from '../../codec/addresses.ts';
import { internetChecksum } from '../../packet/checksum.ts';
import {
  address,
  arp,
  ether,
  etherTypes,
  fragment,
  icmp,
  icmpTypes,
  ip,
  protocols,
  u16,
} from '../../packet/header-layout.ts';
import { protocolFor } from '../../packet/layers/table.ts';
import { type LoggedRecord, newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { macText } from './mac-texts.ts';

/** ICMP types that report an error (RFC 1122 §3.2.2). */
const errorTypes: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

const tcpHeader = 20;
const udpHeader = 8;

/** A record's frame, read as far as findings depend on it: the same object again and again. Addresses are signed numbers. */
export class SeenFrame {
  readonly record: LoggedRecord = newLoggedRecord();
  kind: 'arp' | 'ipv4' | 'other' = 'other';
  /** Where the ARP packet or IPv4 header begins in `record.bytes`. */
  at = 0;
  /** Behind the IPv4 header, and behind the datagram as far as it was kept. */
  payload = 0;
  payloadEnd = 0;
  /** Lengths as the IPv4 header has them, bytes. */
  header = 0;
  total = 0;
  /** The whole datagram was kept. */
  isWhole = false;
  isFragment = false;
  isLaterFragment = false;
  /** −1 when it is not ICMP, or its header was not kept. */
  icmpType = -1;

  /** Reads a record of a log; false when it is no longer kept. */
  look(log: PacketLog, seq: number): boolean {
    if (!log.look(seq, this.record)) return false;
    const { bytes, start, end } = this.record;
    const type = end - start < ether.header ? 0 : u16(bytes, start + ether.type);
    this.at = start + ether.header;
    this.kind = 'other';
    this.icmpType = -1;
    if (type === etherTypes.arp && end - this.at >= arp.length && isOfIpv4(bytes, this.at)) this.kind = 'arp';
    else if (type === etherTypes.ipv4 && end - this.at >= ip.header) this.#ipv4(bytes, end);
    return true;
  }

  #ipv4(bytes: Uint8Array, end: number): void {
    const { at } = this;
    this.kind = 'ipv4';
    this.header = ((bytes[at] ?? 0) & 15) * 4;
    this.total = u16(bytes, at + ip.totalLength);
    this.payload = Math.min(end, at + Math.max(ip.header, this.header));
    this.payloadEnd = Math.max(this.payload, Math.min(end, at + this.total));
    this.isWhole = this.header >= ip.header && this.total >= this.header && at + this.total <= end;
    const flags = u16(bytes, at + ip.fragment);
    this.isFragment = (flags & (fragment.more | fragment.offset)) !== 0;
    this.isLaterFragment = (flags & fragment.offset) !== 0;
    const isIcmp = this.protocol === protocols.icmp && !this.isLaterFragment;
    if (isIcmp && this.payloadEnd - this.payload >= icmp.header) this.icmpType = bytes[this.payload] ?? 0;
  }

  get seq(): number {
    return this.record.seq;
  }
  get bytes(): Uint8Array {
    return this.record.bytes;
  }
  get frame(): Uint8Array {
    return this.record.bytes.subarray(this.record.start, this.record.end);
  }
  get toMac(): string {
    return macText(this.bytes, this.record.start);
  }
  get fromMac(): string {
    return macText(this.bytes, this.record.start + ether.source);
  }
  get isToGroup(): boolean {
    return ((this.bytes[this.record.start] ?? 0) & 1) === 1;
  }

  get ttl(): number {
    return this.bytes[this.at + ip.ttl] ?? 0;
  }
  get protocol(): number {
    return this.bytes[this.at + ip.protocol] ?? 0;
  }
  get id(): number {
    return u16(this.bytes, this.at + ip.id);
  }
  get source(): number {
    return address(this.bytes, this.at + ip.source);
  }
  get destination(): number {
    return address(this.bytes, this.at + ip.destination);
  }
  get isHeaderSound(): boolean {
    return internetChecksum(this.bytes, this.at, this.payload) === 0;
  }
  get isIcmpError(): boolean {
    return errorTypes.has(this.icmpType);
  }
  get icmpCode(): number {
    return this.bytes[this.payload + icmp.code] ?? 0;
  }
  get echoId(): number {
    return u16(this.bytes, this.payload + icmp.id);
  }
  get echoSequence(): number {
    return u16(this.bytes, this.payload + icmp.sequence);
  }
  /** Where the datagram that an ICMP error quotes begins. */
  get quote(): number {
    return this.payload + icmp.header;
  }
  /** The echo request that an ICMP error quotes. */
  get quotedEcho(): { source: number; destination: number; id: number; sequence: number } | undefined {
    const { bytes, quote, payloadEnd } = this;
    const inner = quote + ((bytes[quote] ?? 0) & 15) * 4;
    if (inner + icmp.header > payloadEnd || bytes[quote + ip.protocol] !== protocols.icmp) return undefined;
    return {
      source: address(bytes, quote + ip.source),
      destination: address(bytes, quote + ip.destination),
      id: u16(bytes, inner + icmp.id),
      sequence: u16(bytes, inner + icmp.sequence),
    };
  }
  /** ARP, an echo, TCP and UDP of no known application: what was read here is all that can be wrong with it. */
  get isPlain(): boolean {
    if (this.kind !== 'ipv4') return this.kind === 'arp';
    if (this.header !== ip.header || !this.isWhole || this.isFragment || (this.bytes[this.at] ?? 0) >>> 4 !== 4)
      return false;
    const { bytes, payload, payloadEnd, protocol } = this;
    const length = payloadEnd - payload;
    if (protocol === protocols.tcp || protocol === protocols.udp) {
      const isTcp = protocol === protocols.tcp;
      const data = payload + (isTcp ? tcpHeader : udpHeader);
      const isSound = isTcp
        ? length >= tcpHeader && (bytes[payload + 12] ?? 0) >>> 4 === tcpHeader / 4
        : length >= udpHeader && u16(bytes, payload + 4) === length;
      const [from, to] = [u16(bytes, payload), u16(bytes, payload + 2)];
      const carried = protocolFor(isTcp ? 'tcp' : 'udp', to, from, bytes, data, payloadEnd);
      return isSound && (data >= payloadEnd || carried.name === 'data');
    }
    return this.icmpType === icmpTypes.echoRequest || this.icmpType === icmpTypes.echoReply;
  }

  get operation(): number {
    return u16(this.bytes, this.at + arp.operation);
  }
  get senderMac(): string {
    return macText(this.bytes, this.at + arp.senderMac);
  }
  get senderAddress(): number {
    return address(this.bytes, this.at + arp.senderAddress);
  }
  get targetMac(): string {
    return macText(this.bytes, this.at + arp.targetMac);
  }
  get targetAddress(): number {
    return address(this.bytes, this.at + arp.targetAddress);
  }
}

const isOfIpv4 = (bytes: Uint8Array, at: number): boolean =>
  u16(bytes, at) === 1 && u16(bytes, at + arp.protocol) === etherTypes.ipv4 && u16(bytes, at + arp.sizes) === 0x0604;

/** `10.0.1.1 → 192.168.2.2` */
export const endsOf = ({ source, destination }: Pick<SeenFrame, 'source' | 'destination'>): string =>
  `${ipv4Text(source)} → ${ipv4Text(destination)}`;
