import type { About, Part } from './about.ts';
import type { Codec, Infer } from './codec.ts';
import type { NumberCodec } from './numbers.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

export type Fields = Readonly<Record<string, Codec<unknown>>>;
/** `_` names are on the wire but not in the value. */
export type Shape<F extends Fields> = { readonly [K in keyof F as K extends `_${string}` ? never : K]: Infer<F[K]> };

/** A struct that others build on: unions put its fields beside their `kind`. */
export interface StructCodec<T> extends Codec<T> {
  /** Byte offsets of the fields that always stand at the same place. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly keys: ReadonlySet<string>;
  /** Reads the fields into a value that is being built. */
  readFields(r: Reader, into: Record<string, unknown>): void;
  /** Writes the fields of a value; of `fixed` it takes fields that the value does not hold. */
  writeFields(w: Writer, value: unknown, fixed?: Readonly<Record<string, unknown>>): void;
  /** Throws EncodeError for a key that is neither a field nor in `beside`. */
  checkKeys(w: Writer, value: unknown, beside?: ReadonlySet<string>): void;
  /** After everything was written: sets the struct's own length, when it carries one. */
  close(w: Writer, base: number): void;
  readonly hasOwnLength: boolean;
  readonly about: About;
}

/** The length in bytes of the struct (or tagged item) that holds it; bounds what is read. Give it a `_` name. */
export interface OwnLength extends Codec<unknown> {
  readonly size: number;
  readonly ownLength: NumberCodec;
}

export function ownLength(base: NumberCodec): OwnLength {
  return {
    size: base.size,
    ownLength: base,
    read(r) {
      const at = r.offset;
      const length = base.read(r);
      if (r.base + length < r.offset) r.fail(`length ${length} is shorter than its own header`, at);
      if (r.base + length > r.end) r.fail(`length ${length} of ${r.end - r.base} bytes that are there`, at);
      r.end = r.base + length;
      return length;
    },
    write: (w) => w.zeros(base.size),
  };
}

const isOwnLength = (codec: Codec<unknown>): codec is OwnLength => 'ownLength' in codec;

interface Entry {
  readonly name: string;
  readonly codec: Codec<unknown>;
  readonly hidden: boolean;
}

function offsetsOf(entries: readonly Entry[]): { offsets: Map<string, number>; size: number | undefined } {
  const offsets = new Map<string, number>();
  let size: number | undefined = 0;
  for (const { name, codec } of entries) {
    if (size === undefined) break;
    offsets.set(name, size);
    size = codec.size === undefined ? undefined : size + codec.size;
  }
  return { offsets, size };
}

/** A length that only bounds is looked for, too; padding is not. */
function partOf({ name, codec, hidden }: Entry): Part[] {
  if (isOwnLength(codec)) return [{ name: name.replace(/^_/, ''), about: codec.ownLength.about }];
  return hidden || codec.about === undefined ? [] : [{ name, about: codec.about }];
}

class Struct<F extends Fields> implements StructCodec<Shape<F>> {
  readonly size: number | undefined;
  readonly offsets: ReadonlyMap<string, number>;
  readonly keys: ReadonlySet<string>;
  readonly hasOwnLength: boolean;
  readonly about: About;
  readonly #entries: readonly Entry[];
  readonly #length: { readonly name: string; readonly at: number; readonly codec: NumberCodec } | undefined;

  constructor(fields: F) {
    this.#entries = Object.entries(fields).map(([name, codec]) => ({ name, codec, hidden: name.startsWith('_') }));
    const { offsets, size } = offsetsOf(this.#entries);
    this.offsets = offsets;
    this.keys = new Set(this.#entries.filter((entry) => !entry.hidden).map((entry) => entry.name));
    for (const { name, codec } of this.#entries) {
      if (!isOwnLength(codec)) continue;
      const at = offsets.get(name);
      if (at === undefined) throw new Error(`${name}: a length stands before what has no fixed size`);
      this.#length = { name: name.replace(/^_/, ''), at, codec: codec.ownLength };
    }
    this.hasOwnLength = this.#length !== undefined;
    this.size = size;
    this.about = { kind: 'parts', parts: this.#entries.flatMap(partOf) };
  }

  read(r: Reader): Shape<F> {
    const { base, end } = r;
    r.base = r.offset;
    const value: Record<string, unknown> = {};
    this.readFields(r, value);
    if (this.hasOwnLength) r.expectEnd();
    r.base = base;
    r.end = end;
    // The fields were read by the very codecs that Shape is inferred from.
    return value as Shape<F>;
  }

  write(w: Writer, value: Shape<F>): void {
    const { base } = w;
    w.base = w.length;
    this.checkKeys(w, value);
    this.writeFields(w, value);
    this.close(w, w.base);
    w.base = base;
  }

  readFields(r: Reader, into: Record<string, unknown>): void {
    for (const { name, codec, hidden } of this.#entries) {
      if (!hidden) into[name] = r.part(name, codec);
      // A length is no part of the value, but people look for it in the bytes.
      else if (r.spans !== undefined && isOwnLength(codec)) r.part(name.slice(1), codec);
      else codec.read(r);
    }
  }

  writeFields(w: Writer, value: unknown, fixed?: Readonly<Record<string, unknown>>): void {
    if (!isRecord(value)) w.fail(`${String(value)} is not an object`);
    for (const { name, codec, hidden } of this.#entries) {
      if (hidden) codec.write(w, undefined);
      else w.part(name, codec, fixed !== undefined && name in fixed ? fixed[name] : value[name]);
    }
  }

  checkKeys(w: Writer, value: unknown, beside?: ReadonlySet<string>): void {
    if (!isRecord(value)) w.fail(`${String(value)} is not an object`);
    for (const key in value) {
      if (!this.keys.has(key) && !beside?.has(key)) w.failAt(key, 'is not a field of this struct');
    }
  }

  close(w: Writer, base: number): void {
    if (this.#length === undefined) return;
    const { name, at, codec } = this.#length;
    const length = w.length - base;
    if (length > codec.max) w.failAt(name, `${length} bytes are more than ${codec.max}`);
    codec.put(w, base + at, length);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Fields one after another; see STYLE of a declaration in protocols/. */
export function struct<const F extends Fields>(fields: F): StructCodec<Shape<F>> {
  return new Struct(fields);
}

/** Byte offset of a field from the start of its struct; for code that reads single fields without decoding. */
export function offsetOf<T>(codec: StructCodec<T>, field: keyof T & string): number {
  const offset = codec.offsets.get(field);
  if (offset === undefined) throw new Error(`${field} has no fixed offset`);
  return offset;
}
