import { write, writeSync } from 'node:fs';

const mostPending = 1_000_000;
const retryMs = 10;

/**
 * Writes lines to a file descriptor without ever waiting for it: a terminal that stopped reading (Ctrl-S) must not stop
 * the router. One write is under way at a time; beyond a megabyte lines are left out and counted.
 */
export class Printer {
  readonly #descriptor: number;
  #pending = '';
  #writing: Buffer | undefined;
  #leftOut = 0;
  #scheduled = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  line(text: string): void {
    if (this.#pending.length > mostPending) {
      this.#leftOut++;
      return;
    }
    if (this.#leftOut > 0) {
      this.#pending += `… ${this.#leftOut} lines left out: the terminal did not read\n`;
      this.#leftOut = 0;
    }
    this.#pending += `${text}\n`;
    if (this.#scheduled || this.#writing) return;
    // All lines of one read of the socket become one write.
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#next();
    });
  }

  /** Writes the rest, waiting for it; for the last words of a program. */
  flush(): void {
    const rest = Buffer.concat([this.#writing ?? Buffer.alloc(0), Buffer.from(this.#pending)]);
    this.#writing = undefined;
    this.#pending = '';
    for (let at = 0; at < rest.length; ) {
      try {
        at += writeSync(this.#descriptor, rest, at);
      } catch {
        // Nobody reads: there is nobody to tell.
        return;
      }
    }
  }

  #next(): void {
    if (this.#writing || this.#pending === '') return;
    this.#writing = Buffer.from(this.#pending);
    this.#pending = '';
    this.#write();
  }

  #write(): void {
    const { fd, bytes } = { fd: this.#descriptor, bytes: this.#writing };
    if (!bytes) return;
    write(fd, bytes, (error, written) => {
      // Flushed meanwhile: what it wrote is the flush's business.
      if (this.#writing !== bytes) return;
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(), retryMs);
        return;
      }
      this.#writing = error || written === bytes.length ? undefined : bytes.subarray(written);
      if (this.#writing) this.#write();
      else this.#next();
    });
  }
}
