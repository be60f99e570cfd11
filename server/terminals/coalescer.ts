import { wholeUtf8Length } from './sequences.ts';

const waitMs = 4;
const batchBytes = 64 * 1024;

/** Gathers a program's output for 4 ms or 64 KiB and hands it on in batches that never split a UTF-8 sequence (TERM6). */
export class Coalescer {
  readonly #emit: (batch: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: (batch: Uint8Array) => void) {
    this.#emit = emit;
  }

  push(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#bytes += data.length;
    if (this.#bytes >= batchBytes) this.#hand(false);
    else this.#timer ??= setTimeout(() => this.#hand(false), waitMs);
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
    if (length > 0) this.#emit(data.subarray(0, length));
  }
}
