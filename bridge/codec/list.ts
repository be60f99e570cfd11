import type { Codec } from './codec.ts';
import type { NumberCodec } from './numbers.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

function readItem<T>(r: Reader, items: T[], item: Codec<T>): void {
  const at = r.offset;
  items.push(r.part(items.length, item));
  // An item without bytes would be found forever.
  if (r.offset === at) r.fail('an item of a list has no bytes');
}

function writeItems<T>(w: Writer, items: readonly T[], item: Codec<T>): void {
  if (!Array.isArray(items)) w.fail(`${String(items)} is not a list`);
  let index = 0;
  for (const value of items) w.part(index++, item, value);
}

/** Items up to the end of the enclosing frame. */
export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    size: undefined,
    about: { kind: 'items', item: item.about },
    read(r) {
      const items: T[] = [];
      while (r.left > 0) readItem(r, items, item);
      return items;
    },
    write: (w, items) => writeItems(w, items, item),
  };
}

/** A number of items, then the items. */
export function counted<T>(count: NumberCodec, item: Codec<T>): Codec<readonly T[]> {
  return {
    size: undefined,
    about: { kind: 'items', item: item.about },
    read(r) {
      const items: T[] = [];
      const n = count.read(r);
      while (items.length < n) readItem(r, items, item);
      return items;
    },
    write(w, items) {
      count.write(w, Array.isArray(items) ? items.length : w.fail(`${String(items)} is not a list`));
      writeItems(w, items, item);
    },
  };
}

/** A length in bytes (its own not counted), then something that fills exactly so many. */
export function sized<T>(length: NumberCodec, inner: Codec<T>): Codec<T> {
  return {
    size: undefined,
    ...(inner.about && { about: inner.about }),
    read(r) {
      const at = r.offset;
      const n = length.read(r);
      if (n > r.left) r.fail(`length ${n} of ${r.left} bytes that are there`, at);
      const { end } = r;
      r.end = r.offset + n;
      const value = inner.read(r);
      r.expectEnd();
      r.end = end;
      return value;
    },
    write(w, value) {
      const at = w.take(length.size);
      const start = w.length;
      inner.write(w, value);
      length.put(w, at, w.length - start);
    },
  };
}

/** Exactly n bytes that begin with something; what stands behind it is ignored, and written as zeros. */
export function slot<T>(n: number, inner: Codec<T>): Codec<T> & { readonly size: number } {
  return {
    size: n,
    ...(inner.about && { about: inner.about }),
    read(r) {
      const { end } = r;
      const after = r.take(n) + n;
      r.offset = after - n;
      r.end = after;
      const value = inner.read(r);
      r.end = end;
      r.offset = after;
      return value;
    },
    write(w, value) {
      const start = w.length;
      inner.write(w, value);
      const length = w.length - start;
      if (length > n) w.fail(`takes ${length} bytes, ${n} are there`);
      w.zeros(n - length);
    },
  };
}
