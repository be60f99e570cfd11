import { ipv4 } from '../../codec/addresses.ts';
import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes } from '../../codec/raw.ts';
import { field, rows } from '../header.ts';
import type { LayerBuilder } from '../protocol.ts';
import { withName } from '../text.ts';
import type { Field } from '../tree.ts';

const kinds = { end: 0, nop: 1, recordRoute: 7, timestamp: 68, routerAlert: 148 } as const;
const typeText = withName({
  0: 'end of options',
  1: 'no operation',
  7: 'record route',
  68: 'timestamp',
  131: 'loose source route',
  137: 'strict source route',
  148: 'router alert',
});

const type = field(u8, 'ip.opt.type', 'Type', typeText);
const length = field(u8, 'ip.opt.len', 'Length');
const pointer = field(u8, 'ip.opt.ptr', 'Pointer');
const recorded = field(ipv4, 'ip.rec_rt', 'Recorded address');
const empty = field(ipv4, 'ip.empty_rt', 'Empty place');
const stamp = field(u32, 'ip.opt.time_stamp', 'Timestamp', (ms) => `${ms} ms since midnight`);
const stampAddress = field(ipv4, 'ip.opt.time_stamp_addr', 'Address');
const routerAlert = field(u16, 'ip.opt.ra', 'Router alert');
const timestampFlag = withName({ 0: 'timestamps only', 1: 'timestamps and addresses', 3: 'prespecified addresses' });
const overflow = rows(u8, (value, start, end) => [
  { name: 'ip.opt.overflow', label: 'Overflow', text: String(value >>> 4), value: value >>> 4, start, end },
  { name: 'ip.opt.flag', label: 'Flag', text: timestampFlag(value & 15), value: value & 15, start, end },
]);

function recordRoute(layer: LayerBuilder, into: Field[], start: number, end: number): void {
  const next = start + layer.one(pointer, into) - 1;
  while (layer.reader.offset + 4 <= end) layer.one(layer.reader.offset < next ? recorded : empty, into);
}

function timestamps(layer: LayerBuilder, into: Field[], end: number): void {
  layer.one(pointer, into);
  const withAddress = (layer.one(overflow, into) & 15) !== 0;
  while (layer.reader.offset + (withAddress ? 8 : 4) <= end) {
    if (withAddress) layer.one(stampAddress, into);
    layer.one(stamp, into);
  }
}

function option(layer: LayerBuilder, into: Field[], headerEnd: number): Pick<Field, 'text' | 'value'> {
  const { reader } = layer;
  const start = reader.offset;
  const kind = layer.one(type, into);
  const value = { text: typeText(kind), value: kind };
  if (kind === kinds.end || kind === kinds.nop) return value;
  const end = start + layer.one(length, into);
  if (end < reader.offset || end > headerEnd) layer.fail(`an option of ${end - start} bytes`, start + 1);
  if (kind === kinds.recordRoute && end > reader.offset) recordRoute(layer, into, start, end);
  else if (kind === kinds.timestamp && end >= reader.offset + 2) timestamps(layer, into, end);
  else if (kind === kinds.routerAlert && end === reader.offset + 2) layer.one(routerAlert, into);
  const left = end - reader.offset;
  if (left > 0) layer.one(field(bytes(left), 'ip.opt.data', 'Data'), into);
  return value;
}

/** The options of an IPv4 header up to its end (RFC 791 §3.1, RFC 2113). */
export function ipv4Options(layer: LayerBuilder, headerEnd: number): void {
  const { reader } = layer;
  // Options never reach into what follows the header.
  reader.end = Math.min(reader.end, headerEnd);
  while (reader.offset < reader.end) {
    const isLast = layer.bytes[reader.offset] === kinds.end;
    layer.nest('ip.opt', 'Option', (into) => option(layer, into, headerEnd));
    if (isLast) break;
  }
  if (reader.offset < reader.end) layer.one(field(bytes(reader.end - reader.offset), 'ip.opt.padding', 'Padding'));
  if (reader.end < headerEnd) reader.take(headerEnd - reader.offset);
}
