import type { About, NumberNames as Names } from './about.ts';
import type { Codec } from './codec.ts';
import type { Writer } from './writer.ts';

/** An unsigned big-endian integer that fits a JavaScript number. */
export interface NumberCodec extends Codec<number> {
  readonly size: number;
  readonly max: number;
  readonly about: About;
  /** Overwrites an earlier place, for lengths that are known last. */
  put(w: Writer, at: number, value: number): void;
}

const numberOf = (size: number, names?: Names, isSet = false): About => ({
  kind: 'number',
  bits: size * 8,
  ...(names && { names, isSet }),
});

function unsigned(
  size: number,
  get: (view: DataView, at: number) => number,
  set: (view: DataView, at: number, value: number) => void,
): NumberCodec {
  const max = 256 ** size - 1;
  const put = (w: Writer, at: number, value: number): void => {
    if (!Number.isInteger(value) || value < 0 || value > max) w.fail(`${value} is not an integer of 0 to ${max}`);
    set(w.view, at, value);
  };
  return {
    size,
    max,
    about: numberOf(size),
    put,
    read: (r) => get(r.view, r.take(size)),
    write: (w, value) => put(w, w.take(size), value),
  };
}

export const u8 = unsigned(
  1,
  (view, at) => view.getUint8(at),
  (view, at, value) => view.setUint8(at, value),
);
export const u16 = unsigned(
  2,
  (view, at) => view.getUint16(at),
  (view, at, value) => view.setUint16(at, value),
);
export const u24 = unsigned(
  3,
  (view, at) => view.getUint16(at) * 256 + view.getUint8(at + 2),
  (view, at, value) => {
    view.setUint16(at, value >>> 8);
    view.setUint8(at + 2, value & 0xff);
  },
);
export const u32 = unsigned(
  4,
  (view, at) => view.getUint32(at),
  (view, at, value) => view.setUint32(at, value),
);

const u64Max = 2n ** 64n - 1n;
export const u64: Codec<bigint> & { readonly size: number } = {
  size: 8,
  about: { kind: 'number', bits: 64 },
  read: (r) => r.view.getBigUint64(r.take(8)),
  write: (w, value) => {
    if (typeof value !== 'bigint' || value < 0n || value > u64Max) w.fail(`${value} is not a bigint of 64 bits`);
    const at = w.take(8);
    w.view.setBigUint64(at, value);
  },
};

/** One byte, true unless 0; written as 1 or 0. */
export const bool: Codec<boolean> & { readonly size: number } = {
  size: 1,
  about: { kind: 'boolean' },
  read: (r) => r.view.getUint8(r.take(1)) !== 0,
  write: (w, value) => {
    if (typeof value !== 'boolean') w.fail(`${value} is not a boolean`);
    u8.write(w, value ? 1 : 0);
  },
};

/** Decodes to a name; a number without one passes through unchanged, so nothing is lost on the way back. */
export function named<const N extends Names>(
  base: NumberCodec,
  names: N,
): Codec<(keyof N & string) | number> & { readonly size: number } {
  const byNumber = new Map<number, keyof N & string>();
  for (const name in names) byNumber.set(names[name] ?? -1, name);
  const byName = new Map<string | number, number>(Object.entries(names));
  return {
    size: base.size,
    about: numberOf(base.size, names),
    read: (r) => {
      const number = base.read(r);
      return byNumber.get(number) ?? number;
    },
    write: (w, value) => {
      const number = typeof value === 'number' ? value : byName.get(value);
      base.write(w, number ?? w.fail(`no value is named ${String(value)}`));
    },
  };
}

/** Stays a number in the value; the name is only a label of its span. For numbers that code calculates with. */
export function labelled(base: NumberCodec, names: Names): NumberCodec {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]));
  return { ...base, about: numberOf(base.size, names), label: (value) => byNumber.get(value) };
}

/** A set of single bits as a list of names, lowest bit first; bits without a name stay in it as numbers. */
export function flags<const N extends Names>(
  base: NumberCodec,
  names: N,
): Codec<readonly ((keyof N & string) | number)[]> & { readonly size: number } {
  const byNumber = new Map<number, keyof N & string>();
  for (const name in names) byNumber.set(names[name] ?? -1, name);
  const byName = new Map<string | number, number>(Object.entries(names));
  return {
    size: base.size,
    about: numberOf(base.size, names, true),
    read: (r) => {
      const set: ((keyof N & string) | number)[] = [];
      let left = base.read(r);
      while (left !== 0) {
        const bit = (left & -left) >>> 0;
        set.push(byNumber.get(bit) ?? bit);
        left = (left ^ bit) >>> 0;
      }
      return set;
    },
    write: (w: Writer, value) => {
      if (!Array.isArray(value)) w.fail(`${String(value)} is not a list of flags`);
      let all = 0;
      for (const flag of value) {
        const number = typeof flag === 'number' ? flag : byName.get(flag);
        if (number === undefined) w.fail(`no flag is named ${String(flag)}`);
        if (!Number.isInteger(number) || number < 0 || number > base.max) w.fail(`${number} does not fit`);
        all = (all | number) >>> 0;
      }
      base.write(w, all);
    },
  };
}
