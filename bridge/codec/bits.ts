import type { About } from './about.ts';
import type { Codec } from './codec.ts';
import type { NumberCodec } from './numbers.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

type Widths = Readonly<Record<string, number>>;
type BitValue<W extends number> = W extends 1 ? boolean : number;
/** A field of one bit is a boolean, a wider one a number; `_` names are zero on the wire and not in the value. */
export type BitShape<W extends Widths> = {
  readonly [K in keyof W as K extends `_${string}` ? never : K]: BitValue<W[K]>;
};

interface BitField {
  readonly name: string;
  /** Counted from the most significant bit of the whole number. */
  readonly first: number;
  readonly width: number;
  readonly shift: number;
  readonly mask: number;
  readonly hidden: boolean;
}

function layout(base: NumberCodec, widths: Widths): readonly BitField[] {
  const fields: BitField[] = [];
  let first = 0;
  for (const [name, width] of Object.entries(widths)) {
    const shift = base.size * 8 - first - width;
    fields.push({ name, first, width, shift, mask: 2 ** width - 1, hidden: name.startsWith('_') });
    first += width;
  }
  if (first !== base.size * 8) throw new Error(`bit fields make ${first} bits of ${base.size * 8}`);
  return fields;
}

function addSpans(r: Reader, at: number, fields: readonly BitField[], value: Readonly<Record<string, unknown>>): void {
  const { path } = r;
  for (const { name, first, width, hidden } of fields) {
    if (hidden) continue;
    const start = at + (first >>> 3);
    const end = at + ((first + width + 7) >>> 3);
    r.spans?.push({ path: `${path}.${name}`, start, end, value: value[name], bits: { first: first & 7, width } });
  }
}

const aboutField = ({ name, width }: BitField): { name: string; about: About } => ({
  name,
  about: width === 1 ? { kind: 'boolean' } : { kind: 'number', bits: width },
});

/** Parts of one number, from its most significant bit down, as RFCs draw them: `bits(u8, { version: 4, ihl: 4 })`. */
export function bits<const W extends Widths>(
  base: NumberCodec,
  widths: W,
): Codec<BitShape<W>> & { readonly size: number } {
  const fields = layout(base, widths);
  const names = new Set(fields.filter((f) => !f.hidden).map((f) => f.name));
  return {
    size: base.size,
    about: { kind: 'parts', parts: fields.filter(({ hidden }) => !hidden).map(aboutField) },
    read(r) {
      const at = r.offset;
      const number = base.read(r);
      const value: Record<string, number | boolean> = {};
      for (const { name, width, shift, mask, hidden } of fields) {
        if (hidden) continue;
        const part = ((number >>> shift) & mask) >>> 0;
        value[name] = width === 1 ? part === 1 : part;
      }
      if (r.spans !== undefined) addSpans(r, at, fields, value);
      return value as BitShape<W>;
    },
    write(w: Writer, value) {
      if (typeof value !== 'object' || value === null) w.fail('is not an object of bit fields');
      for (const key in value) if (!names.has(key)) w.failAt(key, 'is not a bit field of this number');
      const given: Readonly<Record<string, unknown>> = value;
      let number = 0;
      for (const { name, width, shift, mask, hidden } of fields) {
        if (hidden) continue;
        const part = given[name];
        const bitsOf = width === 1 && typeof part === 'boolean' ? Number(part) : part;
        if (typeof bitsOf !== 'number' || !Number.isInteger(bitsOf) || bitsOf < 0 || bitsOf > mask) {
          w.failAt(name, `${String(part)} does not fit ${width} bits`);
        }
        number = (number | (bitsOf << shift)) >>> 0;
      }
      base.write(w, number);
    },
  };
}
