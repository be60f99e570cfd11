const firstCapacity = 16_384;

/** Bytes of a stream from a moving start on, at most `limit` of them; it grows as it is used. Offsets count from the start. */
export class ByteRing {
  readonly #limit: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #head = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Puts `data` at `offset`, which together stay below the limit. */
  write(offset: number, data: Uint8Array): void {
    if (offset + data.length > this.#bytes.length) this.#grow(offset + data.length);
    const capacity = this.#bytes.length;
    const at = (this.#head + offset) % capacity;
    const first = Math.min(data.length, capacity - at);
    if (first === data.length) this.#bytes.set(data, at);
    else {
      this.#bytes.set(data.subarray(0, first), at);
      this.#bytes.set(data.subarray(first), 0);
    }
  }

  /** Copies `length` bytes from `offset` on to `target`, at its index `at`. */
  copyTo(target: Uint8Array, at: number, offset: number, length: number): void {
    const capacity = this.#bytes.length;
    if (length === 0) return;
    const from = (this.#head + offset) % capacity;
    const first = Math.min(length, capacity - from);
    target.set(this.#bytes.subarray(from, from + first), at);
    if (first < length) target.set(this.#bytes.subarray(0, length - first), at + first);
  }

  /** The start moves by `length` bytes. */
  drop(length: number): void {
    if (this.#bytes.length > 0) this.#head = (this.#head + length) % this.#bytes.length;
  }

  /** Gives its memory back. */
  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#head = 0;
  }

  #grow(wanted: number): void {
    if (wanted > this.#limit) throw new Error(`${wanted} bytes in a ring of ${this.#limit}`);
    let capacity = Math.max(firstCapacity, this.#bytes.length);
    while (capacity < wanted) capacity *= 2;
    const grown = new Uint8Array(Math.min(capacity, this.#limit));
    this.copyTo(grown, 0, 0, this.#bytes.length);
    this.#bytes = grown;
    this.#head = 0;
  }
}
