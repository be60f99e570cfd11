import { u16 } from '../../codec/numbers.ts';
import { field, header } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex16 } from '../text.ts';
import { payloadRow } from './data.ts';

const udpHeader = header({
  sourcePort: field(u16, 'udp.srcport', 'Source port'),
  destinationPort: field(u16, 'udp.dstport', 'Destination port'),
  length: field(u16, 'udp.length', 'Length'),
  checksum: field(u16, 'udp.checksum', 'Checksum', hex16),
});
const destinationAt = udpHeader.offset('destinationPort');
const lengthAt = udpHeader.offset('length');
const checksumAt = udpHeader.offset('checksum');

/** RFC 768. */
export const udp: Protocol = {
  name: 'udp',
  label: 'UDP',
  dissect(layer: LayerBuilder): void {
    const { start, wireEnd, network, quoted } = layer.place;
    const { sourcePort, destinationPort, length, checksum } = layer.read(udpHeader);
    layer.summary = `${sourcePort} → ${destinationPort}`;
    if (length < udpHeader.size) layer.fail(`length ${length} is less than the header`, start + lengthAt);
    const datagramEnd = start + length;
    if (datagramEnd > wireEnd && quoted !== true && network?.fragment !== true) {
      layer.amend('udp.length', { note: { level: 'bad', text: `only ${wireEnd - start} bytes follow` } });
    }
    if (checksum !== 0) layer.transportChecksum('udp.checksum', start, datagramEnd, start + checksumAt, 0xffff);
    // Over IPv6 it may not be left out (RFC 8200 §8.1).
    else if (network?.addressBytes === 32) layer.amend('udp.checksum', { note: { level: 'bad', text: 'missing' } });
    else layer.amend('udp.checksum', { note: { level: 'info', text: 'not used' } });
    const value = layer.bytes.subarray(layer.reader.offset, Math.min(datagramEnd, wireEnd, layer.place.end));
    if (value.length > 0) layer.add(payloadRow('udp.payload', value, layer.reader.offset));
    const [low, high] = [Math.min(sourcePort, destinationPort), Math.max(sourcePort, destinationPort)];
    layer.follow('udp', low, layer.reader.offset, datagramEnd, { orCode: high });
  },
  brief(line: Brief): void {
    if (!line.is('UDP', 'udp', udpHeader.size)) return;
    const { view, start } = line;
    const source = view.getUint16(start);
    const destination = view.getUint16(start + destinationAt);
    const length = view.getUint16(start + lengthAt);
    line.info = `${source} → ${destination} Len=${length - udpHeader.size}`;
    if (length < udpHeader.size) line.info = `${source} → ${destination} Malformed: length ${length}`;
    else {
      const end = Math.min(line.wireEnd, start + length);
      line.follow('udp', Math.min(source, destination), start + udpHeader.size, end, Math.max(source, destination));
    }
  },
};
