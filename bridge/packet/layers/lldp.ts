import { formatIpv4, formatMac } from '../../codec/addresses.ts';
import { u16 } from '../../codec/numbers.ts';
import { rows } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { bytesText, formatIpv6, printable, withName } from '../text.ts';
import type { Field } from '../tree.ts';

const tlvNames: Readonly<Record<number, string>> = {
  0: 'End',
  1: 'Chassis ID',
  2: 'Port ID',
  3: 'Time to live',
  4: 'Port description',
  5: 'System name',
  6: 'System description',
  7: 'System capabilities',
  8: 'Management address',
  127: 'Organization-specific',
};
const tlvText = withName(tlvNames);
const chassisSubtypes = {
  1: 'component',
  2: 'interface alias',
  3: 'port component',
  4: 'MAC address',
  5: 'network address',
  6: 'interface name',
  7: 'local',
};
const portSubtypes = {
  1: 'interface alias',
  2: 'port component',
  3: 'MAC address',
  4: 'network address',
  5: 'interface name',
  6: 'circuit ID',
  7: 'local',
};
const macSubtype = { chassis: 4, port: 3 } as const;
const networkSubtype = { chassis: 5, port: 4 } as const;

const tlvHead = rows(u16, (value, start, end) => [
  { name: 'lldp.tlv.type', label: 'Type', text: tlvText(value >>> 9), value: value >>> 9, start, end: start + 1 },
  { name: 'lldp.tlv.len', label: 'Length', text: String(value & 0x1ff), value: value & 0x1ff, start, end },
]);

interface Id {
  readonly text: string;
  /** What Wireshark calls it by the kind of id. */
  readonly suffix: string;
}

/** The id behind the subtype byte at `at`. */
function idAt(bytes: Uint8Array, at: number, end: number, kind: 'chassis' | 'port'): Id {
  const subtype = bytes[at] ?? 0;
  const length = end - at - 1;
  if (subtype === macSubtype[kind] && length === 6) return { text: formatMac(bytes, at + 1), suffix: '.mac' };
  if (subtype === networkSubtype[kind]) {
    if (bytes[at + 1] === 1 && length === 5) return { text: formatIpv4(bytes, at + 2), suffix: '.ip4' };
    if (bytes[at + 1] === 2 && length === 17) return { text: formatIpv6(bytes, at + 2), suffix: '.ip6' };
  }
  return { text: printable(bytes, at + 1, end), suffix: '' };
}

function identifier(layer: LayerBuilder, kind: 'chassis' | 'port', end: number, into: Field[]): string {
  const { bytes, reader } = layer;
  const start = reader.take(1);
  const subtype = bytes[start] ?? 0;
  const text = withName(kind === 'chassis' ? chassisSubtypes : portSubtypes)(subtype);
  into.push({ name: `lldp.${kind}.subtype`, label: 'Kind', text, value: subtype, start, end: start + 1 });
  const id = idAt(bytes, start, end, kind);
  reader.take(end - reader.offset);
  // Wireshark's chassis id without a better type is bytes.
  const value = kind === 'chassis' && id.suffix === '' ? bytes.subarray(start + 1, end) : id.text;
  into.push({ name: `lldp.${kind}.id${id.suffix}`, label: 'ID', text: id.text, value, start: start + 1, end });
  return id.text;
}

const textNames: Readonly<Record<number, string>> = {
  4: 'lldp.port.desc',
  5: 'lldp.tlv.system.name',
  6: 'lldp.tlv.system.desc',
};

function content(layer: LayerBuilder, type: number, end: number, into: Field[]): string {
  const {
    bytes,
    reader,
    reader: { offset: start },
  } = layer;
  if (start === end) return '';
  if (type === 1 || type === 2) return identifier(layer, type === 1 ? 'chassis' : 'port', end, into);
  reader.take(end - start);
  const row = { start, end };
  if (type === 3 && end - start === 2) {
    const seconds = reader.view.getUint16(start);
    into.push({ name: 'lldp.time_to_live', label: 'Seconds', text: `${seconds} s`, value: seconds, ...row });
    return `${seconds} s`;
  }
  const name = textNames[type];
  if (name !== undefined) {
    const text = printable(bytes, start, end);
    into.push({ name, label: 'Text', text, value: text, ...row });
    return text;
  }
  const value = bytes.subarray(start, end);
  into.push({ name: 'lldp.data', label: 'Data', text: bytesText(value), value, ...row });
  return '';
}

/** IEEE 802.1AB. */
export const lldp: Protocol = {
  name: 'lldp',
  label: 'LLDP',
  dissect(layer: LayerBuilder): void {
    const { reader } = layer;
    for (let type = -1; type !== 0 && reader.left > 0; ) {
      layer.nest('lldp.tlv', 'TLV', (into) => {
        const head = layer.one(tlvHead, into);
        type = head >>> 9;
        const end = reader.offset + (head & 0x1ff);
        if (end > reader.end)
          layer.fail(`an item of ${head & 0x1ff} bytes, ${reader.left} are there`, reader.offset - 2);
        const text = content(layer, type, end, into);
        return { text: text === '' ? tlvText(type) : `${tlvNames[type] ?? type}: ${text}`, value: type };
      });
    }
    layer.summary = briefOf(layer.bytes, reader.view, layer.place.start, layer.place.end);
    if (reader.offset < layer.place.end) layer.trailer = { start: reader.offset, end: layer.place.end };
  },
  brief(line: Brief): void {
    if (line.is('LLDP', 'other', 2)) line.info = briefOf(line.bytes, line.view, line.start, line.end);
  },
};

function briefOf(bytes: Uint8Array, view: DataView, start: number, end: number): string {
  let chassis = '';
  let port = '';
  for (let at = start; at + 2 <= end; ) {
    const head = view.getUint16(at);
    const type = head >>> 9;
    const next = at + 2 + (head & 0x1ff);
    if (type === 0 || next > end) break;
    if (next > at + 2 && type === 1) chassis = idAt(bytes, at + 2, next, 'chassis').text;
    if (next > at + 2 && type === 2) port = idAt(bytes, at + 2, next, 'port').text;
    at = next;
  }
  return `Chassis ${chassis} port ${port}`;
}
