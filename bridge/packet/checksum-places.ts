import { expectedChecksum, internetChecksum, pseudoHeaderSum } from './checksum.ts';
import { etherTypes } from './layers/ethernet.ts';
import { ipProtocols } from './layers/ipv4.ts';

/** A checksum of a frame: where it stands, and what is right there for the bytes as they are. */
export interface ChecksumPlace {
  readonly field: string;
  readonly at: number;
  readonly expected: number;
}

const firstTypeAt = 12;
const vlanTag = 4;
const ipv4Header = 20;
const ipv6Header = 40;
/** IPv6 headers that only stand between the first one and the transport. */
const extensions: ReadonlySet<number> = new Set([0, 43, 60]);

/** By protocol: name, where the field stands in the header, and whether the sum begins with the addresses. */
const transports = new Map([
  [ipProtocols.icmp as number, { field: 'icmp.checksum', at: 2, hasAddresses: false }],
  [ipProtocols.tcp, { field: 'tcp.checksum', at: 16, hasAddresses: true }],
  [ipProtocols.udp, { field: 'udp.checksum', at: 6, hasAddresses: true }],
  [ipProtocols.icmpv6, { field: 'icmpv6.checksum', at: 2, hasAddresses: true }],
]);

interface Transport {
  readonly protocol: number;
  readonly start: number;
  readonly end: number;
  readonly addressesAt: number;
  readonly addressBytes: 8 | 32;
}

/**
 * The checksums of a frame of Ethernet that can be computed from it: the IP header's, and that of the transport when all
 * of it is here. What an ICMP error quotes is somebody else's, and a UDP checksum of 0 is not used (WB56).
 */
export function checksumPlaces(frame: Uint8Array): readonly ChecksumPlace[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = firstTypeAt;
  const isTag = (type: number): boolean => type === etherTypes.vlan || type === etherTypes.serviceVlan;
  while (at + 2 <= frame.length && isTag(view.getUint16(at))) at += vlanTag;
  if (at + 2 > frame.length) return [];
  const type = view.getUint16(at);
  const places: ChecksumPlace[] = [];
  let transport: Transport | undefined;
  if (type === etherTypes.ipv4) transport = inIpv4(frame, view, at + 2, places);
  else if (type === etherTypes.ipv6) transport = inIpv6(view, at + 2);
  const place = transport && inTransport(frame, view, transport);
  return place === undefined ? places : [...places, place];
}

/**
 * Whether the transport's checksum in an IPv4 datagram whose header begins at `ipAt` and whose data are `bytes[start, end)`
 * is surely right, told without an object. False leaves it open: 0 and 0xffff stand for the same sum.
 */
export function isSurelyRight(bytes: Uint8Array, ipAt: number, start: number, end: number): boolean {
  const protocol = bytes[ipAt + 9] ?? 0;
  const header = transports.get(protocol);
  if (header === undefined || start + header.at + 2 > end) return false;
  const is = ((bytes[start + header.at] ?? 0) << 8) | (bytes[start + header.at + 1] ?? 0);
  if (is === 0 || is === 0xffff) return false;
  const initial = header.hasAddresses ? pseudoHeaderSum(bytes, ipAt + 12, 8, protocol, end - start) : 0;
  return internetChecksum(bytes, start, end, initial) === 0;
}

function inIpv4(frame: Uint8Array, view: DataView, start: number, places: ChecksumPlace[]): Transport | undefined {
  if (start + ipv4Header > frame.length) return undefined;
  const headerEnd = start + (view.getUint8(start) & 15) * 4;
  if (headerEnd < start + ipv4Header || headerEnd > frame.length) return undefined;
  const at = start + 10;
  places.push({ field: 'ip.checksum', at, expected: expectedChecksum(frame, start, headerEnd, at) });
  const end = start + view.getUint16(start + 2);
  const isFragment = (view.getUint16(start + 6) & 0x3fff) !== 0;
  if (isFragment || end > frame.length) return undefined;
  return { protocol: view.getUint8(start + 9), start: headerEnd, end, addressesAt: start + 12, addressBytes: 8 };
}

function inIpv6(view: DataView, start: number): Transport | undefined {
  if (start + ipv6Header > view.byteLength) return undefined;
  const end = start + ipv6Header + view.getUint16(start + 4);
  if (end > view.byteLength) return undefined;
  let protocol = view.getUint8(start + 6);
  let at = start + ipv6Header;
  while (extensions.has(protocol) && at + 8 <= end) {
    protocol = view.getUint8(at);
    at += 8 + view.getUint8(at + 1) * 8;
  }
  return { protocol, start: at, end, addressesAt: start + 8, addressBytes: 32 };
}

function inTransport(frame: Uint8Array, view: DataView, transport: Transport): ChecksumPlace | undefined {
  const { protocol, start, end, addressesAt, addressBytes } = transport;
  const header = transports.get(protocol);
  if (header === undefined || start + header.at + 2 > end) return undefined;
  const at = start + header.at;
  const isUdp = protocol === ipProtocols.udp;
  if (isUdp && addressBytes === 8 && view.getUint16(at) === 0) return undefined;
  const initial = header.hasAddresses ? pseudoHeaderSum(frame, addressesAt, addressBytes, protocol, end - start) : 0;
  const sum = expectedChecksum(frame, start, end, at, initial);
  return { field: header.field, at, expected: isUdp && sum === 0 ? 0xffff : sum };
}
