import { write } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Line } from './journal.ts';

const mostPending = 10_000;
const retryMs = 10;
const patienceMs = 500;
/** No person sees it, and neither the write nor the terminal's server is awake while a packet is on its way. */
const gatherMs = 20;

/**
 * Writes lines to a file descriptor without ever waiting for it: a terminal that stopped reading (Ctrl-S) must not stop
 * the router. One write is under way at a time; beyond ten thousand lines they are left out and counted.
 */
export class Printer {
  readonly #descriptor: number;
  #pending: Line[] = [];
  #writing: Buffer | undefined;
  #leftOut = 0;
  #scheduled = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  line(line: Line): void {
    if (this.#pending.length > mostPending) {
      this.#leftOut++;
      return;
    }
    if (this.#leftOut > 0) {
      this.#pending.push(`… ${this.#leftOut} lines left out: the terminal did not read`);
      this.#leftOut = 0;
    }
    this.#pending.push(line);
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#next();
    }, gatherMs);
  }

  /** Resolves when everything is written, or when the terminal has had its chance: for the last words of a program. */
  async drained(): Promise<void> {
    this.#next();
    const untilMs = Date.now() + patienceMs;
    while (this.#writing && Date.now() < untilMs) await pause(1);
  }

  #next(): void {
    if (this.#writing || this.#pending.length === 0) return;
    const lines = this.#pending.map((line) => `${typeof line === 'string' ? line : line()}\n`);
    this.#pending = [];
    this.#writing = Buffer.from(lines.join(''));
    this.#write();
  }

  #write(): void {
    const bytes = this.#writing;
    if (!bytes) return;
    write(this.#descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(), retryMs);
        return;
      }
      // Any other error: nobody reads any more, and there is nobody to tell.
      this.#writing = error || written === bytes.length ? undefined : bytes.subarray(written);
      if (this.#writing) this.#write();
      else this.#next();
    });
  }
}
