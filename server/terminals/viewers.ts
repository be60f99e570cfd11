import { performance } from 'node:perf_hooks';
import { AppError } from '../errors.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { PtySize } from './pty.ts';
import type { TerminalViewer } from './terminal-service.ts';

/** Bytes sent and not drawn yet: above the first a viewer gets no more, at the second it gets a fresh screen (TERM7). */
export const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;

const inputMessageBytes = 64 * 1024;
const inputBytesPerSecond = 1024 * 1024;

interface Seat {
  undrawnBytes: number;
  behind: boolean;
  size: PtySize | undefined;
  readonly typing: TokenBucket;
}

/** The pages that look at one terminal, each with its own credit: none of them ever waits for another. */
export class Viewers {
  readonly #seats = new Map<TerminalViewer, Seat>();

  get count(): number {
    return this.#seats.size;
  }

  /** A viewer that joins anew starts with full credit. */
  join(viewer: TerminalViewer): void {
    const typing = new TokenBucket(inputBytesPerSecond, inputBytesPerSecond, performance.now());
    this.#seats.set(viewer, { undrawnBytes: 0, behind: false, size: undefined, typing });
  }

  leave(viewer: TerminalViewer): void {
    this.#seats.delete(viewer);
  }

  has(viewer: TerminalViewer): boolean {
    return this.#seats.has(viewer);
  }

  clear(): void {
    this.#seats.clear();
  }

  send(batch: Uint8Array): void {
    for (const [viewer, seat] of this.#seats) {
      if (seat.undrawnBytes + batch.length > highWaterBytes) seat.behind = true;
      if (seat.behind) continue;
      seat.undrawnBytes += batch.length;
      viewer.output(batch);
    }
  }

  /** Gives credit back; never more than was used. */
  drawn(viewer: TerminalViewer, bytes: number): void {
    const seat = this.#seats.get(viewer);
    if (seat !== undefined) seat.undrawnBytes = Math.max(0, seat.undrawnBytes - bytes);
  }

  /** Those that fell behind and have drawn enough since. */
  caughtUp(): TerminalViewer[] {
    return [...this.#seats].flatMap(([viewer, { behind, undrawnBytes }]) =>
      behind && undrawnBytes <= lowWaterBytes ? [viewer] : [],
    );
  }

  /** Every viewer but `except` that is not behind: a viewer that is gets its screen anyway. */
  others(except: TerminalViewer): TerminalViewer[] {
    return [...this.#seats].flatMap(([viewer, { behind }]) => (viewer === except || behind ? [] : [viewer]));
  }

  /** From now on the viewer gets output again; a screen costs no credit. */
  resume(viewer: TerminalViewer): void {
    const seat = this.#seats.get(viewer);
    if (seat !== undefined) seat.behind = false;
  }

  /** Throws too-large when the message, or the last second of this viewer, is more than a person types or pastes (TERM9). */
  admitInput(viewer: TerminalViewer | undefined, bytes: number): void {
    if (bytes > inputMessageBytes)
      throw new AppError('too-large', `${bytes} bytes were typed at once: expected at most ${inputMessageBytes}.`);
    const seat = viewer === undefined ? undefined : this.#seats.get(viewer);
    if (seat !== undefined && !seat.typing.take(bytes, performance.now()))
      throw new AppError('too-large', `More than ${inputBytesPerSecond} bytes were typed within a second.`);
  }

  sizeOf(viewer: TerminalViewer): PtySize | undefined {
    return this.#seats.get(viewer)?.size;
  }
  setSize(viewer: TerminalViewer, size: PtySize): void {
    const seat = this.#seats.get(viewer);
    if (seat !== undefined) seat.size = size;
  }
}
