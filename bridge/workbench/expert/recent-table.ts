const keys = 3;

/**
 * The newest entries of a table whose keys are three whole numbers of 32 bits, in memory that is claimed once: what belongs
 * to an entry stands in columns of whoever keeps the table, at the place that `add` and `find` return (0 … most − 1).
 */
export class RecentTable {
  readonly #most: number;
  readonly #mask: number;
  /** The newest entry of each bucket, and the one of its bucket before each entry, by their numbers; 0 is none. */
  readonly #heads: Float64Array;
  readonly #before: Float64Array;
  readonly #keys: Int32Array;
  /** Entries ever added: their numbers count from 1. */
  #added = 0;

  /** `most`: entries kept. */
  constructor(most: number) {
    const buckets = 2 ** Math.ceil(Math.log2(2 * most));
    this.#most = most;
    this.#mask = buckets - 1;
    this.#heads = new Float64Array(buckets);
    this.#before = new Float64Array(most);
    this.#keys = new Int32Array(most * keys);
  }

  /** The next one drives the oldest out. */
  get isFull(): boolean {
    return this.#added >= this.#most;
  }

  /** Adds an entry; an older one of the same key is not found any more. */
  add(a: number, b: number, c: number): number {
    const number = this.#added + 1;
    const at = number % this.#most;
    const bucket = this.#bucket(a, b, c);
    this.#keys[at * keys] = a;
    this.#keys[at * keys + 1] = b;
    this.#keys[at * keys + 2] = c;
    this.#before[at] = this.#heads[bucket] ?? 0;
    this.#heads[bucket] = number;
    this.#added = number;
    return at;
  }

  /** Where the newest entry of a key stands, −1 when there is none. */
  find(a: number, b: number, c: number): number {
    // Numbers of entries whose place was taken by a newer one end the chain: behind them everything is older.
    const gone = this.#added - this.#most;
    for (let number = this.#heads[this.#bucket(a, b, c)] ?? 0; number > 0 && number > gone; ) {
      const at = number % this.#most;
      const key = at * keys;
      if (this.#keys[key] === (a | 0) && this.#keys[key + 1] === (b | 0) && this.#keys[key + 2] === (c | 0)) return at;
      number = this.#before[at] ?? 0;
    }
    return -1;
  }

  clear(): void {
    this.#heads.fill(0);
    this.#added = 0;
  }

  #bucket(a: number, b: number, c: number): number {
    const mixed = Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca77) ^ c, 0xc2b2ae3d);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
