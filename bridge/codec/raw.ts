import type { Codec } from './codec.ts';
import type { Writer } from './writer.ts';

function append(w: Writer, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) w.fail('is not a Uint8Array');
  w.append(value);
}

/** Exactly n bytes, as a view of the input. */
export function bytes(n: number): Codec<Uint8Array> & { readonly size: number } {
  return {
    size: n,
    about: { kind: 'bytes' },
    read: (r) => r.takeView(n),
    write: (w, value) => {
      if (value instanceof Uint8Array && value.length !== n) w.fail(`has ${value.length} bytes instead of ${n}`);
      append(w, value);
    },
  };
}

/** Everything up to the end of the enclosing frame, as a view of the input. */
export const rest: Codec<Uint8Array> = {
  size: undefined,
  about: { kind: 'bytes' },
  read: (r) => r.takeView(r.left),
  write: append,
};

/** n bytes that mean nothing: skipped, written as zeros. Give it a `_` name. */
export function pad(n: number): Codec<undefined> & { readonly size: number } {
  return {
    size: n,
    read: (r) => {
      r.take(n);
      return undefined;
    },
    write: (w) => w.zeros(n),
  };
}

/** Padding up to the next multiple of n bytes from the start of the enclosing struct. Give it a `_` name. */
export function padTo(n: number): Codec<undefined> {
  return {
    size: undefined,
    read: (r) => {
      r.take(missingTo(n, r.offset - r.base));
      return undefined;
    },
    write: (w) => w.zeros(missingTo(n, w.length - w.base)),
  };
}

function missingTo(n: number, length: number): number {
  return (n - (length % n)) % n;
}
