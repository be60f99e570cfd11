import { formatIpv4, ipv4 } from '../../codec/addresses.ts';
import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes, rest } from '../../codec/raw.ts';
import { field, header } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { bytesText, hex16, withName } from '../text.ts';
import { etherTypes } from './ethernet.ts';
import { icmpSentence, icmpTypeNames, icmpTypes, isIcmpError } from './icmp-names.ts';

const icmpHeader = header({
  type: field(u8, 'icmp.type', 'Type', withName(icmpTypeNames)),
  code: field(u8, 'icmp.code', 'Code'),
  checksum: field(u16, 'icmp.checksum', 'Checksum', hex16),
});
const codeAt = icmpHeader.offset('code');
const checksumAt = icmpHeader.offset('checksum');
const identifierAt = icmpHeader.size;
const sequenceAt = identifierAt + 2;
/** Every message that has names here has four bytes more. */
const size = icmpHeader.size + 4;

const identifier = field(u16, 'icmp.ident', 'Identifier', hex16);
const sequence = field(u16, 'icmp.seq', 'Sequence');
const echoData = field(rest, 'icmp.data', 'Data', bytesText);
const quenchUnused = field(bytes(4), 'icmp.quench.unused', 'Unused');
const unusedByte = field(u8, 'icmp.unused', 'Unused');
const unusedHalf = field(bytes(2), 'icmp.unused', 'Unused');
const gateway = field(ipv4, 'icmp.redir_gw', 'Gateway');
const mtu = field(u16, 'icmp.mtu', 'MTU of the next hop');
const quotedWords = field(u8, 'icmp.length', 'Length of the quote', (words) => `${words * 4} bytes`);
const pointer = field(u8, 'icmp.pointer', 'Pointer');
const originate = field(u32, 'icmp.originate_timestamp', 'Originated', (ms) => `${ms} ms since midnight`);
const receive = field(u32, 'icmp.receive_timestamp', 'Received', (ms) => `${ms} ms since midnight`);
const transmit = field(u32, 'icmp.transmit_timestamp', 'Transmitted', (ms) => `${ms} ms since midnight`);

const fragmentationNeeded = 4;

/** The four bytes between the header of an error and the datagram that it quotes. */
function errorRows(layer: LayerBuilder, type: number, code: number): void {
  if (type === icmpTypes.redirect) layer.one(gateway);
  else if (type === icmpTypes.unreachable && code === fragmentationNeeded) {
    layer.one(unusedHalf);
    layer.one(mtu);
  } else if (type === icmpTypes.sourceQuench) layer.one(quenchUnused);
  else {
    // RFC 4884: the second byte is the length of the quote, when extensions follow it.
    const hasLength = layer.bytes[layer.reader.offset + 1] !== 0;
    if (type === icmpTypes.parameterProblem) layer.one(pointer);
    else if (hasLength) layer.one(unusedByte);
    if (hasLength) layer.one(quotedWords);
    const left = layer.place.start + size - layer.reader.offset;
    layer.one(field(bytes(left), 'icmp.unused', 'Unused'));
  }
}

const isEcho = (type: number): boolean => type === icmpTypes.echoRequest || type === icmpTypes.echoReply;

/** RFC 792. An error carries the datagram that caused it as further layers. */
export const icmp: Protocol = {
  name: 'icmp',
  label: 'ICMP',
  dissect(layer: LayerBuilder): void {
    const { start, wireEnd, network } = layer.place;
    const { reader } = layer;
    const { type, code } = layer.read(icmpHeader);
    layer.summary = icmpSentence(type, code);
    if (network?.fragment === true) layer.unverified('icmp.checksum', 'not verified: a fragment');
    else layer.checksum('icmp.checksum', start, wireEnd, start + checksumAt);
    if (isIcmpError(type)) {
      errorRows(layer, type, code);
      layer.follow('ethertype', etherTypes.ipv4, reader.offset, wireEnd, { quoted: true });
      return;
    }
    const isTimestamp = type === icmpTypes.timestampRequest || type === icmpTypes.timestampReply;
    if (isEcho(type) || isTimestamp) {
      layer.one(identifier);
      layer.one(sequence);
    }
    if (isTimestamp) for (const time of [originate, receive, transmit]) layer.one(time);
    if (isEcho(type) && reader.left > 0) layer.one(echoData);
    layer.follow('data', 0, reader.offset, wireEnd);
  },
  brief(line: Brief): void {
    const { view, bytes, start } = line;
    if (!line.is('ICMP', 'icmp', size)) return;
    const type = view.getUint8(start);
    line.info = icmpSentence(type, view.getUint8(start + codeAt));
    if (isEcho(type)) {
      const id = hex16(view.getUint16(start + identifierAt));
      line.info += ` seq=${view.getUint16(start + sequenceAt)} ttl=${line.ttl} id=${id}`;
    } else if (type === icmpTypes.redirect) line.info += ` to ${formatIpv4(bytes, start + identifierAt)}`;
    if (isIcmpError(type)) line.kind = 'icmp-error';
  },
};
