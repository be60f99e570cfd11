/** Frames in order, each with a time: a ring that grows to what it has to hold and allocates nothing for a frame. */
export class FrameQueue {
  #frames: (Uint8Array | undefined)[] = new Array(16).fill(undefined);
  #timesUs = new Float64Array(16);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Time of the first frame; undefined when there is none. */
  get headUs(): number | undefined {
    return this.#length === 0 ? undefined : this.#timesUs[this.#head];
  }

  /** Time of the i-th frame, from the first. */
  timeUs(i: number): number {
    return this.#timesUs[(this.#head + i) & (this.#frames.length - 1)] ?? 0;
  }

  push(frame: Uint8Array, atUs: number): void {
    if (this.#length === this.#frames.length) this.#grow();
    const at = (this.#head + this.#length) & (this.#frames.length - 1);
    this.#frames[at] = frame;
    this.#timesUs[at] = atUs;
    this.#length += 1;
  }

  shift(): Uint8Array | undefined {
    if (this.#length === 0) return undefined;
    const frame = this.#frames[this.#head];
    this.#frames[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#frames.length - 1);
    this.#length -= 1;
    return frame;
  }

  #grow(): void {
    const size = this.#frames.length;
    const frames: (Uint8Array | undefined)[] = new Array(size * 2).fill(undefined);
    const timesUs = new Float64Array(size * 2);
    for (let i = 0; i < size; i++) {
      const from = (this.#head + i) & (size - 1);
      frames[i] = this.#frames[from];
      timesUs[i] = this.#timesUs[from] ?? 0;
    }
    this.#frames = frames;
    this.#timesUs = timesUs;
    this.#head = 0;
  }
}
