import type { Codec } from './codec.ts';
import type { Reader } from './reader.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import type { Writer } from './writer.ts';

/** Text up to the first NUL: what stands behind it may be anything, peers do not clear their buffers. */
function readText(r: Reader, n: number): string {
  const at = r.take(n);
  const nul = r.bytes.indexOf(0, at);
  return decodeUtf8(r.bytes, at, nul < 0 || nul > at + n ? at + n : nul);
}

function toBytes(w: Writer, value: string): Uint8Array {
  if (typeof value !== 'string') w.fail(`${String(value)} is not a text`);
  if (value.includes('\0')) w.fail('a text cannot hold a NUL');
  return encodeUtf8(value);
}

/** A text in n bytes, NUL-padded; when written, it has at most `longest` bytes (n − 1 for peers that want a final NUL). */
export function text(n: number, longest = n): Codec<string> & { readonly size: number } {
  return {
    size: n,
    about: { kind: 'text' },
    read: (r) => readText(r, n),
    write: (w, value) => {
      const encoded = toBytes(w, value);
      if (encoded.length > longest) w.fail(`takes ${encoded.length} bytes, at most ${longest} fit`);
      w.append(encoded);
      w.zeros(n - encoded.length);
    },
  };
}

/** A text up to the end of the enclosing frame; written NUL-padded to at least `shortest` bytes. */
export function restText(shortest = 0): Codec<string> {
  return {
    size: undefined,
    about: { kind: 'text' },
    read: (r) => readText(r, r.left),
    write: (w, value) => {
      const encoded = toBytes(w, value);
      w.append(encoded);
      w.zeros(Math.max(0, shortest - encoded.length));
    },
  };
}
