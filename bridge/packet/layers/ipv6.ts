import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes as bytesOf } from '../../codec/raw.ts';
import { bitRows, field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { formatIpv6, hex } from '../text.ts';
import type { Field } from '../tree.ts';
import { kindOfProtocol, protocolName, protocolText, trafficClass } from './ipv4.ts';
import { ipv6Address } from './ipv6-address.ts';

function firstRows(value: number, start: number): Field[] {
  const version = value >>> 28;
  const flow = value & 0xfffff;
  return [
    { name: 'ipv6.version', label: 'Version', text: String(version), value: version, start, end: start + 1 },
    trafficClass('ipv6.tclass', 'Traffic class', (value >>> 20) & 0xff, start, start + 2),
    { name: 'ipv6.flow', label: 'Flow label', text: hex(5)(flow), value: flow, start: start + 1, end: start + 4 },
  ];
}

const ipv6Header = header({
  first: rows(u32, firstRows),
  payloadLength: field(u16, 'ipv6.plen', 'Payload length'),
  nextHeader: field(u8, 'ipv6.nxt', 'Next header', protocolText),
  hopLimit: field(u8, 'ipv6.hlim', 'Hop limit'),
  source: field(ipv6Address, 'ipv6.src', 'Source'),
  destination: field(ipv6Address, 'ipv6.dst', 'Destination'),
});
const payloadLengthAt = ipv6Header.offset('payloadLength');
const nextHeaderAt = ipv6Header.offset('nextHeader');
const hopLimitAt = ipv6Header.offset('hopLimit');
const sourceAt = ipv6Header.offset('source');
const destinationAt = ipv6Header.offset('destination');

const extensions = { hopByHop: 0, routing: 43, fragment: 44, destination: 60 } as const;
const isOption = (code: number): boolean =>
  code === extensions.hopByHop || code === extensions.routing || code === extensions.destination;

const names: Readonly<Record<number, readonly [name: string, label: string]>> = {
  0: ['ipv6.hopopts', 'Hop-by-hop options'],
  43: ['ipv6.routing', 'Routing'],
  60: ['ipv6.dstopts', 'Destination options'],
};

const moreFlag = 1;
function fragmentRows(value: number, start: number, end: number): readonly Field[] {
  const offset = (value >>> 3) * 8;
  return [
    { name: 'ipv6.fraghdr.offset', label: 'Offset', text: `${offset} bytes`, value: value >>> 3, start, end },
    ...bitRows(value, start, end, [[moreFlag, 'ipv6.fraghdr.more', 'More fragments']]),
  ];
}
const fragmentHeader = header({
  next: field(u8, 'ipv6.fraghdr.nxt', 'Next header', protocolText),
  reserved: field(u8, 'ipv6.fraghdr.reserved_octet', 'Reserved'),
  place: rows(u16, fragmentRows),
  id: field(u32, 'ipv6.fraghdr.ident', 'Identification', hex(8)),
});

function optionHeader(layer: LayerBuilder, code: number): number {
  const [name, label] = names[code] ?? ['ipv6.ext', 'Extension'];
  let next = 0;
  layer.nest(name, label, (into) => {
    next = layer.one(field(u8, `${name}.nxt`, 'Next header', protocolText), into);
    const length = layer.one(
      field(u8, `${name}.len`, 'Length', (words) => `${(words + 1) * 8} bytes`),
      into,
    );
    layer.one(field(bytesOf((length + 1) * 8 - 2), 'ipv6.ext.data', 'Options'), into);
    return { text: `then ${protocolText(next)}`, value: code };
  });
  return next;
}

/** RFC 8200, with the extension headers; those are rows of this layer. */
export const ipv6: Protocol = {
  name: 'ipv6',
  label: 'Internet Protocol 6',
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd, quoted } = layer.place;
    const { reader } = layer;
    const { first, payloadLength, nextHeader, source, destination } = layer.read(ipv6Header);
    layer.summary = `${source} → ${destination}`;
    if (first >>> 28 !== 6) layer.fail(`version ${first >>> 28} in an IPv6 header`, start);
    const packetEnd = reader.offset + payloadLength;
    if (packetEnd > wireEnd && quoted !== true) {
      layer.amend('ipv6.plen', { note: { level: 'bad', text: `only ${wireEnd - reader.offset} bytes follow` } });
    }
    if (packetEnd < end) layer.trailer = { start: packetEnd, end };
    reader.end = Math.min(reader.end, packetEnd);
    let next = nextHeader;
    let isFragment = false;
    for (;;) {
      if (isOption(next)) next = optionHeader(layer, next);
      else if (next === extensions.fragment) {
        let later = false;
        layer.nest('ipv6.fraghdr', 'Fragment', (into) => {
          const read = fragmentHeader.read(reader, into);
          next = read.next;
          later = read.place >>> 3 > 0;
          isFragment ||= later || (read.place & moreFlag) !== 0;
          return { text: `at ${(read.place >>> 3) * 8}, id ${hex(8)(read.id)}`, value: read.id };
        });
        if (later) {
          layer.follow('data', 0, reader.offset, packetEnd);
          return;
        }
      } else break;
    }
    const network = { addressesAt: start + sourceAt, addressBytes: 32, protocol: next, fragment: isFragment } as const;
    layer.follow('ip', next, reader.offset, packetEnd, { network });
  },
  brief(line: Brief): void {
    if (!line.is('IPv6', 'other', ipv6Header.size)) return;
    const { bytes, view, start } = line;
    line.source = formatIpv6(bytes, start + sourceAt);
    line.destination = formatIpv6(bytes, start + destinationAt);
    line.ttl = view.getUint8(start + hopLimitAt);
    let next = view.getUint8(start + nextHeaderAt);
    let at = start + ipv6Header.size;
    const packetEnd = Math.min(line.wireEnd, at + view.getUint16(start + payloadLengthAt));
    const end = Math.min(line.end, packetEnd);
    while (at + fragmentHeader.size <= end && (isOption(next) || next === extensions.fragment)) {
      const after = view.getUint8(at);
      if (next === extensions.fragment && view.getUint16(at + 2) >>> 3 > 0) {
        line.kind = kindOfProtocol(after);
        const id = hex(8)(view.getUint32(at + 4));
        line.info = `Fragment of ${protocolName(after)} at ${(view.getUint16(at + 2) >>> 3) * 8} id=${id}`;
        return;
      }
      at += next === extensions.fragment ? fragmentHeader.size : (view.getUint8(at + 1) + 1) * 8;
      next = after;
    }
    line.kind = kindOfProtocol(next);
    line.info = `Next header ${protocolText(next)}`;
    if (at <= end) line.follow('ip', next, at, packetEnd);
  },
};
