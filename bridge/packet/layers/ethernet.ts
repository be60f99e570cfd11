import { formatMac, mac } from '../../codec/addresses.ts';
import { u16 } from '../../codec/numbers.ts';
import { field, header, unshown } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex16, withName } from '../text.ts';
import type { Field } from '../tree.ts';

export const etherTypes = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
  lldp: 0x88cc,
} as const;

export const etherTypeNames: Readonly<Record<number, string>> = {
  2048: 'IPv4',
  2054: 'ARP',
  33024: 'VLAN',
  34525: 'IPv6',
  34984: 'service VLAN',
  35020: 'LLDP',
};
export const etherTypeText = withName(etherTypeNames, hex16);

/** Numbers below are the length of an 802.3 frame, not a type. */
const firstType = 0x0600;
/** What such a frame carries; no EtherType has this number. */
export const llcCode = 0;

const ethernetHeader = header({
  destination: field(mac, 'eth.dst', 'Destination', (value) =>
    value === 'ff:ff:ff:ff:ff:ff' ? `${value} (broadcast)` : value,
  ),
  source: field(mac, 'eth.src', 'Source'),
  typeOrLength: unshown(u16),
});
const typeAt = ethernetHeader.offset('typeOrLength');
const sourceAt = ethernetHeader.offset('source');

/** The two bits of the first byte that say whose address it is. */
function addressBits(name: string, first: number, at: number): Field[] {
  const local = (first & 2) !== 0;
  const group = (first & 1) !== 0;
  const row = { start: at, end: at + 1 };
  return [
    { name: `${name}.lg`, label: 'Administration', text: local ? 'local' : 'global', value: local, ...row },
    { name: `${name}.ig`, label: 'Receivers', text: group ? 'group' : 'one', value: group, ...row },
  ];
}

/** IEEE 802.3, Ethernet II and the older frame with a length. */
export const ethernet: Protocol = {
  name: 'eth',
  label: 'Ethernet II',
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd } = layer.place;
    const { bytes, reader } = layer;
    const { destination, source, typeOrLength } = layer.read(ethernetHeader);
    layer.amend('eth.dst', { children: addressBits('eth.dst', bytes[start] ?? 0, start) });
    layer.amend('eth.src', { children: addressBits('eth.src', bytes[start + sourceAt] ?? 0, start + sourceAt) });
    layer.summary = `${source} → ${destination}`;
    const row = { value: typeOrLength, start: start + typeAt, end: reader.offset };
    if (typeOrLength >= firstType) {
      layer.add({ name: 'eth.type', label: 'Type', text: etherTypeText(typeOrLength), ...row });
      layer.follow('ethertype', typeOrLength, reader.offset, wireEnd);
      return;
    }
    layer.label = 'Ethernet 802.3';
    layer.add({ name: 'eth.len', label: 'Length', text: String(typeOrLength), ...row });
    const payloadEnd = reader.offset + typeOrLength;
    if (payloadEnd < end) layer.trailer = { start: payloadEnd, end };
    layer.follow('ethertype', llcCode, reader.offset, Math.min(payloadEnd, wireEnd));
  },
  brief(line: Brief): void {
    if (!line.is('Ethernet', 'other', ethernetHeader.size)) return;
    const { start, view, bytes } = line;
    line.destination = formatMac(bytes, start);
    line.source = formatMac(bytes, start + sourceAt);
    const type = view.getUint16(start + typeAt);
    if (type >= firstType) {
      line.info = `Type ${etherTypeText(type)}`;
      line.follow('ethertype', type, start + ethernetHeader.size, line.wireEnd);
      return;
    }
    line.info = `802.3, ${type} bytes`;
    line.follow('ethertype', llcCode, start + ethernetHeader.size, start + ethernetHeader.size + type);
  },
};
