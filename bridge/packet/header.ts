import type { Codec } from '../codec/codec.ts';
import type { Reader } from '../codec/reader.ts';
import { bytesText } from './text.ts';
import type { Field } from './tree.ts';

/** A part of a header: how it stands on the wire, and what of it is shown. */
export interface Shown<T> {
  readonly codec: Codec<T>;
  show(value: T, start: number, end: number, into: Field[]): void;
}
type Format<T> = (value: T) => string;

function plain(value: Field['value']): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === 'boolean') return value ? 'set' : 'not set';
  return String(value);
}

/** One row: Wireshark's name, a label, and how the value is written. */
export function field<T extends Field['value']>(
  codec: Codec<T>,
  name: string,
  label: string,
  format: Format<T> = plain,
): Shown<T> {
  return {
    codec,
    show: (value, start, end, into) => {
      into.push({ name, label, text: format(value), value, start, end });
    },
  };
}

/** Is read and is in the value, but is no row of its own: what follows shows it. */
export const unshown = <T>(codec: Codec<T>): Shown<T> => ({ codec, show: () => undefined });

/** A number of which the rows are computed: flags with their bits, units other than the wire's. */
export function rows<T>(codec: Codec<T>, make: (value: T, start: number, end: number) => readonly Field[]): Shown<T> {
  return {
    codec,
    show: (value, start, end, into) => {
      into.push(...make(value, start, end));
    },
  };
}

/** Rows for the single bits of a number that stands in [start, end): `[mask, name, label]`. */
export function bitRows(
  value: number,
  start: number,
  end: number,
  bits: readonly (readonly [mask: number, name: string, label: string])[],
): readonly Field[] {
  return bits.map(([mask, name, label]) => {
    const set = (value & mask) !== 0;
    return { name, label, text: plain(set), value: set, start, end };
  });
}

type Spec = Readonly<Record<string, Shown<unknown>>>;
type Values<S extends Spec> = { readonly [K in keyof S]: S[K] extends Shown<infer T> ? T : never };

/** The fixed part of a protocol: declared once, it reads its values, shows its rows and knows its offsets. */
export class Header<S extends Spec> {
  /** Bytes on the wire. */
  readonly size: number;
  readonly #entries: readonly (readonly [string, Shown<unknown>])[];
  readonly #offsets = new Map<string, number>();

  constructor(spec: S) {
    this.#entries = Object.entries(spec);
    let size = 0;
    for (const [name, { codec }] of this.#entries) {
      if (codec.size === undefined) throw new Error(`${name} has no fixed size`);
      this.#offsets.set(name, size);
      size += codec.size;
    }
    this.size = size;
  }

  /** Byte offset of a field, for code that reads it without the rest. */
  offset(name: keyof S & string): number {
    const offset = this.#offsets.get(name);
    if (offset === undefined) throw new Error(`${name} is not a field`);
    return offset;
  }

  /** Reads the header and adds its rows; when it throws DecodeError, the rows so far are there. */
  read(r: Reader, into: Field[]): Values<S> {
    const values: Record<string, unknown> = {};
    for (const [name, shown] of this.#entries) {
      const start = r.offset;
      const value = r.part(name, shown.codec);
      shown.show(value, start, r.offset, into);
      values[name] = value;
    }
    // The fields were read by the very codecs that Values is inferred from.
    return values as Values<S>;
  }
}

export const header = <const S extends Spec>(spec: S): Header<S> => new Header(spec);
