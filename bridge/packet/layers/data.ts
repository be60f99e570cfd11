import { rest } from '../../codec/raw.ts';
import { field } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { bytesText } from '../text.ts';
import type { Field } from '../tree.ts';

const content = field(rest, 'data.data', 'Data');

/** What a transport carries, whoever it is for. */
export function payloadRow(name: string, value: Uint8Array, start: number): Field {
  return { name, label: 'Payload', text: bytesText(value), value, start, end: start + value.length };
}

/** Bytes that no protocol here knows. */
export const data: Protocol = {
  name: 'data',
  label: 'Data',
  dissect(layer: LayerBuilder): void {
    const { length } = layer.one(content);
    layer.summary = length === 1 ? '1 byte' : `${length} bytes`;
  },
  // The line of the protocol around says all there is to say.
  brief(_line: Brief): void {},
};
