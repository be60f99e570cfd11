import type { About } from './about.ts';
import { type Readable, Reader } from './reader.ts';
import type { Span } from './span.ts';
import { type Writable, Writer } from './writer.ts';

/** The one declaration of a wire shape: it reads, it writes, and TypeScript infers its value (CD1). */
export interface Codec<T> extends Readable<T>, Writable<T> {
  /** Bytes on the wire when that is always the same. */
  readonly size: number | undefined;
  /** What it declares; undefined for padding, which nobody looks for. */
  readonly about?: About;
}
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** Decodes all of `bytes`; throws DecodeError, also for bytes left over. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const r = new Reader(bytes);
  const value = codec.read(r);
  r.expectEnd();
  return value;
}

/** Like decode, and tells the place of every field, parents before their children. */
export function dissect<T>(codec: Codec<T>, bytes: Uint8Array): { readonly value: T; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  const r = new Reader(bytes, 0, bytes.length, spans);
  const value = codec.read(r);
  r.expectEnd();
  return { value, spans };
}

/** Throws EncodeError for a value that the declaration cannot carry. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const w = new Writer();
  codec.write(w, value);
  return w.finish();
}
