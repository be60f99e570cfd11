import { u16, u32 } from '../../codec/numbers.ts';
import { bitRows, field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex, hex16 } from '../text.ts';
import type { Field } from '../tree.ts';
import { payloadRow } from './data.ts';
import { tcpOptions } from './tcp-options.ts';

const flagBits = [
  [0xe00, 'tcp.flags.res', 'Reserved'],
  [0x100, 'tcp.flags.ae', 'Accurate ECN'],
  [0x080, 'tcp.flags.cwr', 'Congestion window reduced'],
  [0x040, 'tcp.flags.ece', 'ECN echo'],
  [0x020, 'tcp.flags.urg', 'Urgent'],
  [0x010, 'tcp.flags.ack', 'Acknowledgement'],
  [0x008, 'tcp.flags.push', 'Push'],
  [0x004, 'tcp.flags.reset', 'Reset'],
  [0x002, 'tcp.flags.syn', 'Syn'],
  [0x001, 'tcp.flags.fin', 'Fin'],
] as const;
const ackFlag = 0x010;
const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'] as const;
/** By the flags: the texts of all combinations, made once. */
const flagTexts = Array.from({ length: 0x200 }, (_, flags) =>
  flagNames.filter((_name, bit) => (flags & (1 << bit)) !== 0).join(', '),
);
const flagsText = (flags: number): string => flagTexts[flags & 0x1ff] ?? '';

function controlRows(value: number, start: number, end: number): Field[] {
  const length = (value >>> 12) * 4;
  const flags = value & 0xfff;
  const text = `${hex(3)(flags)} ${flagsText(flags)}`.trimEnd();
  const children = bitRows(flags, start, end, flagBits);
  return [
    { name: 'tcp.hdr_len', label: 'Header length', text: `${length} bytes`, value: length, start, end: start + 1 },
    { name: 'tcp.flags', label: 'Flags', text, value: flags, start, end, children },
  ];
}

const tcpHeader = header({
  sourcePort: field(u16, 'tcp.srcport', 'Source port'),
  destinationPort: field(u16, 'tcp.dstport', 'Destination port'),
  sequence: field(u32, 'tcp.seq', 'Sequence number'),
  acknowledgement: field(u32, 'tcp.ack', 'Acknowledgement number'),
  control: rows(u16, controlRows),
  window: field(u16, 'tcp.window_size_value', 'Window'),
  checksum: field(u16, 'tcp.checksum', 'Checksum', hex16),
  urgentPointer: field(u16, 'tcp.urgent_pointer', 'Urgent pointer'),
});
const destinationAt = tcpHeader.offset('destinationPort');
const sequenceAt = tcpHeader.offset('sequence');
const acknowledgementAt = tcpHeader.offset('acknowledgement');
const controlAt = tcpHeader.offset('control');
const windowAt = tcpHeader.offset('window');
const checksumAt = tcpHeader.offset('checksum');
/** A quoted datagram has at least so much of it (RFC 792). */
const quotedSize = 8;

const quotedPorts = header({
  sourcePort: field(u16, 'tcp.srcport', 'Source port'),
  destinationPort: field(u16, 'tcp.dstport', 'Destination port'),
  sequence: field(u32, 'tcp.seq', 'Sequence number'),
});

/** RFC 9293. Sequence numbers as they are on the wire; segments are not put together. */
export const tcp: Protocol = {
  name: 'tcp',
  label: 'TCP',
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd, quoted } = layer.place;
    if (quoted === true && end - start < tcpHeader.size && end - start >= quotedSize) {
      const ports = layer.read(quotedPorts);
      layer.summary = `${ports.sourcePort} → ${ports.destinationPort}`;
      layer.follow('data', 0, layer.reader.offset, wireEnd);
      return;
    }
    const { sourcePort, destinationPort, control } = layer.read(tcpHeader);
    layer.summary = `${sourcePort} → ${destinationPort} [${flagsText(control)}]`;
    const headerEnd = start + (control >>> 12) * 4;
    if (headerEnd < start + tcpHeader.size) layer.fail(`a header of ${headerEnd - start} bytes`, start + controlAt);
    if (headerEnd > wireEnd && quoted !== true)
      layer.fail(`a header of ${headerEnd - start} bytes, ${wireEnd - start} are there`, start + controlAt);
    layer.transportChecksum('tcp.checksum', start, wireEnd, start + checksumAt);
    tcpOptions(layer, headerEnd);
    const length = Math.max(0, wireEnd - headerEnd);
    layer.add({
      name: 'tcp.len',
      label: 'Payload length',
      text: `${length} bytes`,
      value: length,
      start: layer.reader.offset,
      end: layer.reader.offset,
    });
    if (headerEnd < end) {
      const value = layer.bytes.subarray(headerEnd, Math.min(wireEnd, end));
      layer.add(payloadRow('tcp.payload', value, headerEnd));
    }
    const [low, high] = [Math.min(sourcePort, destinationPort), Math.max(sourcePort, destinationPort)];
    layer.follow('tcp', low, headerEnd, wireEnd, { orCode: high });
  },
  brief(line: Brief): void {
    if (!line.is('TCP', 'tcp', tcpHeader.size)) return;
    const { view, start, wireEnd } = line;
    const source = view.getUint16(start);
    const destination = view.getUint16(start + destinationAt);
    const control = view.getUint16(start + controlAt);
    const headerLength = (control >>> 12) * 4;
    const length = wireEnd - start - headerLength;
    const ack = (control & ackFlag) === 0 ? '' : ` Ack=${view.getUint32(start + acknowledgementAt)}`;
    const numbers = `Seq=${view.getUint32(start + sequenceAt)}${ack} Win=${view.getUint16(start + windowAt)}`;
    line.info = `${source} → ${destination} [${flagsText(control)}] ${numbers} Len=${length}`;
    if (headerLength < tcpHeader.size || length < 0) line.info = `${source} → ${destination} Malformed header`;
    else if (length > 0) {
      line.follow('tcp', Math.min(source, destination), start + headerLength, wireEnd, Math.max(source, destination));
    }
  },
};
