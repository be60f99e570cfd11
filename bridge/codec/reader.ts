import { DecodeError } from './errors.ts';
import type { Span } from './span.ts';
import { pathOf, type Trail } from './trail.ts';

/** The reading half of a codec. Byte fields of the value are views of the input: copy what outlives it. */
export interface Readable<T> {
  read(r: Reader): T;
  /** A name for people, when the value itself is a bare number. */
  label?(value: T): string | undefined;
}

/** A bounded cursor over bytes. It never copies: what it hands out are views on its input. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Next byte to read, as an index of `bytes`. */
  offset: number;
  /** End of the enclosing frame; a length field moves it nearer, never further. */
  end: number;
  /** Start of the enclosing struct: lengths and padding count from here. */
  base: number;
  /** Filled while dissecting, undefined while only decoding. */
  readonly spans: Span[] | undefined;
  readonly #origin: number;
  readonly #trail: Trail = [];

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, spans?: Span[]) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = start;
    this.end = end;
    this.base = start;
    this.#origin = start;
    this.spans = spans;
  }

  /** Bytes left in the enclosing frame. */
  get left(): number {
    return this.end - this.offset;
  }

  /** Path of what is being read, as in `actions[2].port`. */
  get path(): string {
    return pathOf(this.#trail);
  }

  /** Claims the next n bytes and returns where they start. */
  take(n: number): number {
    const at = this.offset;
    if (n > this.end - at) this.fail(`needs ${n} bytes, has ${this.end - at}`);
    this.offset = at + n;
    return at;
  }

  /** Claims the next n bytes as a view of the input. */
  takeView(n: number): Uint8Array {
    const at = this.take(n);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, n);
  }

  /** Throws a DecodeError for this place, counted from where the reader began. */
  fail(message: string, offset = this.offset): never {
    throw new DecodeError(message, offset - this.#origin, this.path);
  }

  /** Throws unless the enclosing frame was read to its end. */
  expectEnd(): void {
    if (this.offset < this.end) this.fail(`${this.end - this.offset} bytes left over`);
  }

  /** Reads one field or item: keeps the path for errors and, while dissecting, its span. */
  part<T>(step: string | number, codec: Readable<T>): T {
    this.#trail.push(step);
    const value = this.spans === undefined ? codec.read(this) : this.#spanned(this.spans, codec);
    this.#trail.pop();
    return value;
  }

  #spanned<T>(spans: Span[], codec: Readable<T>): T {
    const { path, offset: start } = this;
    // A parent stands before its children: its place is kept and filled when its end is known.
    const at = spans.push({ path, start, end: start, value: undefined }) - 1;
    const value = codec.read(this);
    const label = codec.label?.(value);
    spans[at] = { path, start, end: this.offset, value, ...(label === undefined ? {} : { label }) };
    return value;
  }
}
