/** How long an answer counts, how often and how many times to ask (RT10, RT11). */
const keepMs = 15_000;
const retryMs = 1000;
const tries = 5;

/** Bounds: a scan of a large network or a flood to a silent host must not eat the memory (RT13). */
const maxKnown = 1024;
const maxAsked = 256;
const maxWaiting = 2048;
const maxWaitingInAll = 8192;

interface Known {
  readonly mac: Uint8Array;
  readonly untilMs: number;
}

/** A frame that waits for an address: as received on `from`, or made here (`from` −1). */
export interface WaitingFrame {
  readonly bytes: Uint8Array;
  readonly from: number;
}

/** A next hop that has been asked for. */
export interface Asked {
  readonly interface: number;
  readonly nextHop: number;
  readonly frames: WaitingFrame[];
  asked: number;
  nextMs: number;
}

/** What a call of `due` finds to do: ask again, or tell everyone who waited. */
export interface Due {
  readonly ask: readonly Asked[];
  readonly gaveUp: readonly Asked[];
}

/** The ARP cache and who waits for it. No frames are made here: the router does. */
export class Neighbors {
  readonly #known: Map<number, Known>[];
  readonly #asked: Map<number, Asked>[];
  #askedCount = 0;
  #waitingCount = 0;

  constructor(interfaces: number) {
    this.#known = Array.from({ length: interfaces }, () => new Map());
    this.#asked = Array.from({ length: interfaces }, () => new Map());
  }

  find(interfaceIndex: number, nextHop: number, nowMs: number): Uint8Array | undefined {
    const known = this.#known[interfaceIndex]?.get(nextHop);
    return known && nowMs < known.untilMs ? known.mac : undefined;
  }

  /** Keeps an answer and hands out what waited for it, oldest first. `mac` is kept: pass a copy. */
  learn(interfaceIndex: number, nextHop: number, mac: Uint8Array, nowMs: number): readonly WaitingFrame[] {
    const known = this.#known[interfaceIndex];
    const asked = this.#asked[interfaceIndex];
    if (!known || !asked) return [];
    // Deleted first, so that the map's order is the order of age.
    known.delete(nextHop);
    if (known.size >= maxKnown) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(nextHop, { mac, untilMs: nowMs + keepMs });
    const waiting = asked.get(nextHop);
    if (!waiting) return [];
    asked.delete(nextHop);
    this.#noLonger(waiting);
    return waiting.frames;
  }

  /** True when the address is known or asked for: then an unasked announcement of it is worth taking. */
  concerns(interfaceIndex: number, nextHop: number): boolean {
    return Boolean(this.#known[interfaceIndex]?.has(nextHop) || this.#asked[interfaceIndex]?.has(nextHop));
  }

  /**
   * Lets a frame wait: `ask` when nobody asked for this next hop yet, `queued` behind others, `full` when it must be
   * dropped. `frame` is kept: pass a copy.
   */
  wait(interfaceIndex: number, nextHop: number, frame: WaitingFrame, nowMs: number): 'ask' | 'queued' | 'full' {
    const queues = this.#asked[interfaceIndex];
    const queue = queues?.get(nextHop);
    if (this.#waitingCount >= maxWaitingInAll) return 'full';
    if (queue) {
      if (queue.frames.length >= maxWaiting) return 'full';
      queue.frames.push(frame);
      this.#waitingCount++;
      return 'queued';
    }
    if (!queues || this.#askedCount >= maxAsked) return 'full';
    queues.set(nextHop, {
      interface: interfaceIndex,
      nextHop,
      frames: [frame],
      asked: 1,
      nextMs: nowMs + retryMs,
    });
    this.#askedCount++;
    this.#waitingCount++;
    return 'ask';
  }

  /** Whose turn has come; forgets answers that are too old and next hops that never answered. */
  due(nowMs: number): Due {
    for (const known of this.#known) {
      for (const [nextHop, { untilMs }] of known) if (nowMs >= untilMs) known.delete(nextHop);
    }
    const ask: Asked[] = [];
    const gaveUp: Asked[] = [];
    for (const queues of this.#asked) {
      for (const [nextHop, queue] of queues) {
        if (nowMs < queue.nextMs) continue;
        if (queue.asked >= tries) {
          queues.delete(nextHop);
          this.#noLonger(queue);
          gaveUp.push(queue);
        } else {
          queue.asked++;
          queue.nextMs = nowMs + retryMs;
          ask.push(queue);
        }
      }
    }
    return { ask, gaveUp };
  }

  #noLonger({ frames }: Asked): void {
    this.#askedCount--;
    this.#waitingCount -= frames.length;
  }
}
