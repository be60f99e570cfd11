/** Sends bytes of held frames one after the other; of several for one frame only the latest (HOLD5). */
export class HeldEdits {
  readonly #send: (id: number, bytes: Uint8Array) => Promise<unknown>;
  readonly #waiting = new Map<number, Uint8Array>();
  #sending: { readonly id: number; readonly bytes: Uint8Array } | undefined;
  #done: Promise<void> = Promise.resolve();
  #generation = 0;

  constructor(send: (id: number, bytes: Uint8Array) => Promise<unknown>) {
    this.#send = send;
  }

  /** Changes with each edit and each answer: a list that was asked for before is older than what is here. */
  get generation(): number {
    return this.#generation;
  }

  push(id: number, bytes: Uint8Array): void {
    this.#generation += 1;
    this.#waiting.set(id, bytes);
    if (this.#sending === undefined) this.#done = this.#drain();
  }

  /** What the server has not taken yet of a frame. */
  of(id: number): Uint8Array | undefined {
    return this.#waiting.get(id) ?? (this.#sending?.id === id ? this.#sending.bytes : undefined);
  }

  /** Resolves when everything was sent or refused. */
  settled(): Promise<void> {
    return this.#done;
  }

  forget(): void {
    this.#waiting.clear();
  }

  async #drain(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#sending = next;
      await this.#send(next.id, next.bytes);
      this.#generation += 1;
    }
    this.#sending = undefined;
  }

  #next(): { id: number; bytes: Uint8Array } | undefined {
    for (const [id, bytes] of this.#waiting) {
      this.#waiting.delete(id);
      return { id, bytes };
    }
    return undefined;
  }
}
