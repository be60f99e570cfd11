import { formatMac } from '../../codec/addresses.ts';
import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes as bytesOf, rest } from '../../codec/raw.ts';
import { bitRows, field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { bytesText, formatIpv6, hex16, withName } from '../text.ts';
import { etherTypes } from './ethernet.ts';
import { ipv6Address } from './ipv6-address.ts';

export const icmpv6TypeNames: Readonly<Record<number, string>> = {
  1: 'Destination unreachable',
  2: 'Packet too big',
  3: 'Time exceeded',
  4: 'Parameter problem',
  128: 'Echo request',
  129: 'Echo reply',
  130: 'Listener query',
  131: 'Listener report',
  132: 'Listener done',
  133: 'Router solicitation',
  134: 'Router advertisement',
  135: 'Neighbour solicitation',
  136: 'Neighbour advertisement',
  137: 'Redirect',
  143: 'Listener report v2',
};
const sentences: Readonly<Record<number, readonly string[]>> = {
  1: [
    'Destination net unreachable',
    'Communication prohibited',
    'Beyond scope of the source',
    'Destination host unreachable',
    'Destination port unreachable',
  ],
  3: ['Hop limit exceeded in transit', 'Fragment reassembly time exceeded'],
};

const sentence = (type: number, code: number): string =>
  sentences[type]?.[code] ?? icmpv6TypeNames[type] ?? `Type ${type} code=${code}`;

const types = {
  tooBig: 2,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  solicitRouter: 133,
  advertiseRouter: 134,
  solicit: 135,
  advertise: 136,
  redirect: 137,
} as const;
/** RFC 4443 §2.1: the types below are errors and quote their cause. */
const firstInformational = 128;
const isEcho = (type: number): boolean => type === types.echoRequest || type === types.echoReply;

const icmpHeader = header({
  type: field(u8, 'icmpv6.type', 'Type', withName(icmpv6TypeNames)),
  code: field(u8, 'icmpv6.code', 'Code'),
  checksum: field(u16, 'icmpv6.checksum', 'Checksum', hex16),
});
const codeAt = icmpHeader.offset('code');
const checksumAt = icmpHeader.offset('checksum');
const bodyAt = icmpHeader.size;
const targetAt = bodyAt + 4;
const size = icmpHeader.size + 4;

const reserved = field(bytesOf(4), 'icmpv6.reserved', 'Reserved');
const mtu = field(u32, 'icmpv6.mtu', 'MTU');
const pointer = field(u32, 'icmpv6.pointer', 'Pointer');
const identifier = field(u16, 'icmpv6.echo.identifier', 'Identifier', hex16);
const sequence = field(u16, 'icmpv6.echo.sequence_number', 'Sequence');
const echoData = field(rest, 'icmpv6.echo.data', 'Data', bytesText);
const solicited = field(ipv6Address, 'icmpv6.nd.ns.target_address', 'Target');
const advertised = field(ipv6Address, 'icmpv6.nd.na.target_address', 'Target');
const advertisementFlags = rows(u32, (value, start, end) =>
  bitRows(value, start, end, [
    [0x8000_0000, 'icmpv6.nd.na.flag.r', 'Router'],
    [0x4000_0000, 'icmpv6.nd.na.flag.s', 'Solicited'],
    [0x2000_0000, 'icmpv6.nd.na.flag.o', 'Override'],
  ]),
);
const routerRows = [
  field(u8, 'icmpv6.nd.ra.cur_hop_limit', 'Hop limit'),
  field(u8, 'icmpv6.nd.ra.flag', 'Flags'),
  field(u16, 'icmpv6.nd.ra.router_lifetime', 'Router lifetime', (seconds) => `${seconds} s`),
  field(u32, 'icmpv6.nd.ra.reachable_time', 'Reachable time', (ms) => `${ms} ms`),
  field(u32, 'icmpv6.nd.ra.retrans_timer', 'Retransmission time', (ms) => `${ms} ms`),
] as const;

const optionText = withName({
  1: 'source link-layer address',
  2: 'target link-layer address',
  3: 'prefix',
  4: 'redirected header',
  5: 'MTU',
});
const optionType = field(u8, 'icmpv6.opt.type', 'Type', optionText);
const optionLength = field(u8, 'icmpv6.opt.length', 'Length', (words) => `${words * 8} bytes`);

/** Options of neighbour discovery (RFC 4861 §4.6). */
function options(layer: LayerBuilder): void {
  const { reader, bytes } = layer;
  while (reader.left > 0) {
    layer.nest('icmpv6.option', 'Option', (into) => {
      const type = layer.one(optionType, into);
      const length = layer.one(optionLength, into) * 8;
      if (length === 0) layer.fail('an option without a length', reader.offset - 1);
      const start = reader.take(length - 2);
      const row = { start, end: reader.offset };
      if (length === 8 && (type === 1 || type === 2)) {
        const address = formatMac(bytes, start);
        into.push({ name: 'icmpv6.opt.linkaddr', label: 'Address', text: address, value: address, ...row });
        return { text: `${optionText(type)}: ${address}`, value: type };
      }
      const value = bytes.subarray(start, reader.offset);
      into.push({ name: 'icmpv6.opt.data', label: 'Data', text: bytesText(value), value, ...row });
      return { text: optionText(type), value: type };
    });
  }
}

function body(layer: LayerBuilder, type: number): void {
  const { reader } = layer;
  if (isEcho(type)) {
    layer.one(identifier);
    layer.one(sequence);
    if (reader.left > 0) layer.one(echoData);
  } else if (type === types.solicitRouter) layer.one(reserved);
  else if (type === types.advertiseRouter) for (const row of routerRows) layer.one<string | number>(row);
  else if (type === types.solicit) {
    layer.one(reserved);
    layer.one(solicited);
  } else if (type === types.advertise) {
    layer.one(advertisementFlags);
    layer.one(advertised);
  } else if (type === types.redirect) {
    layer.one(reserved);
    layer.one(field(ipv6Address, 'icmpv6.rd.na.target_address', 'Better next hop'));
    layer.one(field(ipv6Address, 'icmpv6.rd.na.destination_address', 'Destination'));
  }
  if (type >= types.solicitRouter && type <= types.redirect) options(layer);
}

/** RFC 4443 and the neighbour discovery of RFC 4861. */
export const icmpv6: Protocol = {
  name: 'icmpv6',
  label: 'ICMPv6',
  dissect(layer: LayerBuilder): void {
    const { start, wireEnd } = layer.place;
    const { reader } = layer;
    const { type, code } = layer.read(icmpHeader);
    layer.summary = sentence(type, code);
    layer.transportChecksum('icmpv6.checksum', start, wireEnd, start + checksumAt);
    if (type < firstInformational) {
      if (type === types.tooBig) layer.one(mtu);
      else if (type === types.parameterProblem) layer.one(pointer);
      else layer.one(reserved);
      layer.follow('ethertype', etherTypes.ipv6, reader.offset, wireEnd, { quoted: true });
      return;
    }
    body(layer, type);
    layer.follow('data', 0, reader.offset, wireEnd);
  },
  brief(line: Brief): void {
    if (!line.is('ICMPv6', 'icmp', size)) return;
    const { view, bytes, start, end } = line;
    const type = view.getUint8(start);
    if (type < firstInformational) line.kind = 'icmp-error';
    line.info = sentence(type, view.getUint8(start + codeAt));
    if (isEcho(type)) {
      const id = hex16(view.getUint16(start + bodyAt));
      line.info += ` seq=${view.getUint16(start + bodyAt + 2)} hop limit=${line.ttl} id=${id}`;
    } else if ((type === types.solicit || type === types.advertise) && start + targetAt + 16 <= end) {
      line.info += ` for ${formatIpv6(bytes, start + targetAt)}`;
    }
  },
};
