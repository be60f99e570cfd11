import { DecodeError } from '../codec/errors.ts';
import { linkCodes } from './layers/link.ts';
import { protocolFor } from './layers/table.ts';
import { Brief, LayerBuilder, type Place } from './protocol.ts';
import { bytesText, colonHex } from './text.ts';
import type { Field, Layer, Summary } from './tree.ts';

export type { Field, Layer, Summary } from './tree.ts';

export interface DissectOptions {
  /** What the bytes begin with; a frame of Ethernet when left out. */
  readonly first?: 'ethernet' | 'openflow' | 'vns';
  /** Bytes on the wire, when the frame is a snapshot. */
  readonly length?: number;
}

/** Layers within layers: no real frame comes near. */
const maxLayers = 64;

/** All layers of a frame, with every field and its bytes, and the summary. Never throws, whatever the bytes (PK3). */
export function dissect(
  frame: Uint8Array,
  options: DissectOptions = {},
): { readonly layers: readonly Layer[]; readonly summary: Summary } {
  const first = linkCodes[options.first ?? 'ethernet'];
  const wireEnd = Math.max(options.length ?? 0, frame.length);
  return { layers: layersFrom(frame, first, wireEnd), summary: summarizeFrom(frame, first, wireEnd) };
}

/** Protocols that carry no further one: whoever does not want them need not have them dissected. */
const carriesNothing: ReadonlySet<string> = new Set(['arp', 'dns', 'dhcp', 'http', 'lldp', 'data']);

/** The layers of a frame, of Ethernet unless it begins otherwise; those that carry nothing only when they are among `wanted`. Never throws (PK3). */
export function dissectLayers(
  frame: Uint8Array,
  length: number,
  wanted?: ReadonlySet<string>,
  first: DissectOptions['first'] = 'ethernet',
): readonly Layer[] {
  return layersFrom(frame, linkCodes[first], Math.max(length, frame.length), wanted);
}

function layersFrom(frame: Uint8Array, first: number, wireEnd: number, wanted?: ReadonlySet<string>): Layer[] {
  const todo: Place[] = [{ table: 'link', code: first, start: 0, end: frame.length, wireEnd }];
  const layers: Layer[] = [];
  const padded: PaddedFrame = { fields: undefined, wireEnd };
  for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
    const isDeep = layers.length >= maxLayers;
    const { table, code, orCode = -1, start, end } = isDeep ? { ...place, table: 'data' as const } : place;
    const protocol = protocolFor(table, code, orCode, frame, start, end);
    if (wanted !== undefined && carriesNothing.has(protocol.name) && !wanted.has(protocol.name)) continue;
    const layer = new LayerBuilder(frame, place, protocol.label);
    try {
      protocol.dissect(layer);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      malformed(layer, error);
    }
    if (protocol.name === 'eth') padded.fields = layer.fields;
    if (layer.trailer !== undefined && place.quoted !== true) addPadding(padded, frame, layer.trailer);
    layers.push({
      name: protocol.name,
      label: layer.label,
      summary: layer.summary,
      start,
      end: layer.reader.offset,
      reach: Math.max(layer.reader.offset, layer.trailer?.start ?? end),
      fields: layer.fields,
    });
    // The innermost first: what a message carries comes before the next message.
    for (let i = layer.next.length - 1; i >= 0; i--) {
      const next = layer.next[i];
      if (next !== undefined && !isDeep) todo.push(next);
    }
  }
  return layers;
}

/** The last row of a layer that its bytes do not bear out: what is wrong, and where. */
function malformed(layer: LayerBuilder, error: DecodeError): void {
  const { end, wireEnd } = layer.place;
  // A snapshot, or a quotation in an ICMP error, ends where it ends: nobody's fault.
  const isCut = wireEnd > end || layer.place.quoted === true;
  const start = Math.min(Math.max(layer.reader.offset, layer.place.start), end);
  layer.reader.offset = end;
  layer.add({
    name: isCut ? '_ws.short' : '_ws.malformed',
    label: isCut ? 'Cut off' : 'Malformed',
    text: error.message,
    value: error.message,
    start,
    end,
    note: isCut ? { level: 'info', text: 'cut off' } : { level: 'bad', text: `malformed at byte ${error.offset}` },
  });
}

