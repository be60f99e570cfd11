import type { Terminal } from '@xterm/xterm';

/** xterm takes a new height into its scrolling with the frame after the one that draws it, sometimes later. */
const mostFrames = 10;

/**
 * Keeps a terminal at the end of its output while it is out of sight (TERM20). xterm 6.0 does not: what is written right
 * after a change of size is scrolled with the height from before, and what does not fit counts as a person's scrolling.
 */
export class KeptEnd {
  readonly #terminal: Terminal;
  #isKept = true;
  #isInSight = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** It is drawn anew, from its start to its end. */
  drawnAnew(): void {
    this.#isKept = true;
  }

  /** It goes out of sight: whoever has scrolled up finds what was read. */
  hidden(): void {
    if (this.#isInSight) this.#isKept = this.#isAtEnd();
    this.#isInSight = false;
  }

  /** It is in sight, and the size of its pane. */
  shown(): void {
    this.#isInSight = true;
    if (this.#isKept) this.#goToEnd(mostFrames);
  }

  #goToEnd(frames: number): void {
    if (this.#isAtEnd()) return;
    this.#terminal.scrollToBottom();
    if (frames > 0) requestAnimationFrame(() => this.#goToEnd(frames - 1));
  }

  #isAtEnd(): boolean {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    return viewportY >= baseY;
  }
}
