import { type FlowKey, keyWords } from './flow-key.ts';
import type { FlowMatch } from './flow-match.ts';

/** What a classifier holds. */
export interface Classified {
  readonly match: FlowMatch;
  /** The higher wins; between equal ones any. */
  readonly rank: number;
  /** The classifier's own: the next one of the same bucket. */
  next: this | undefined;
}

/**
 * Finds the highest-ranking match of a frame by tuple space search (ES11): entries with the same mask are one hash table,
 * the tables are tried by their highest rank, and the search ends as soon as no table left can do better.
 */
export class Classifier<E extends Classified> {
  readonly #byMask = new Map<string, Tuple<E>>();
  #tuples: Tuple<E>[] = [];

  lookup(key: FlowKey): E | undefined {
    const tuples = this.#tuples;
    let best: E | undefined;
    for (let i = 0; i < tuples.length; i++) {
      const tuple = tuples[i];
      if (tuple === undefined || (best !== undefined && tuple.maxRank <= best.rank)) break;
      const found = tuple.find(key);
      if (found !== undefined && (best === undefined || found.rank > best.rank)) best = found;
    }
    return best;
  }

  insert(entry: E): void {
    const name = nameOf(entry.match);
    let tuple = this.#byMask.get(name);
    if (tuple === undefined) {
      tuple = new Tuple(entry.match.mask);
      this.#byMask.set(name, tuple);
      this.#tuples.push(tuple);
    }
    if (tuple.insert(entry)) this.#sort();
  }

  remove(entry: E): void {
    const name = nameOf(entry.match);
    const tuple = this.#byMask.get(name);
    if (!tuple?.remove(entry)) return;
    if (tuple.size === 0) {
      this.#byMask.delete(name);
      this.#tuples = this.#tuples.filter((other) => other !== tuple);
    } else this.#sort();
  }

  /** The entries whose match is exactly this one. */
  *same(match: FlowMatch): Generator<E> {
    let entry = this.#byMask.get(nameOf(match))?.first(match.key);
    while (entry !== undefined) {
      const { next } = entry;
      if (entry.match.key.every((bits, i) => bits === match.key[i])) yield entry;
      entry = next;
    }
  }

  clear(): void {
    this.#byMask.clear();
    this.#tuples = [];
  }

  #sort(): void {
    this.#tuples.sort((a, b) => b.maxRank - a.maxRank);
  }
}

const nameOf = (match: FlowMatch): string => match.mask.join();

const initialBuckets = 8;

/** The entries of one mask. A bucket is a chain by falling rank. */
class Tuple<E extends Classified> {
  readonly #mask: FlowKey;
  /** The words that the mask looks at at all. */
  readonly #words: Int32Array;
  /** How many entries have which rank. */
  readonly #ranks = new Map<number, number>();
  #buckets: (E | undefined)[] = new Array(initialBuckets).fill(undefined);
  size = 0;
  maxRank = -1;

  constructor(mask: FlowKey) {
    this.#mask = mask;
    const used: number[] = [];
    for (let i = 0; i < keyWords; i++) if (mask[i] !== 0) used.push(i);
    this.#words = Int32Array.from(used);
  }

  first(key: FlowKey): E | undefined {
    return this.#buckets[this.#bucketOf(key)];
  }

  find(key: FlowKey): E | undefined {
    const mask = this.#mask;
    const words = this.#words;
    for (let entry = this.first(key); entry !== undefined; entry = entry.next) {
      const wanted = entry.match.key;
      let i = 0;
      for (; i < words.length; i++) {
        const at = words[i] ?? 0;
        if (((key[at] ?? 0) & (mask[at] ?? 0)) !== wanted[at]) break;
      }
      if (i === words.length) return entry;
    }
    return undefined;
  }

  /** True when the highest rank is another one now. */
  insert(entry: E): boolean {
    if (this.size >= this.#buckets.length) this.#grow();
    this.#chain(entry);
    this.size += 1;
    this.#ranks.set(entry.rank, (this.#ranks.get(entry.rank) ?? 0) + 1);
    if (entry.rank <= this.maxRank) return false;
    this.maxRank = entry.rank;
    return true;
  }

  /** True when the highest rank is another one now. */
  remove(entry: E): boolean {
    const bucket = this.#bucketOf(entry.match.key);
    let before: E | undefined;
    let here = this.#buckets[bucket];
    while (here !== undefined && here !== entry) {
      before = here;
      here = here.next;
    }
    if (here === undefined) return false;
    if (before === undefined) this.#buckets[bucket] = entry.next;
    else before.next = entry.next;
    entry.next = undefined;
    this.size -= 1;
    const left = (this.#ranks.get(entry.rank) ?? 1) - 1;
    if (left > 0) {
      this.#ranks.set(entry.rank, left);
      return false;
    }
    this.#ranks.delete(entry.rank);
    if (entry.rank < this.maxRank) return false;
    this.maxRank = -1;
    for (const rank of this.#ranks.keys()) if (rank > this.maxRank) this.maxRank = rank;
    return true;
  }

  #chain(entry: E): void {
    const bucket = this.#bucketOf(entry.match.key);
    let before: E | undefined;
    let here = this.#buckets[bucket];
    while (here !== undefined && here.rank >= entry.rank) {
      before = here;
      here = here.next;
    }
    entry.next = here;
    if (before === undefined) this.#buckets[bucket] = entry;
    else before.next = entry;
  }

  #grow(): void {
    const old = this.#buckets;
    this.#buckets = new Array(old.length * 2).fill(undefined);
    for (let entry of old) {
      while (entry !== undefined) {
        const { next } = entry;
        this.#chain(entry);
        entry = next;
      }
    }
  }

  #bucketOf(key: FlowKey): number {
    const mask = this.#mask;
    const words = this.#words;
    let hash = 0;
    for (let i = 0; i < words.length; i++) {
      const at = words[i] ?? 0;
      hash = Math.imul(hash ^ ((key[at] ?? 0) & (mask[at] ?? 0)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.#buckets.length - 1);
  }
}
