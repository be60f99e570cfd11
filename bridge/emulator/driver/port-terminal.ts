import type { TerminalLine } from '../terminal.ts';

/** What may be on its way to the reader; a program that awaits `drained` waits beyond it. */
const windowBytes = 256 * 1024;
/** What is kept for a reader who has stopped; more is left out, counted and said. */
const mostKept = 1024 * 1024;

export interface PortTerminalDeps {
  readonly size: TerminalLine['size'];
  readonly post: (data: Uint8Array<ArrayBuffer>) => void;
  readonly soon: (run: () => void) => void;
}

/** The thread's end of a terminal whose other end is with the owner of the thread: output in batches, within a window. */
export class PortTerminal implements TerminalLine {
  readonly #deps: PortTerminalDeps;
  readonly #encoder = new TextEncoder();
  #size: TerminalLine['size'];
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #onTheWay = 0;
  #leftOut = 0;
  #isAsked = false;
  #waiting: (() => void)[] = [];
  #onInput: (data: Uint8Array) => void = () => undefined;
  #onResize: (size: TerminalLine['size']) => void = () => undefined;

  constructor(deps: PortTerminalDeps) {
    this.#deps = deps;
    this.#size = deps.size;
  }

  get size(): TerminalLine['size'] {
    return this.#size;
  }

  write(data: Uint8Array | string): void {
    // A copy: who writes may use its bytes again.
    const bytes = typeof data === 'string' ? this.#encoder.encode(data) : data.slice();
    if (this.#keptBytes + bytes.length > mostKept) {
      this.#leftOut += bytes.length;
      return;
    }
    this.#keptBytes += bytes.length;
    this.#kept.push(bytes);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#deps.soon(() => {
      this.#isAsked = false;
      this.#send();
    });
  }

  drained(): Promise<void> {
    if (this.#onTheWay + this.#keptBytes < windowBytes) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  onInput(listener: (data: Uint8Array) => void): void {
    this.#onInput = listener;
  }

  onResize(listener: (size: TerminalLine['size']) => void): void {
    this.#onResize = listener;
  }

  input(data: Uint8Array): void {
    this.#onInput(data);
  }

  resize(size: TerminalLine['size']): void {
    this.#size = size;
    this.#onResize(size);
  }

  /** The reader has taken so many bytes. */
  taken(bytes: number): void {
    this.#onTheWay -= bytes;
    this.#send();
    if (this.#onTheWay + this.#keptBytes >= windowBytes) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Sends all that is kept, window or not: the program has ended. */
  flush(): void {
    this.#send(Number.POSITIVE_INFINITY);
  }

  #send(window = windowBytes): void {
    if (this.#keptBytes === 0 || this.#onTheWay >= window) return;
    const batch = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const bytes of this.#kept) {
      batch.set(bytes, at);
      at += bytes.length;
    }
    this.#kept = [];
    this.#keptBytes = 0;
    this.#onTheWay += batch.length;
    this.#deps.post(batch);
    if (this.#leftOut === 0) return;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    this.write(`\r\n… ${leftOut.toLocaleString('en')} bytes left out: the terminal did not read\r\n`);
  }
}
