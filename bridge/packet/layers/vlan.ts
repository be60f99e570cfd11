import { bits } from '../../codec/bits.ts';
import { u16 } from '../../codec/numbers.ts';
import { field, header, rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { etherTypeText } from './ethernet.ts';

/** IEEE 802.1Q; the outer tag of two (802.1ad) is the same with another name. */
function tag(name: string, typeName: string, label: string): Protocol {
  const vlanHeader = header({
    tag: rows(bits(u16, { priority: 3, dropEligible: 1, id: 12 }), ({ priority, dropEligible, id }, start, end) => [
      { name: `${name}.priority`, label: 'Priority', text: String(priority), value: priority, start, end: start + 1 },
      {
        name: `${name}.dei`,
        label: 'Drop eligible',
        text: String(dropEligible),
        value: dropEligible,
        start,
        end: start + 1,
      },
      { name: `${name}.id`, label: 'VLAN', text: String(id), value: id, start, end },
    ]),
    type: field(u16, typeName, 'Type', etherTypeText),
  });
  const typeAt = vlanHeader.offset('type');
  return {
    name,
    label,
    dissect(layer: LayerBuilder): void {
      const { tag: read, type } = layer.read(vlanHeader);
      layer.summary = `VLAN ${read.id}`;
      layer.follow('ethertype', type, layer.reader.offset, layer.place.wireEnd);
    },
    brief(line: Brief): void {
      if (!line.is('VLAN', 'other', vlanHeader.size)) return;
      const { view, start } = line;
      line.info = `VLAN ${view.getUint16(start) & 0xfff}`;
      line.follow('ethertype', view.getUint16(start + typeAt), start + vlanHeader.size, line.wireEnd);
    },
  };
}

export const vlan = tag('vlan', 'vlan.etype', 'VLAN 802.1Q');
export const serviceVlan = tag('ieee8021ad', 'ieee8021ad.etype', 'VLAN 802.1ad');
