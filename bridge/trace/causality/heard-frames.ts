import type { FrameFacts } from './frame-facts.ts';

/** By what frames are found again. */
export const keys = { flow: 0, content: 1, exchange: 2, hop: 3 } as const;
const keysPerFrame = 4;

/** Frames remembered: a second and a half at 10,000 a second. A power of two. */
const frameCount = 16_384;
const bucketCount = 32_768;
const expiryUs = 10_000_000;

/**
 * The frames that a router was given last, in columns claimed once, and chains through them from the newest to the oldest
 * for each key. A place is the index of a frame in the columns; a node is a place in the chain of one key.
 */
export class HeardFrames {
  readonly seq = new Float64Array(frameCount);
  readonly tUs = new Float64Array(frameCount);
  readonly source = new Int32Array(frameCount);
  readonly destination = new Int32Array(frameCount);
  readonly body = new Int32Array(frameCount);
  readonly ttl = new Uint8Array(frameCount);
  readonly port = new Uint16Array(frameCount);
  /** Outputs that were put down to it, up to 255, and the port of the first. */
  readonly outputs = new Uint8Array(frameCount);
  readonly outputPort = new Uint16Array(frameCount);
  /** By bucket and by node: position × 4 + key of the next older one, 0 for none. Positions only grow: what was overwritten shows. */
  readonly #heads = new Float64Array(bucketCount);
  readonly #older = new Float64Array(frameCount * keysPerFrame);
  readonly #keys = new Int32Array(frameCount * keysPerFrame);
  /** Position of the newest frame, and of the last one that no longer counts. */
  #newest = 0;
  #forgotten = 0;
  #nowUs = 0;

  /** Forgets every frame: another program plays the router now. */
  clear(): void {
    this.#forgotten = this.#newest;
  }

  /** Remembers a frame; the frame of 16,384 ago makes room. `hop` is the key of the next hop that it makes a router need. */
  add(facts: FrameFacts, seq: number, tUs: number, port: number, hop: number): void {
    this.#newest += 1;
    const place = this.#newest % frameCount;
    this.#nowUs = tUs;
    this.seq[place] = seq;
    this.tUs[place] = tUs;
    this.source[place] = facts.source;
    this.destination[place] = facts.destination;
    this.body[place] = facts.body;
    this.ttl[place] = facts.ttl;
    this.port[place] = port;
    this.outputs[place] = 0;
    this.#link(place, keys.flow, facts.flow);
    this.#link(place, keys.content, facts.content);
    this.#link(place, keys.exchange, facts.exchange);
    this.#link(place, keys.hop, hop);
  }

  /** The newest frame with this key as a node, −1 when there is none. */
  newest(which: number, key: number, nowUs: number): number {
    this.#nowUs = nowUs;
    return key === 0 ? -1 : this.#from(this.#heads[bucketOf(which, key)] ?? 0, which, key);
  }

  /** The next older frame with the same key. */
  older(node: number): number {
    return this.#from(this.#older[node] ?? 0, node % keysPerFrame, this.#keys[node] ?? 0);
  }

  placeOf(node: number): number {
    return node >>> 2;
  }

  #link(place: number, which: number, key: number): void {
    const node = place * keysPerFrame + which;
    this.#keys[node] = key;
    if (key === 0) return;
    const bucket = bucketOf(which, key);
    this.#older[node] = this.#heads[bucket] ?? 0;
    this.#heads[bucket] = this.#newest * keysPerFrame + which;
  }

  /** Follows a chain to the first node with this key; a position that was overwritten or forgotten ends it. */
  #from(reference: number, which: number, key: number): number {
    const oldest = Math.max(this.#forgotten, this.#newest - frameCount);
    let at = reference;
    for (let steps = 0; steps < maxCollisions; steps++) {
      const position = Math.floor(at / keysPerFrame);
      if (position <= oldest) return -1;
      const node = (position % frameCount) * keysPerFrame + (at % keysPerFrame);
      if (this.#nowUs - (this.tUs[node >>> 2] ?? 0) > expiryUs) return -1;
      if (at % keysPerFrame === which && this.#keys[node] === key) return node;
      at = this.#older[node] ?? 0;
    }
    return -1;
  }
}

/** Other keys in the same bucket that are passed by before a search gives up. */
const maxCollisions = 64;

const bucketOf = (which: number, key: number): number => (Math.imul(key, 0x9e3779b1) ^ (which * 0x2545)) >>> 17;
