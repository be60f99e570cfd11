import { drawPaced } from '../state/pace.ts';

/** So many writes, each within `soonMs` of the one before, are a stream and no answer to a key. */
const streamWrites = 4;
/** The server gathers a stream for 80 ms, and messages come late to a page that draws. */
const soonMs = 200;
/** For so long after a key its answer is awaited, and nothing waits. */
const answerMs = 300;
/** More than this does not wait. */
const mostBytes = 64 * 1024;

/** Lets output through as it comes, but a stream of it at the page's pace: a program that prints without end is not drawn without end, and when it is, then with all else that is new (TERM10). */
export class OutputGate {
  readonly #draw: (data: Uint8Array) => void;
  readonly #plan: (draw: () => void) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #typedMs = Number.NEGATIVE_INFINITY;
  #inRow = 0;
  #isPlanned = false;

  /** `plan` runs what it is given when the page draws next. */
  constructor(draw: (data: Uint8Array) => void, plan: (draw: () => void) => void = drawPaced) {
    this.#draw = draw;
    this.#plan = plan;
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
    else if (!this.#isPlanned) {
      this.#isPlanned = true;
      this.#plan(() => {
        this.#isPlanned = false;
        this.flush();
      });
    }
  }

  /** Somebody typed: what answers is drawn at once. */
  typed(): void {
    this.#typedMs = performance.now();
    this.flush();
  }

  /** Draws what waits. */
  flush(): void {
    this.#waitingBytes = 0;
    for (const data of this.#waiting.splice(0)) this.#draw(data);
  }
}
