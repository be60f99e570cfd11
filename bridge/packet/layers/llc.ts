import { u8, u16, u24 } from '../../codec/numbers.ts';
import { field, header } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { hex, withName } from '../text.ts';
import { etherTypeText } from './ethernet.ts';

const sapText = withName({ 66: 'spanning tree', 170: 'SNAP', 224: 'NetWare', 240: 'NetBIOS' }, hex(2));
const llcHeader = header({
  destination: field(u8, 'llc.dsap', 'Destination service', sapText),
  source: field(u8, 'llc.ssap', 'Source service', sapText),
});
const control = field(u8, 'llc.control', 'Control', hex(2));
const wideControl = field(u16, 'llc.control', 'Control', hex(4));
const organization = field(u24, 'llc.oui', 'Organization', hex(6));
const type = field(u16, 'llc.type', 'Type', etherTypeText);

const snap = 0xaa;

/** IEEE 802.2 logical link control, with SNAP: what an 802.3 frame with a length carries. */
export const llc: Protocol = {
  name: 'llc',
  label: 'Logical Link Control',
  dissect(layer: LayerBuilder): void {
    const { destination } = layer.read(llcHeader);
    layer.summary = `to ${sapText(destination)}`;
    // Unnumbered frames have one byte of control, the others two.
    const unnumbered = ((layer.bytes[layer.reader.offset] ?? 0) & 3) === 3;
    layer.one(unnumbered ? control : wideControl);
    if (destination === snap && layer.one(organization) === 0) {
      const code = layer.one(type);
      layer.follow('ethertype', code, layer.reader.offset, layer.place.wireEnd);
      return;
    }
    layer.follow('data', 0, layer.reader.offset, layer.place.wireEnd);
  },
  brief(line: Brief): void {
    if (line.is('LLC', 'other', llcHeader.size)) line.info = `To ${sapText(line.bytes[line.start] ?? 0)}`;
  },
};