interface PaddedFrame {
  /** Rows of the Ethernet header that the trailing bytes belong to. */
  fields: Field[] | undefined;
  readonly wireEnd: number;
}
/** Shorter frames are filled up to this (without the checksum, which captures do not have). */
const minFrame = 60;

function addPadding(
  { fields, wireEnd }: PaddedFrame,
  frame: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  if (fields === undefined || fields.some((field) => field.name === 'eth.padding')) return;
  const value = frame.subarray(start, end);
  const name = wireEnd <= minFrame ? 'eth.padding' : 'eth.trailer';
  const label = wireEnd <= minFrame ? 'Padding' : 'Trailer';
  fields.push({ name, label, text: bytesText(value), value, start, end });
}

/** A frame of Ethernet in one line, without a tree; `length` is that on the wire. Never throws (PK3). */
export function summarize(frame: Uint8Array, length = frame.length): Summary {
  return summarizeFrom(frame, linkCodes.ethernet, length);
}

function summarizeFrom(frame: Uint8Array, first: number, length: number): Summary {
  const line = new Brief(frame, length);
  line.table = 'link';
  line.code = first;
  for (let i = 0; i < maxLayers && line.table !== undefined; i++) {
    const { table, code, orCode, start, end } = line;
    line.table = undefined;
    protocolFor(table, code, orCode, frame, start, end).brief(line);
  }
  return line.finish();
}

/** Names that stand for either of two, as in Wireshark: `ip.addr == 10.0.1.1`. */
export const standsFor: Readonly<Record<string, string>> = {
  'eth.src': 'eth.addr',
  'eth.dst': 'eth.addr',
  'ip.src': 'ip.addr',
  'ip.dst': 'ip.addr',
  'ipv6.src': 'ipv6.addr',
  'ipv6.dst': 'ipv6.addr',
  'tcp.srcport': 'tcp.port',
  'tcp.dstport': 'tcp.port',
  'udp.srcport': 'udp.port',
  'udp.dstport': 'udp.port',
};
/** Wireshark's numbers: bad, good, not verified; of UDP also absent (over IPv4 it may be) and illegally absent. */
export function checksumStatus(name: string, value: Field['value'], level: 'ok' | 'bad' | 'info'): number {
  if (name === 'udp.checksum' && value === 0) return level === 'bad' ? 4 : 3;
  return { bad: 0, ok: 1, info: 2 }[level];
}

export type FieldValue = string | number | bigint | boolean;

/**
 * All values by Wireshark's name, in the order of the frame, for filters and checks. A layer's own name (`icmp`) is there
 * with the value true, `ip.addr` and its like stand for source and destination, `ip.checksum.status` is 0 bad, 1 good,
 * 2 not verified, 3 absent; bytes are written `0a:1f:…`.
 */
export function fieldValues(layers: readonly Layer[]): ReadonlyMap<string, readonly FieldValue[]> {
  const values = new Map<string, FieldValue[]>();
  const add = (name: string, value: FieldValue): void => {
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  };
  const walk = (fields: readonly Field[]): void => {
    for (const field of fields) {
      const { name, value, note, children } = field;
      const shown = value instanceof Uint8Array ? colonHex(value) : value;
      add(name, shown);
      const both = standsFor[name];
      if (both !== undefined) add(both, shown);
      if (note !== undefined && name.endsWith('.checksum'))
        add(`${name}.status`, checksumStatus(name, value, note.level));
      if (children !== undefined) walk(children);
    }
  };
  for (const layer of layers) {
    add(layer.name, true);
    walk(layer.fields);
  }
  return values;
}
