/** Asks after silence, gives up after as much silence again (OF57). */
export class Keepalive {
  readonly #intervalMs: number;
  #heardMs: number;
  #askedMs: number | undefined;

  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#heardMs = nowMs;
  }

  /** Anything came from the peer. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#askedMs = undefined;
  }

  tick(nowMs: number): 'wait' | 'ask' | 'gone' {
    if (this.#askedMs !== undefined) return nowMs - this.#askedMs >= this.#intervalMs ? 'gone' : 'wait';
    if (nowMs - this.#heardMs < this.#intervalMs) return 'wait';
    this.#askedMs = nowMs;
    return 'ask';
  }
}
