import type { NetInterface } from './net-interface.ts';

export const anyAddress = 0;
export const limitedBroadcast = 0xffff_ffff;

/** Unsigned mask of the `prefix` highest bits. */
export const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0);
export const networkOf = (address: number, prefix: number): number => (address & maskOf(prefix)) >>> 0;

export const isLoopback = (address: number): boolean => address >>> 24 === 127;
/** Class D, and class E but the limited broadcast: nobody's own address. */
export const isMulticast = (address: number): boolean => address >>> 28 === 14;

/** Which addresses are this host's, and which mean everybody of a network; only of interfaces that are up (EH2). */
export class Addresses {
  readonly #interfaces: readonly NetInterface[];
  readonly #own = new Set<number>();
  readonly #broadcasts = new Set<number>();
  #hasLoopback = true;

  constructor(interfaces: readonly NetInterface[]) {
    this.#interfaces = interfaces;
  }

  /** After any change of an interface. */
  rebuild(): void {
    this.#own.clear();
    this.#broadcasts.clear();
    for (const { isUp, addresses, isLoopback: isLo } of this.#interfaces) {
      if (isLo) this.#hasLoopback = isUp;
      if (!isUp) continue;
      for (const { address, prefix } of addresses) {
        this.#own.add(address);
        if (prefix < 31) this.#broadcasts.add((address | ~maskOf(prefix)) >>> 0);
      }
    }
  }

  isLocal(address: number): boolean {
    return this.#own.has(address) || (isLoopback(address) && this.#hasLoopback);
  }

  isBroadcast(address: number): boolean {
    return address === limitedBroadcast || this.#broadcasts.has(address);
  }

  /** What a packet out of `at` to `target` says it comes from: the address of the same network, else the first, else any. */
  sourceOn(at: NetInterface, target: number): number {
    for (const { address, prefix } of at.addresses) {
      if (networkOf(address, prefix) === networkOf(target, prefix)) return address;
    }
    const first = at.addresses[0];
    if (first !== undefined) return first.address;
    for (const other of this.#interfaces) {
      const own = other.isLoopback || !other.isUp ? undefined : other.addresses[0];
      if (own !== undefined) return own.address;
    }
    return anyAddress;
  }
}
