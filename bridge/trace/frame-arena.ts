import { claim } from './claim.ts';

/**
 * Frames in one ring of bytes. A place is a position that only grows; a frame is whole until a later claim laps it. A
 * frame never wraps: what does not fit at the end begins at the front.
 */
export class FrameArena {
  readonly bytes: Uint8Array;
  #head = 0;
  /** So far the memory was claimed from the system. */
  #claimed = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** Places below this one have been overwritten. */
  get oldest(): number {
    return this.#head - this.bytes.length;
  }

  /** Copies `source[start, end)`, which must not be longer than the arena, and returns its place. */
  keep(source: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const used = this.#head % this.bytes.length;
    if (used + length > this.bytes.length) this.#head += this.bytes.length - used;
    const place = this.#head;
    this.#head += length;
    const at = this.offsetOf(place);
    // A view would be an object; for the usual small frame copying by hand is as quick.
    if (length > 256) this.bytes.set(source.subarray(start, end), at);
    else for (let i = 0; i < length; i++) this.bytes[at + i] = source[start + i] ?? 0;
    return place;
  }

  /** Claims the next `length` bytes, before anybody waits for them; once round all of them are there. */
  claimAhead(length: number): void {
    const to = Math.min(this.#head + length, this.bytes.length);
    claim(this.bytes, Math.max(this.#claimed, this.#head), to);
    this.#claimed = Math.max(this.#claimed, to);
  }

  offsetOf(place: number): number {
    return place % this.bytes.length;
  }
}
