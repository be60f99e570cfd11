/** Next hops remembered: one a slot of a table without chains, a newer one takes the slot of an older. A power of two. */
const slotCount = 1024;

/** A router that waits for an answer asks again at least this often, and no more than five times (RFC 1122 §2.3.2.1, RT12). */
const askAgainUs = 3_000_000;
const maxAsked = 5;

const slotOf = (port: number, key: number): number => Math.imul(key ^ Math.imul(port, 0x27d4eb2f), 0x9e3779b1) >>> 22;

/**
 * What a router asks its neighbours for: from its first ARP request for a next hop to the ARP packet that tells it. Frames
 * that it was given in between, and that it sends to that neighbour afterwards, have waited for it.
 */
export class AskedHops {
  readonly #address = new Int32Array(slotCount);
  readonly #port = new Uint16Array(slotCount);
  readonly #isAsking = new Uint8Array(slotCount);
  readonly #asked = new Uint8Array(slotCount);
  readonly #askedUs = new Float64Array(slotCount);
  readonly #trigger = new Float64Array(slotCount);
  readonly #answer = new Float64Array(slotCount);
  readonly #mac = new Int32Array(slotCount);
  /** Slot + 1 of the next hop with a MAC, by the MAC's hash. */
  readonly #byMac = new Uint16Array(slotCount);

  clear(): void {
    this.#isAsking.fill(0);
    this.#byMac.fill(0);
  }

  /** The frame for which this next hop is being asked already, 0 when nobody asked lately. */
  askingFor(port: number, address: number, nowUs: number): number {
    const slot = slotOf(port, address);
    const isThis = this.#isAsking[slot] === 1 && this.#port[slot] === port && this.#address[slot] === address;
    const asked = this.#asked[slot] ?? 0;
    if (!isThis || asked >= maxAsked || nowUs - (this.#askedUs[slot] ?? 0) > askAgainUs) return 0;
    this.#asked[slot] = asked + 1;
    this.#askedUs[slot] = nowUs;
    return this.#trigger[slot] ?? 0;
  }

  /** The router asks for a next hop because of frame `trigger`. */
  ask(port: number, address: number, trigger: number, nowUs: number): void {
    const slot = slotOf(port, address);
    this.#address[slot] = address;
    this.#port[slot] = port;
    this.#isAsking[slot] = 1;
    this.#asked[slot] = 1;
    this.#askedUs[slot] = nowUs;
    this.#trigger[slot] = trigger;
  }

  /** The router was told that `address` has this MAC; only what it asked for counts. */
  told(port: number, address: number, mac: number, seq: number): void {
    const slot = slotOf(port, address);
    if (this.#isAsking[slot] !== 1 || this.#port[slot] !== port || this.#address[slot] !== address) return;
    this.#isAsking[slot] = 0;
    this.#answer[slot] = seq;
    this.#mac[slot] = mac;
    this.#byMac[slotOf(port, mac)] = slot + 1;
  }

  /** The router gave up on what frame `trigger` waited for. */
  gaveUp(trigger: number): void {
    for (let slot = 0; slot < slotCount; slot++) if (this.#trigger[slot] === trigger) this.#isAsking[slot] = 0;
  }

  /** The ARP packet for which frame `seq` waited before it went to this neighbour, 0 when it did not wait. */
  releaseOf(port: number, mac: number, seq: number): number {
    const slot = (this.#byMac[slotOf(port, mac)] ?? 0) - 1;
    if (slot < 0 || this.#mac[slot] !== mac || this.#port[slot] !== port || this.#isAsking[slot] === 1) return 0;
    const answer = this.#answer[slot] ?? 0;
    return seq >= (this.#trigger[slot] ?? 0) && seq < answer ? answer : 0;
  }
}
