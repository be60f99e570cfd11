import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** The one declaration of a wire shape: it reads, it writes, and TypeScript infers its value (CD1). */
export interface Codec<T> {
  /** Bytes on the wire when that is always the same. */
  readonly size: number | undefined;
  /** Byte fields of the value are views of the input: copy what outlives it. */
  read(r: Reader): T;
  write(w: Writer, value: T): void;
  /** A name for people, when the value itself is a bare number. */
  label?(value: T): string | undefined;
}
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** A field's place in the bytes, so that a view of the packet can show where each value comes from (CD4). */
export interface Span {
  /** As in `actions[2].port`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  readonly label?: string;
  /** Of a bit field: its first bit, counted from the most significant one of byte `start`, and its width. */
  readonly bits?: { readonly first: number; readonly width: number };
}

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
