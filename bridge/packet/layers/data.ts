import { rest } from '../../codec/raw.ts';
import { field } from '../header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';

const content = field(rest, 'data.data', 'Data');

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
