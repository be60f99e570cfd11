import { writeSync } from 'node:fs';
import { AppError } from '../errors.ts';

const limitBytes = 1024 * 1024;
const ctrlC = 0x03;
const firstWaitMs = 1;
const longestWaitMs = 32;

/**
 * What is typed into a PTY, in order (TERM8). The kernel takes what it has room for and then says EAGAIN until the
 * program reads: the queue waits, a little longer each time, and never spins. It holds 1 MiB at most.
 */
export class InputQueue {
  readonly #fd: number;
  readonly #interrupt: () => void;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #waitMs = firstWaitMs;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * `fd` is the master side, in non-blocking mode; the owner closes it after `close()`. `interrupt` does what Ctrl-C is
   * for when it would wait behind input that the program does not read.
   */
  constructor(fd: number, interrupt: () => void) {
    this.#fd = fd;
    this.#interrupt = interrupt;
  }

  /** Throws too-large, and takes nothing, when the program has left 1 MiB unread. */
  push(data: Uint8Array): void {
    if (this.#closed || data.length === 0) return;
    const interrupts = data.length === 1 && data[0] === ctrlC;
    // The kernel may still take the one byte, behind all that the program does not read.
    const stuck = interrupts && this.#queue.length > 0;
    if (interrupts) this.#forget();
    if (this.#queuedBytes + data.length > limitBytes)
      throw new AppError('too-large', 'The program is not reading its input: 1 MiB is waiting for it already.');
    this.#queue.push(Uint8Array.from(data));
    this.#queuedBytes += data.length;
    if (this.#timer === undefined) this.#drain();
    if (stuck) this.#interrupt();
  }

  /** Idempotent; forgets what is waiting. */
  close(): void {
    this.#closed = true;
    this.#forget();
  }

  /** Ctrl-C throws away what was typed ahead, as the terminal driver does, so that it is not stuck behind a paste. */
  #forget(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#waitMs = firstWaitMs;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #drain(): void {
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const written = this.#write(head);
      if (written === 'gone') this.close();
      if (written === 0) this.#later();
      if (written === 'gone' || written === 0) return;
      this.#waitMs = firstWaitMs;
      this.#queuedBytes -= written;
      if (written < head.length) this.#queue[0] = head.subarray(written);
      else this.#queue.shift();
    }
  }

  #write(data: Uint8Array): number | 'gone' {
    try {
      return writeSync(this.#fd, data);
    } catch (fault) {
      // Anything but a full buffer (EIO, EBADF) means that the program has left.
      return fault instanceof Error && 'code' in fault && fault.code === 'EAGAIN' ? 0 : 'gone';
    }
  }

  #later(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#drain();
    }, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs);
  }
}
