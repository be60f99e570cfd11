import { wholeUtf8Length } from './sequences.ts';

const waitMs = 4;
const batchBytes = 64 * 1024;
/** Of a stream each batch costs every viewer a message and a drawing: it is gathered for longer. */
const streamWaitMs = 80;
/** So many batches, each begun soon after the one before was handed on and no key between them, are a stream. */
const streamBatches = 8;
const soonMs = 50;

/**
 * Gathers a program's output for 4 ms (80 ms when it comes as a stream that nobody types into) or 64 KiB and hands it on
 * in batches that never split a UTF-8 sequence (TERM6).
 */
export class Coalescer {
  readonly #emit: (batch: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #inRow = 0;
  #handedMs = Number.NEGATIVE_INFINITY;

  constructor(emit: (batch: Uint8Array) => void) {
    this.#emit = emit;
  }

  push(data: Uint8Array): void {
    // Only the program's own rest ends a stream; for how long it was gathered, and how late the timer came, is not its doing.
    if (this.#timer === undefined) this.#inRow = performance.now() - this.#handedMs < soonMs ? this.#inRow + 1 : 0;
    this.#chunks.push(data);
    this.#bytes += data.length;
    if (this.#bytes >= batchBytes) this.#hand(false);
    else this.#timer ??= setTimeout(() => this.#hand(false), this.#inRow < streamBatches ? waitMs : streamWaitMs);
  }

  /** Somebody typed: what answers is handed on soon, and what waits with it. */
  typed(): void {
    const isStream = this.#inRow >= streamBatches;
    this.#inRow = 0;
    if (this.#timer === undefined || !isStream) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hand(false), waitMs);
  }

  /** Hands on everything, an unfinished sequence too: nothing more will come. */
  flush(): void {
    this.#hand(true);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#bytes = 0;
  }

  #hand(everything: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const data = Buffer.concat(this.#chunks, this.#bytes);
    const length = everything ? data.length : wholeUtf8Length(data);
    this.#chunks = length < data.length ? [data.subarray(length)] : [];
    this.#bytes = data.length - length;
    if (length === 0) return;
    this.#handedMs = performance.now();
    this.#emit(data.subarray(0, length));
  }
}
