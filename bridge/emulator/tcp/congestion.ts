/** RFC 6928. */
const initialSegments = 10;

/** NewReno's windows in bytes (RFC 5681, RFC 6582): slow start, congestion avoidance, and what a loss does to them. */
export class Congestion {
  #mss: number;
  #cwnd: number;
  #ssthresh = Number.MAX_SAFE_INTEGER;
  /** Acknowledged since the window grew last in congestion avoidance (RFC 3465). */
  #counted = 0;

  constructor(mss: number) {
    this.#mss = mss;
    this.#cwnd = this.#initialWindow;
  }

  get cwnd(): number {
    return this.#cwnd;
  }

  get ssthresh(): number {
    return this.#ssthresh;
  }

  get #initialWindow(): number {
    return Math.min(initialSegments * this.#mss, Math.max(2 * this.#mss, 14_600));
  }

  /** The handshake told the segment size, or the path a smaller one. */
  setMss(mss: number, isFirst: boolean): void {
    this.#mss = mss;
    if (isFirst) this.#cwnd = this.#initialWindow;
  }

  /** A SYN was lost: one segment to begin with (RFC 6928 §2). */
  startWithOne(): void {
    this.#cwnd = this.#mss;
  }

  /** `inFlight` is what was on the way before: a window that is not used does not grow (RFC 7661). */
  acknowledged(bytes: number, inFlight: number): void {
    if (this.#cwnd < this.#ssthresh) {
      if (this.#cwnd < 2 * Math.max(inFlight, this.#mss)) this.#cwnd += Math.min(bytes, 2 * this.#mss);
      return;
    }
    if (inFlight + this.#mss < this.#cwnd) return;
    this.#counted += bytes;
    if (this.#counted < this.#cwnd) return;
    this.#counted -= this.#cwnd;
    this.#cwnd += this.#mss;
  }

  /** Fast recovery begins: half of what was on the way. */
  lost(inFlight: number): void {
    this.#ssthresh = Math.max(inFlight / 2, 2 * this.#mss);
    this.#cwnd = this.#ssthresh;
    this.#counted = 0;
  }

  /** The timer ran out; only the first of a row halves. */
  timedOut(inFlight: number, isFirst: boolean): void {
    if (isFirst) this.#ssthresh = Math.max(inFlight / 2, 2 * this.#mss);
    this.#cwnd = this.#mss;
    this.#counted = 0;
  }

  /** Nothing was sent for longer than a time-out: what the path bears is not known any more (RFC 5681 §4.1). */
  idle(): void {
    this.#cwnd = Math.min(this.#cwnd, this.#initialWindow);
  }
}
