const initialUs = 1_000_000;
/** RFC 6298 says 1 s; Linux has 200 ms, and so have these hosts. */
const minUs = 200_000;
const maxUs = 120_000_000;
/** RFC 6298 §5.7: after a SYN was sent again, while there is no sample. */
const afterSynLossUs = 3_000_000;

/** Retransmission time-out (RFC 6298). Karn: samples of segments that were sent again are not given to it. */
export class Rto {
  #smoothedUs = 0;
  #variationUs = 0;
  #timeoutUs = initialUs;
  #backoff = 0;

  /** With the backoff. */
  get us(): number {
    return Math.min(this.#timeoutUs * 2 ** this.#backoff, maxUs);
  }

  /** Smoothed round-trip time; 0 before the first sample. */
  get rttUs(): number {
    return this.#smoothedUs;
  }

  /** Time-outs in a row. */
  get backoff(): number {
    return this.#backoff;
  }

  sample(rttUs: number): void {
    if (this.#smoothedUs === 0) {
      this.#smoothedUs = Math.max(1, rttUs);
      this.#variationUs = rttUs / 2;
    } else {
      this.#variationUs = 0.75 * this.#variationUs + 0.25 * Math.abs(this.#smoothedUs - rttUs);
      this.#smoothedUs = Math.max(1, 0.875 * this.#smoothedUs + 0.125 * rttUs);
    }
    // Linux keeps the variation's share at 200 ms at least, so that a delayed acknowledgement is none too late.
    this.#timeoutUs = Math.min(this.#smoothedUs + Math.max(minUs, 4 * this.#variationUs), maxUs);
  }

  backOff(): void {
    this.#backoff += 1;
  }

  /** Something new was acknowledged. */
  progress(): void {
    this.#backoff = 0;
  }

  synWasLost(): void {
    if (this.#smoothedUs === 0) this.#timeoutUs = afterSynLossUs;
  }
}
