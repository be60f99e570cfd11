/** Sixteen buckets to each power of two: a percentile is at most a sixteenth too high. */
const powerBits = 4;
const bucketsPerPower = 2 ** powerBits;
const bucketCount = 32 * bucketsPerPower;

function bucketOf(us: number): number {
  const value = us < 1 ? 1 : us > 0x7fff_ffff ? 0x7fff_ffff : us | 0;
  const power = 31 - Math.clz32(value);
  const shifted = power >= powerBits ? value >> (power - powerBits) : value << (powerBits - power);
  return power * bucketsPerPower + (shifted & (bucketsPerPower - 1));
}

/** First microsecond that no longer belongs to the bucket. */
function limitOf(bucket: number): number {
  const power = Math.floor(bucket / bucketsPerPower);
  return (2 ** power * (bucketsPerPower + (bucket % bucketsPerPower) + 1)) / bucketsPerPower;
}

/** Percentiles of a recent window in fixed memory: the window under way and the one before it (TR8). */
export class LatencyHistogram {
  readonly #windowUs: number;
  #current = new Uint32Array(bucketCount);
  #previous = new Uint32Array(bucketCount);
  #startedUs = 0;

  constructor(windowUs = 5_000_000) {
    this.#windowUs = windowUs;
  }

  add(latencyUs: number): void {
    const bucket = bucketOf(latencyUs);
    this.#current[bucket] = (this.#current[bucket] ?? 0) + 1;
  }

  /** Microseconds that `share` (0 to 1) of the window stay below; 0 when it is empty. */
  percentile(share: number, nowUs: number): number {
    this.#turn(nowUs);
    let total = 0;
    for (let i = 0; i < bucketCount; i++) total += this.#countAt(i);
    if (total === 0) return 0;
    let below = 0;
    for (let i = 0; i < bucketCount; i++) {
      below += this.#countAt(i);
      if (below >= total * share) return limitOf(i);
    }
    return limitOf(bucketCount - 1);
  }

  #countAt(bucket: number): number {
    return (this.#current[bucket] ?? 0) + (this.#previous[bucket] ?? 0);
  }

  #turn(nowUs: number): void {
    if (nowUs - this.#startedUs < this.#windowUs) return;
    const empty = this.#previous.fill(0);
    const isStale = nowUs - this.#startedUs >= 2 * this.#windowUs;
    this.#previous = isStale ? this.#current.fill(0) : this.#current;
    this.#current = empty;
    this.#startedUs = nowUs;
  }
}
