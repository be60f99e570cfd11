/** A frame is held for ten minutes at most; nobody stands still for longer. */
const longestMs = 605_000;

export interface RouterPauseDeps {
  /** Signals the program; false when this machine runs none. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => boolean;
  /** A router that connects over the network goes on, and a person should know. */
  readonly onNotHere: () => void;
}

/** Stops a router's program while a frame is held, and lets it go on whatever happens (LAB18). */
export class RouterPause {
  readonly #deps: RouterPauseDeps;
  #isWanted = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: RouterPauseDeps) {
    this.#deps = deps;
  }

  /** What the bridge wants now; told again and again, it counts when it changes. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (!isWanted) this.release();
    else if (this.#deps.signal('SIGSTOP')) {
      this.#isStopped = true;
      this.#timer = setTimeout(() => this.release(), longestMs).unref();
    } else this.#deps.onNotHere();
  }

  /** Lets the program go on. Idempotent. */
  release(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#deps.signal('SIGCONT');
  }
}
