const maxAddresses = 8192;

/** A MAC address as a number: a key that costs no object. */
export function macKey(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const low =
    ((bytes[at + 2] ?? 0) << 24) | ((bytes[at + 3] ?? 0) << 16) | ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0);
  return high * 0x1_0000_0000 + (low >>> 0);
}

/** Which port each address of a switch was last seen on. Bounded: the address learned longest ago makes room (L22). */
export class MacTable {
  readonly #ports = new Map<number, number>();

  portOf(mac: number): number | undefined {
    return this.#ports.get(mac);
  }

  get size(): number {
    return this.#ports.size;
  }

  /** Returns true when the address was on another port before. */
  learn(mac: number, port: number): boolean {
    const before = this.#ports.get(mac);
    if (before === port) return false;
    if (before === undefined && this.#ports.size >= maxAddresses) {
      for (const oldest of this.#ports.keys()) if (this.#ports.delete(oldest)) break;
    }
    this.#ports.delete(mac);
    this.#ports.set(mac, port);
    return before !== undefined;
  }

  forgetPort(port: number): void {
    for (const [mac, at] of this.#ports) if (at === port) this.#ports.delete(mac);
  }
}
