const windowMs = 1000;

/** Packets a second over about the last second, from a counter that is read now and then. */
export class PacketRate {
  #samples: { atMs: number; count: number }[] = [];

  /** Takes a reading of the counter at `atMs` (monotonic) and returns the rate; 0 with the first one. */
  sample(count: number, atMs: number): number {
    this.#samples.push({ atMs, count });
    // The last reading before the window stays: it is where the window begins.
    while (this.#samples[1] !== undefined && this.#samples[1].atMs <= atMs - windowMs) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || atMs - first.atMs < 1) return 0;
    return Math.round(((count - first.count) * 1000) / (atMs - first.atMs));
  }
}
