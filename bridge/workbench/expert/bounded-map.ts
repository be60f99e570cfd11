/**
 * A map of at most `most` entries: the oldest makes room. One that is set again is as a new one, at the latest when the map
 * is half full: whoever was among the last `most / 2` that were set is kept, and setting one again and again costs nothing.
 */
export class BoundedMap<Key, Value> {
  readonly #most: number;
  readonly #entries = new Map<Key, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The next one that is new drives another out. */
  get isFull(): boolean {
    return this.#entries.size >= this.#most;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }
  set(key: Key, value: Value): void {
    if (this.#entries.size * 2 > this.#most) this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
  delete(key: Key): void {
    this.#entries.delete(key);
  }
  clear(): void {
    this.#entries.clear();
  }
  /** Oldest first. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }
}
