import type { Random } from '../../determinism/random.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';

const buckets = 2048;
/** Linux's jiffy, CONFIG_HZ=250. */
const jiffyUs = 4000;

/**
 * IP identification as Linux's ip_idents_reserve: a counter for a source, destination and protocol, shared by those that
 * fall into one bucket, that also moves by a random part of the time that has passed (EH23).
 */
export class Idents {
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #next = new Uint16Array(buckets);
  readonly #jiffy = new Float64Array(buckets);
  readonly #key: number;

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#key = random.nextU32();
    for (let i = 0; i < buckets; i++) this.#next[i] = random.nextU32();
  }

  take(source: number, destination: number, protocol: number): number {
    let hash = Math.imul(destination ^ this.#key, 0x9e3779b1) ^ Math.imul(source ^ protocol, 0x85ebca6b);
    hash = (hash ^ (hash >>> 15)) & (buckets - 1);
    const jiffy = Math.floor(this.#scheduler.nowUs() / jiffyUs);
    const passed = jiffy - (this.#jiffy[hash] ?? 0);
    this.#jiffy[hash] = jiffy;
    const moved = passed > 0 ? Math.floor(this.#random.next() * passed) : 0;
    const id = ((this.#next[hash] ?? 0) + moved) & 0xffff;
    this.#next[hash] = id + 1;
    return id;
  }
}
