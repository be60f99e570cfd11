/** Addresses of a range and who has them. Times in microseconds of the host's clock. */
export class DhcpLeases {
  readonly #first: number;
  readonly #last: number;
  readonly #reserved: ReadonlySet<number>;
  /** By address; what was declined belongs to nobody. */
  readonly #taken = new Map<number, { client: string | undefined; untilUs: number; isBound: boolean }>();
  /** What a client had last; it gets that again while nobody else wants it. */
  readonly #remembered = new Map<string, number>();

  /** `reserved` are never given away: the server's own and the gateway's. */
  constructor(first: number, last: number, reserved: Iterable<number>) {
    this.#first = first;
    this.#last = last;
    this.#reserved = new Set(reserved);
  }

  /** Whether `client` may have `address` now. */
  isFreeFor(address: number, client: string, nowUs: number): boolean {
    if (address < this.#first || address > this.#last || this.#reserved.has(address)) return false;
    const taken = this.#taken.get(address);
    return taken === undefined || taken.client === client || taken.untilUs <= nowUs;
  }

  /** Holds an address for `client`: its own, the one it asks for, or the next free one; undefined when none is left. */
  offer(client: string, wanted: number | undefined, nowUs: number, holdUs: number): number | undefined {
    const had = this.#remembered.get(client);
    const address = [had, wanted].find((one) => one !== undefined && this.isFreeFor(one, client, nowUs));
    const chosen = address ?? this.#nextFree(client, nowUs);
    if (chosen === undefined) return undefined;
    const taken = this.#taken.get(chosen);
    if (taken?.client === client && taken.isBound && taken.untilUs > nowUs) return chosen;
    this.#take(chosen, client, nowUs + holdUs, false);
    return chosen;
  }

  /** Whether `client` was given `address` and still has it. */
  isBound(address: number, client: string, nowUs: number): boolean {
    const taken = this.#taken.get(address);
    return taken?.client === client && taken.isBound && taken.untilUs > nowUs;
  }

  bind(address: number, client: string, untilUs: number): void {
    this.#take(address, client, untilUs, true);
  }

  release(address: number, client: string): void {
    if (this.#taken.get(address)?.client === client) this.#taken.delete(address);
  }

  /** Gives up what was offered and not taken. */
  withdraw(client: string): void {
    for (const [address, taken] of this.#taken)
      if (taken.client === client && !taken.isBound) this.#taken.delete(address);
  }

  /** Somebody else uses it: nobody gets it until then. */
  decline(address: number, client: string, untilUs: number): void {
    if (this.#taken.get(address)?.client !== client) return;
    this.#taken.set(address, { client: undefined, untilUs, isBound: false });
    this.#remembered.delete(client);
  }

  #take(address: number, client: string, untilUs: number, isBound: boolean): void {
    for (const [other, taken] of this.#taken) {
      if (taken.client === client && other !== address) this.#taken.delete(other);
    }
    this.#taken.set(address, { client, untilUs, isBound });
    this.#remembered.set(client, address);
    // Clients that invent themselves must not fill the memory: the oldest is forgotten.
    const oldest = this.#remembered.keys().next().value;
    if (this.#remembered.size > 4096 && oldest !== undefined) this.#remembered.delete(oldest);
  }

  #nextFree(client: string, nowUs: number): number | undefined {
    for (let address = this.#first; address <= this.#last; address++) {
      if (this.isFreeFor(address, client, nowUs)) return address;
    }
    return undefined;
  }
}
