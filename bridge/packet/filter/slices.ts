import { FilterError } from './filter-error.ts';
import type { Token } from './lexer.ts';
import type { Slice } from './syntax.ts';

const numberText = '-?\\d+';
const pattern = new RegExp(`^(?:(${numberText})|(${numberText})?:(\\d+)?|(${numberText})-(${numberText}))$`);

/** Reads `[0:3]` (from, length), `[2]`, `[1-4]` (first and last), `[:3]`, `[3:]` and several of them between commas. */
export function parseSlices({ value, start, end }: Token): Slice[] {
  return value.split(',').map((part) => {
    const [found, single, from, length, first, last] = pattern.exec(part.trim()) ?? [];
    if (found === undefined) {
      throw new FilterError(start, end, 'A slice is written [from:length], [first-last], [:length], [from:] or [at].');
    }
    if (single !== undefined) return { from: Number(single), length: 1 };
    if (first !== undefined && last !== undefined) {
      const slice = { from: Number(first), length: Number(last) - Number(first) + 1 };
      if (slice.length < 1) throw new FilterError(start, end, `The slice ends before it begins: ${part.trim()}.`);
      return slice;
    }
    return { from: Number(from ?? 0), length: length === undefined ? undefined : Number(length) };
  });
}

/** Writes slices as they are read. */
export const slicesText = (slices: readonly Slice[]): string =>
  `[${slices.map(({ from, length }) => `${from}:${length ?? ''}`).join(',')}]`;

/** Where a slice lies in a value of `size`; undefined when the value does not have all of it, as Wireshark has it. */
export function placeOf(
  { from, length }: Slice,
  size: number,
): { readonly from: number; readonly to: number } | undefined {
  const first = from < 0 ? size + from : from;
  const last = length === undefined ? size : first + length;
  return first < 0 || first > size || last > size ? undefined : { from: first, to: last };
}
