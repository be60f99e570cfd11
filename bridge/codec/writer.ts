import { EncodeError } from './errors.ts';
import { pathOf, type Trail } from './trail.ts';

/** The writing half of a codec; throws EncodeError for a value that the wire cannot carry. */
export interface Writable<T> {
  write(w: Writer, value: T): void;
}

/** A growing buffer to append to. `bytes` and `view` are replaced when it grows: read them after `take`. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;
  /** Start of the enclosing struct: lengths and padding count from here. */
  base = 0;
  readonly #trail: Trail = [];

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get view(): DataView {
    return this.#view;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Claims n bytes and returns where they start. They hold old content: the caller sets every one. */
  take(n: number): number {
    const at = this.#length;
    const needed = at + n;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return at;
  }

  /** Appends n zero bytes. */
  zeros(n: number): void {
    const at = this.take(n);
    this.#bytes.fill(0, at, at + n);
  }

  /** Appends `bytes[start, end)`. */
  append(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const at = this.take(end - start);
    this.#bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at);
  }

  /** Forgets everything written; the memory is kept. */
  reset(): void {
    this.truncate(0);
  }

  /** Forgets what was written behind `length`, after an encode that failed half way. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
    this.#trail.length = 0;
    this.base = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Throws an EncodeError for the field being written. */
  fail(message: string): never {
    throw new EncodeError(message, pathOf(this.#trail));
  }

  /** Writes one field or item, keeping the path for errors. */
  part<T>(step: string | number, codec: Writable<T>, value: T): void {
    this.#trail.push(step);
    codec.write(this, value);
    this.#trail.pop();
  }

  /** Throws an EncodeError for a part of the field being written. */
  failAt(step: string | number, message: string): never {
    this.#trail.push(step);
    this.fail(message);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, needed));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
