/** Who listens to one thing from outside. A listener that throws is reported and hurts nobody else. */
export class Listeners<T> {
  readonly #all = new Set<{ readonly call: (value: T) => void }>();
  readonly #onThrow: (cause: unknown) => void;

  constructor(onThrow: (cause: unknown) => void) {
    this.#onThrow = onThrow;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Returns what ends it (idempotent). */
  add(call: (value: T) => void): () => void {
    const entry = { call };
    this.#all.add(entry);
    return () => this.#all.delete(entry);
  }

  tell(value: T): void {
    for (const { call } of [...this.#all]) {
      try {
        call(value);
      } catch (cause) {
        this.#onThrow(cause);
      }
    }
  }
}
