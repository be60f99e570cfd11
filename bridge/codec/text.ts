import type { Codec } from './codec.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

// Every runtime has both; the types of this project are those of the language alone.
declare const TextDecoder: new (
  label: string,
  options: { readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const utf8 = { decoder: new TextDecoder('utf-8', { ignoreBOM: true }), encoder: new TextEncoder() };

/** UTF-8 up to the first NUL: what stands behind it may be anything, peers do not clear their buffers. */
function readText(r: Reader, n: number): string {
  const at = r.take(n);
  let text = '';
  for (let i = at; i < at + n; i++) {
    const byte = r.bytes[i] ?? 0;
    if (byte === 0) return text;
    if (byte > 0x7f) return readWide(r.bytes, at, at + n);
    text += String.fromCharCode(byte);
  }
  return text;
}

function readWide(bytes: Uint8Array, start: number, limit: number): string {
  const nul = bytes.indexOf(0, start);
  return utf8.decoder.decode(bytes.subarray(start, nul < 0 || nul > limit ? limit : nul));
}

function toBytes(w: Writer, value: string): Uint8Array {
  if (typeof value !== 'string') w.fail(`${String(value)} is not a text`);
  if (value.includes('\0')) w.fail('a text cannot hold a NUL');
  return utf8.encoder.encode(value);
}

/** A text in n bytes, NUL-padded; when written, it has at most `longest` bytes (n − 1 for peers that want a final NUL). */
export function text(n: number, longest = n): Codec<string> & { readonly size: number } {
  return {
    size: n,
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
    read: (r) => readText(r, r.left),
    write: (w, value) => {
      const encoded = toBytes(w, value);
      w.append(encoded);
      w.zeros(Math.max(0, shortest - encoded.length));
    },
  };
}
