import { ipv4 as address, formatIpv4 } from '../../codec/addresses.ts';
import { u8, u16 } from '../../codec/numbers.ts';
import { bitRows, field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex, hex16, withName } from '../text.ts';
import type { Field, ProtocolKind } from '../tree.ts';
import { ipv4Options } from './ipv4-options.ts';

export const ipProtocols = { icmp: 1, igmp: 2, tcp: 6, udp: 17, ipv6: 41, icmpv6: 58 } as const;
export const protocolNames: Readonly<Record<number, string>> = {
  0: 'hop-by-hop options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  43: 'routing',
  44: 'fragment',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'nothing',
  60: 'destination options',
  89: 'OSPF',
  132: 'SCTP',
};
export const protocolText = withName(protocolNames);
/** The protocol's name, as far as it has one. */
export const protocolName = (protocol: number): string => protocolNames[protocol] ?? `protocol ${protocol}`;

/** Glyph of a packet whose transport cannot be read: a fragment. */
export function kindOfProtocol(protocol: number): ProtocolKind {
  if (protocol === ipProtocols.icmp || protocol === ipProtocols.icmpv6) return 'icmp';
  if (protocol === ipProtocols.tcp) return 'tcp';
  return protocol === ipProtocols.udp ? 'udp' : 'other';
}

const ecnText = withName({ 0: 'not ECN-capable', 1: 'ECT(1)', 2: 'ECT(0)', 3: 'congestion' });
const dscpText = withName({ 0: 'default', 46: 'EF' });

/** The byte that was once type of service, with its two parts. */
export function trafficClass(name: string, label: string, value: number, start: number, end: number): Field {
  const row = { start, end };
  const dscp = value >>> 2;
  const ecn = value & 3;
  const children: Field[] = [
    { name: `${name}.dscp`, label: 'Differentiated services', text: dscpText(dscp), value: dscp, ...row },
    { name: `${name}.ecn`, label: 'Congestion notification', text: ecnText(ecn), value: ecn, ...row },
  ];
  return { name, label, text: hex(2)(value), value, ...row, children };
}

const moreFragments = 0x2000;
const offsetMask = 0x1fff;
const flagBits = [
  [4, 'ip.flags.rb', 'Reserved'],
  [2, 'ip.flags.df', 'Don’t fragment'],
  [1, 'ip.flags.mf', 'More fragments'],
] as const;
const flagNames = ['', 'more fragments', 'don’t fragment', 'don’t fragment, more fragments'] as const;
const flagsText = (flags: number): string => `${hex(1)(flags)} ${flagNames[flags & 3]}`.trimEnd();

function fragmentRows(value: number, start: number, end: number): Field[] {
  const flags = value >>> 13;
  // In units of eight bytes, as Wireshark's filters have it.
  const offset = value & offsetMask;
  const children = bitRows(flags, start, start + 1, flagBits);
  return [
    { name: 'ip.flags', label: 'Flags', text: flagsText(flags), value: flags, start, end: start + 1, children },
    { name: 'ip.frag_offset', label: 'Fragment offset', text: `${offset * 8} bytes`, value: offset, start, end },
  ];
}

function firstRows(value: number, start: number, end: number): Field[] {
  const version = value >>> 4;
  const bytes = (value & 15) * 4;
  return [
    { name: 'ip.version', label: 'Version', text: String(version), value: version, start, end },
    { name: 'ip.hdr_len', label: 'Header length', text: `${bytes} bytes`, value: bytes, start, end },
  ];
}

const ipHeader = header({
  first: rows(u8, firstRows),
  service: rows(u8, (value, start, end) => [trafficClass('ip.dsfield', 'Traffic class', value, start, end)]),
  totalLength: field(u16, 'ip.len', 'Total length'),
  id: field(u16, 'ip.id', 'Identification', hex16),
  fragment: rows(u16, fragmentRows),
  ttl: field(u8, 'ip.ttl', 'Time to live'),
  protocol: field(u8, 'ip.proto', 'Protocol', protocolText),
  checksum: field(u16, 'ip.checksum', 'Header checksum', hex16),
  source: field(address, 'ip.src', 'Source'),
  destination: field(address, 'ip.dst', 'Destination'),
});
const totalLengthAt = ipHeader.offset('totalLength');
const idAt = ipHeader.offset('id');
const fragmentAt = ipHeader.offset('fragment');
const ttlAt = ipHeader.offset('ttl');
const protocolAt = ipHeader.offset('protocol');
const checksumAt = ipHeader.offset('checksum');
const sourceAt = ipHeader.offset('source');
const destinationAt = ipHeader.offset('destination');

/** RFC 791. A fragment that is not the first carries no transport header: its payload is data. */
export const ipv4: Protocol = {
  name: 'ip',
  label: 'Internet Protocol 4',
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd, quoted } = layer.place;
    const { first, totalLength, fragment, protocol, source, destination } = layer.read(ipHeader);
    layer.summary = `${source} → ${destination}`;
    const headerEnd = start + (first & 15) * 4;
    if (first >>> 4 !== 4) layer.fail(`version ${first >>> 4} in an IPv4 header`, start);
    if (headerEnd < start + ipHeader.size) layer.fail(`a header of ${headerEnd - start} bytes`, start);
    if (totalLength < headerEnd - start)
      layer.fail(`total length ${totalLength} is less than the header`, start + totalLengthAt);
    const packetEnd = start + totalLength;
    if (packetEnd > wireEnd && quoted !== true) {
      const text = `only ${wireEnd - start} bytes follow`;
      layer.amend('ip.len', { note: { level: 'bad', text } });
    }
    if (packetEnd < end) layer.trailer = { start: packetEnd, end };
    layer.checksum('ip.checksum', start, headerEnd, start + checksumAt);
    ipv4Options(layer, headerEnd);
    const more = (fragment & moreFragments) !== 0;
    if ((fragment & offsetMask) !== 0) {
      layer.summary += `, fragment at ${(fragment & offsetMask) * 8}`;
      layer.follow('data', 0, headerEnd, packetEnd);
      return;
    }
    const network = { addressesAt: start + sourceAt, addressBytes: 8, protocol, fragment: more } as const;
    layer.follow('ip', protocol, headerEnd, packetEnd, { network });
  },
  brief(line: Brief): void {
    if (!line.is('IPv4', 'other', ipHeader.size)) return;
    const { bytes, view, start, wireEnd } = line;
    line.source = formatIpv4(bytes, start + sourceAt);
    line.destination = formatIpv4(bytes, start + destinationAt);
    const headerLength = (view.getUint8(start) & 15) * 4;
    const totalLength = view.getUint16(start + totalLengthAt);
    if (view.getUint8(start) >>> 4 !== 4 || headerLength < ipHeader.size || totalLength < headerLength) {
      line.info = 'Malformed header';
      return;
    }
    const protocol = view.getUint8(start + protocolAt);
    line.ttl = view.getUint8(start + ttlAt);
    line.kind = kindOfProtocol(protocol);
    const fragment = view.getUint16(start + fragmentAt);
    if ((fragment & offsetMask) !== 0) {
      const id = hex16(view.getUint16(start + idAt));
      line.info = `Fragment of ${protocolName(protocol)} at ${(fragment & offsetMask) * 8} id=${id}`;
      return;
    }
    line.protocol = protocolNames[protocol] ?? 'IPv4';
    line.info = `Protocol ${protocol}, ${totalLength - headerLength} bytes`;
    line.follow('ip', protocol, start + headerLength, Math.min(wireEnd, start + totalLength));
  },
};
