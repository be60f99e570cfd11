/** What ping counts, and its last lines (iputils 20221126). Times in microseconds. */
export class PingStatistics {
  transmitted = 0;
  received = 0;
  duplicates = 0;
  errors = 0;
  /** Most requests that were without an answer at the same time. */
  pipe = 1;
  #timed = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = 0;
  #sum = 0;
  #squares = 0;

  /** The slowest answer so far. */
  get slowestUs(): number {
    return this.#most;
  }

  time(us: number): void {
    this.#timed += 1;
    this.#least = Math.min(this.#least, us);
    this.#most = Math.max(this.#most, us);
    this.#sum += us;
    this.#squares += us * us;
  }

  /** `elapsedUs` is from the first request to the last. */
  text(target: string, elapsedUs: number): string {
    const counts = [`${this.transmitted} packets transmitted`, `${this.received} received`];
    if (this.duplicates > 0) counts.push(`+${this.duplicates} duplicates`);
    if (this.errors > 0) counts.push(`+${this.errors} errors`);
    if (this.transmitted > 0) {
      const lost = ((this.transmitted - this.received) * 100) / this.transmitted;
      counts.push(`${asFloat(lost)}% packet loss`, `time ${Math.round(elapsedUs / 1000)}ms`);
    }
    const last: string[] = [];
    if (this.received > 0 && this.#timed > 0) last.push(`rtt min/avg/max/mdev = ${this.#times()} ms`);
    if (this.pipe > 1) last.push(`pipe ${this.pipe}`);
    return `\n--- ${target} ping statistics ---\n${counts.join(', ')}\n${last.join(', ')}\n`;
  }

  #times(): string {
    const average = Math.floor(this.#sum / this.#timed);
    // In this order, as iputils does: dividing first would make the variance of short times wrong.
    const variance = Math.floor((this.#squares - Math.floor((this.#sum * this.#sum) / this.#timed)) / this.#timed);
    return [this.#least, average, this.#most, Math.floor(Math.sqrt(Math.max(0, variance)))].map(milliseconds).join('/');
  }
}

/** `0.071`, always three places. */
const milliseconds = (us: number): string => `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}`;

/** `%g` of a single precision number. */
const asFloat = (value: number): string => String(Number(Math.fround(value).toPrecision(6)));

/** A round trip as ping prints it: three digits that mean something. */
export function roundTrip(us: number): string {
  if (us >= 100_000 - 50) return `${Math.floor((us + 500) / 1000)}`;
  if (us >= 10_000 - 5) return `${Math.floor((us + 50) / 1000)}.${Math.floor(((us + 50) % 1000) / 100)}`;
  if (us >= 1000) {
    const hundredths = Math.floor(((us + 5) % 1000) / 10);
    return `${Math.floor((us + 5) / 1000)}.${String(hundredths).padStart(2, '0')}`;
  }
  return milliseconds(us);
}
