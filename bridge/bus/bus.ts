/** Something the bus had to refuse or survive; never thrown at whoever emitted. */
export type BusFault =
  | { readonly kind: 'listener threw'; readonly event: string; readonly cause: unknown }
  | { readonly kind: 'cycle'; readonly event: string; readonly chain: readonly string[] }
  | { readonly kind: 'queue full'; readonly event: string };

export interface BusOptions {
  /** Told of every fault; must not throw. */
  readonly onFault: (fault: BusFault) => void;
  /** Events waiting at once; more are refused and counted. Default 1024. */
  readonly maxQueued?: number;
  /** Events that may cause one another in a row before it counts as a cycle. Default 32. */
  readonly maxChain?: number;
  /** Listeners for one event; another one is a leak and throws. Default 64. */
  readonly maxListeners?: number;
}
export interface BusCounters {
  readonly emitted: number;
  readonly threw: number;
  readonly cycles: number;
  readonly refused: number;
}

interface Queued<Events> {
  readonly name: keyof Events & string;
  readonly deliver: () => void;
  /** The event in whose listener this one was emitted. */
  readonly within: Queued<Events> | undefined;
  readonly depth: number;
}

/**
 * Typed and bounded events. Delivery is synchronous and in order; what a listener emits waits until everybody has heard
 * the event before it (BUS2). Packets do not travel here: they are views that are gone after the turn.
 */
export class Bus<Events extends object> {
  readonly #listeners = new Map<keyof Events, ((event: never) => void)[]>();
  readonly #queue: Queued<Events>[] = [];
  readonly #onFault: (fault: BusFault) => void;
  readonly #maxQueued: number;
  readonly #maxChain: number;
  readonly #maxListeners: number;
  #current: Queued<Events> | undefined;
  #emitted = 0;
  #threw = 0;
  #cycles = 0;
  #refused = 0;

  constructor(options: BusOptions) {
    this.#onFault = options.onFault;
    this.#maxQueued = options.maxQueued ?? 1024;
    this.#maxChain = options.maxChain ?? 32;
    this.#maxListeners = options.maxListeners ?? 64;
  }

  get counters(): BusCounters {
    return { emitted: this.#emitted, threw: this.#threw, cycles: this.#cycles, refused: this.#refused };
  }

  /** Returns what ends the subscription (idempotent). Throws when an event has too many listeners: that is a leak. */
  on<K extends keyof Events & string>(name: K, listener: (event: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? [];
    if (listeners.length >= this.#maxListeners) {
      throw new Error(`More than ${this.#maxListeners} listeners for ${name}: one of them is not ended`);
    }
    // Replaced, never mutated: a delivery under way keeps the list it began with.
    this.#listeners.set(name, [...listeners, listener]);
    return () => {
      const now = this.#listeners.get(name) ?? [];
      this.#listeners.set(
        name,
        now.filter((other) => other !== listener),
      );
    };
  }

  /** Delivers to every listener before it returns, except inside a listener: then after the event under way. */
  emit<K extends keyof Events & string>(name: K, event: Events[K]): void {
    const within = this.#current;
    const depth = (within?.depth ?? 0) + 1;
    if (depth > this.#maxChain) {
      this.#cycles += 1;
      this.#onFault({ kind: 'cycle', event: name, chain: [...chainOf(within), name] });
      return;
    }
    if (this.#queue.length >= this.#maxQueued) {
      this.#refused += 1;
      this.#onFault({ kind: 'queue full', event: name });
      return;
    }
    this.#emitted += 1;
    this.#queue.push({ name, deliver: () => this.#deliver(name, event), within, depth });
    if (within === undefined) this.#drain();
  }

  #drain(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#current = next;
      next.deliver();
    }
    this.#current = undefined;
  }

  #deliver<K extends keyof Events & string>(name: K, event: Events[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as (event: Events[K]) => void)(event);
      } catch (cause) {
        this.#threw += 1;
        this.#onFault({ kind: 'listener threw', event: name, cause });
      }
    }
  }
}

function chainOf<Events>(last: Queued<Events> | undefined): string[] {
  const names: string[] = [];
  for (let at = last; at !== undefined; at = at.within) names.unshift(at.name);
  return names;
}

/** A fault in words: what happened, to which event, and how it came about. */
export function describeFault(fault: BusFault): string {
  switch (fault.kind) {
    case 'listener threw':
      return `A listener of ${fault.event} threw: ${fault.cause instanceof Error ? fault.cause.message : String(fault.cause)}`;
    case 'cycle':
      return `Events cause one another without end, ${fault.event} was not emitted: ${shorten(fault.chain).join(' → ')}`;
    case 'queue full':
      return `Too many events wait, ${fault.event} was not emitted`;
  }
}

const shorten = (chain: readonly string[]): readonly string[] =>
  chain.length <= 6 ? chain : [...chain.slice(0, 3), '…', ...chain.slice(-2)];
