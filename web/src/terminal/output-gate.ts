/** A stream of output is drawn this often, milliseconds: nobody reads faster, and each drawing makes every row anew. */
const streamEveryMs = 100;
/** So many writes, each within `soonMs` of the one before, are a stream and no answer to a key. */
const streamWrites = 4;
const soonMs = 50;
/** For so long after a key its answer is awaited, and nothing waits. */
const answerMs = 300;
/** More than this does not wait. */
const mostBytes = 64 * 1024;

/** Lets output through as it comes, but gathers a stream of it, so that a program that prints without end is not drawn without end (TERM10). */
export class OutputGate {
  readonly #draw: (data: Uint8Array) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #typedMs = Number.NEGATIVE_INFINITY;
  #inRow = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(draw: (data: Uint8Array) => void) {
    this.#draw = draw;
  }

  push(data: Uint8Array): void {
    const nowMs = performance.now();
    this.#inRow = nowMs - this.#lastMs < soonMs ? this.#inRow + 1 : 0;
    this.#lastMs = nowMs;
    if (this.#inRow < streamWrites || nowMs - this.#typedMs < answerMs) {
      this.flush();
      this.#draw(data);
      return;
    }
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
    if (this.#waitingBytes >= mostBytes) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), streamEveryMs);
  }

  /** Somebody typed: what answers is drawn at once. */
  typed(): void {
    this.#typedMs = performance.now();
    this.flush();
  }

  /** Draws what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitingBytes = 0;
    for (const data of this.#waiting.splice(0)) this.#draw(data);
  }
}
