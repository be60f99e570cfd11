import { u8, u16, u32 } from '../../codec/numbers.ts';
import { bytes } from '../../codec/raw.ts';
import { field } from '../header.ts';
import type { LayerBuilder } from '../protocol.ts';
import { withName } from '../text.ts';
import type { Field } from '../tree.ts';

const kinds = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8 } as const;
const kindText = withName({
  0: 'end of options',
  1: 'no operation',
  2: 'maximum segment size',
  3: 'window scale',
  4: 'SACK permitted',
  5: 'SACK',
  8: 'timestamps',
});
const lengths: Readonly<Record<number, number>> = { 2: 4, 3: 3, 4: 2, 8: 10 };

const kindRow = field(u8, 'tcp.option_kind', 'Kind', kindText);
const lengthRow = field(u8, 'tcp.option_len', 'Length');
const mss = field(u16, 'tcp.options.mss_val', 'Maximum segment size');
const shift = field(u8, 'tcp.options.wscale.shift', 'Shift', (value) => `${value} (times ${2 ** (value & 31)})`);
const leftEdge = field(u32, 'tcp.options.sack_le', 'Left edge');
const rightEdge = field(u32, 'tcp.options.sack_re', 'Right edge');
const value = field(u32, 'tcp.options.timestamp.tsval', 'Value');
const echo = field(u32, 'tcp.options.timestamp.tsecr', 'Echo');

function option(layer: LayerBuilder, into: Field[]): Pick<Field, 'text' | 'value'> {
  const { reader } = layer;
  const start = reader.offset;
  const kind = layer.one(kindRow, into);
  const shown = { text: kindText(kind), value: kind };
  if (kind === kinds.end || kind === kinds.nop) return shown;
  const length = layer.one(lengthRow, into);
  const end = start + length;
  const wanted = lengths[kind];
  if (end < reader.offset || end > reader.end) layer.fail(`an option of ${length} bytes`, start + 1);
  if (wanted !== undefined && length !== wanted)
    layer.fail(`an option of ${length} bytes instead of ${wanted}`, start + 1);
  if (kind === kinds.mss) layer.one(mss, into);
  else if (kind === kinds.windowScale) layer.one(shift, into);
  else if (kind === kinds.timestamps) {
    layer.one(value, into);
    layer.one(echo, into);
  } else if (kind === kinds.sack) {
    while (reader.offset + 8 <= end) {
      layer.one(leftEdge, into);
      layer.one(rightEdge, into);
    }
  }
  const left = end - reader.offset;
  if (left > 0) layer.one(field(bytes(left), 'tcp.options.data', 'Data'), into);
  return shown;
}

/** The options of a TCP header up to its end (RFC 9293 §3.2, RFC 7323, RFC 2018). */
export function tcpOptions(layer: LayerBuilder, headerEnd: number): void {
  const { reader } = layer;
  reader.end = Math.min(reader.end, headerEnd);
  while (reader.offset < reader.end) {
    const isLast = layer.bytes[reader.offset] === kinds.end;
    layer.nest('tcp.option', 'Option', (into) => option(layer, into));
    if (isLast) break;
  }
  if (reader.offset < reader.end) layer.one(field(bytes(reader.end - reader.offset), 'tcp.options.padding', 'Padding'));
  if (reader.end < headerEnd) reader.take(headerEnd - reader.offset);
}

/** Whether the options in `[start, end)` are what `tcpOptions` reads without complaint. */
export function areTcpOptions(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const kind = bytes[at] ?? 0;
    if (kind === kinds.end) return true;
    if (kind === kinds.nop) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    const wanted = lengths[kind];
    if (at + 1 >= end || length < 2 || at + length > end || (wanted !== undefined && length !== wanted)) return false;
    at += length;
  }
  return true;
}
