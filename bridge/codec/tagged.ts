import { partsOf } from './about.ts';
import type { Codec, Infer } from './codec.ts';
import { rest } from './raw.ts';
import type { Reader } from './reader.ts';
import { type Fields, type Shape, type StructCodec, struct } from './struct.ts';
import type { Writer } from './writer.ts';

/** Each kind: its number on the wire and the fields behind the head. */
export type Cases = Readonly<Record<string, readonly [number, StructCodec<unknown>]>>;

/** A number that no case has: its bytes are kept, so that nothing is lost on the way back. */
export interface UnknownCase {
  readonly kind: 'unknown';
  readonly tag: number;
  readonly raw: Uint8Array;
}

export type Flat<T> = { readonly [K in keyof T]: T[K] };
/** A union on `kind` of the cases' values, each with the fields of `Beside` too. */
export type Variant<C extends Cases, Beside = unknown> = {
  [K in keyof C & string]: Flat<{ readonly kind: K } & Beside & Infer<C[K][1]>>;
}[keyof C & string];

interface Options<H extends Fields> {
  /** Stands before every body. Its fields other than the tag are in the value; an `ownLength` bounds the body. */
  readonly head: H;
  /** The field of the head that tells the case. */
  readonly tag: keyof H & string;
  /** Items are padded to a multiple of so many bytes, which their length does not count. */
  readonly padTo?: number;
}
type Beside<H extends Fields, O extends Options<H>> = Omit<Shape<H>, O['tag']>;

/** A head with a tag, then what the tag says. The value is flat: `{ kind: 'output', port: 1, maxLen: 0 }`. */
export function tagged<
  const H extends Fields,
  const O extends Options<H> & { readonly head: H },
  const C extends Cases,
>(options: O & { readonly head: H }, cases: C): Codec<Variant<C, Beside<H, O>> | Flat<UnknownCase & Beside<H, O>>> {
  type Value = Variant<C, Beside<H, O>> | Flat<UnknownCase & Beside<H, O>>;
  const { tag, padTo = 1 } = options;
  const head = struct<Fields>(options.head);
  const byKind = new Map(Object.entries(cases).map(([kind, [code, body]]) => [kind, { kind, code, body }]));
  const byCode = new Map([...byKind.values()].map((known) => [known.code, known]));
  const beside = new Set(['kind', ...head.keys].filter((key) => key !== tag));
  const besideUnknown = new Set([...beside, 'tag', 'raw']);

  const readBody = (r: Reader): Record<string, unknown> => {
    const fields: Record<string, unknown> = {};
    head.readFields(r, fields);
    const code = fields[tag];
    const known = typeof code === 'number' ? byCode.get(code) : undefined;
    delete fields[tag];
    const value: Record<string, unknown> = { kind: known?.kind ?? 'unknown', ...fields };
    if (known) {
      known.body.readFields(r, value);
      if (head.hasOwnLength) r.expectEnd();
    } else {
      value.tag = code;
      value.raw = r.part('raw', rest);
    }
    return value;
  };

  const writeUnknown = (w: Writer, value: object): void => {
    head.checkKeys(w, value, besideUnknown);
    const { tag: code, raw }: { tag?: unknown; raw?: unknown } = value;
    head.writeFields(w, value, { [tag]: code });
    if (!(raw instanceof Uint8Array)) w.failAt('raw', 'is not a Uint8Array');
    w.append(raw);
  };

  return {
    size: undefined,
    about: {
      kind: 'cases',
      head: partsOf(head.about),
      cases: [...byKind.values()].map(({ kind, code, body }) => ({
        name: kind,
        tag: code,
        parts: partsOf(body.about),
      })),
    },
    read(r) {
      const { base, end } = r;
      const start = r.offset;
      r.base = start;
      const value = readBody(r);
      r.base = base;
      r.end = end;
      r.take((padTo - ((r.offset - start) % padTo)) % padTo);
      // Head and body were read by the very codecs that Value is inferred from.
      return value as Value;
    },
    write(w, value) {
      if (typeof value !== 'object' || value === null) w.fail(`${String(value)} is not an object`);
      const { base } = w;
      const start = w.length;
      w.base = start;
      const known = byKind.get(value.kind);
      if (known) {
        known.body.checkKeys(w, value, beside);
        head.writeFields(w, value, { [tag]: known.code });
        known.body.writeFields(w, value);
      } else if (value.kind === 'unknown') writeUnknown(w, value);
      else w.failAt('kind', `no case is named ${String(value.kind)}`);
      head.close(w, start);
      w.base = base;
      w.zeros((padTo - ((w.length - start) % padTo)) % padTo);
    },
  };
}
