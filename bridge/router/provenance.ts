import { address, arp, ether, etherTypes, ip, u16 } from '../packet/header-layout.ts';
import { mayComplain } from './icmp.ts';
import type { RouterJournal } from './router.ts';

/** A frame that the router is given, under a number of the caller's. `frame` is kept while it may be needed. */
export interface Given {
  readonly key: number;
  readonly frame: Uint8Array;
}
interface Waiting {
  readonly because: Given;
  /** What waits is a message of the router's own, made because of the frame, and not the frame itself. */
  readonly isOwn: boolean;
}

/**
 * Which of the frames that the reference router was given each of its outputs came from (RT50): heard from its journal, so
 * it is known and not inferred. `begin` goes before each `receive` and `tick`; `parents` holds for the output in `send`.
 */
export class Provenance implements RouterJournal {
  /** Keys of the frames that the output comes from: what it was made of first, then the ARP packet that it waited for. */
  parents: readonly number[] = [];
  /** Why the frame given last went no further; undefined when it did. */
  ignoredBecause: string | undefined;
  readonly #waiting = new Map<number, Waiting[]>();
  #given: Given | undefined;
  /** Those who are told host unreachable now, in order, and the one whose turn it is. */
  #giveUps: Waiting[] = [];
  #givenUp: Given | undefined;
  #routedTo = 0;

  /** Begins a call of `receive`, or (`undefined`) of `tick`. */
  begin(given: Given | undefined): void {
    this.#given = given;
    this.#giveUps = [];
    this.#givenUp = undefined;
    this.ignoredBecause = undefined;
  }

  received(): void {}
  arpHit(): void {}
  ignored(why: string): void {
    this.ignoredBecause = why;
  }

  routed(destination: number): void {
    this.#routedTo = destination;
    if (this.#given !== undefined) return;
    // Some who waited are told nothing: errors about errors, and messages of the router's own.
    let next = this.#giveUps.shift();
    while (
      next !== undefined &&
      (next.isOwn || !mayComplain(next.because.frame, ether.header, next.because.frame.length))
    )
      next = this.#giveUps.shift();
    this.#givenUp = next?.because;
  }

  arpMiss(nextHop: number, outcome: 'ask' | 'queued' | 'full'): void {
    const because = this.#given ?? this.#givenUp;
    if (because === undefined) return;
    if (outcome === 'full') {
      this.ignoredBecause = 'too much waits for its next hop already';
      return;
    }
    const isOwn = address(because.frame, ether.header + ip.destination) !== this.#routedTo;
    const queue = this.#waiting.get(nextHop) ?? [];
    this.#waiting.set(nextHop, queue);
    queue.push({ because, isOwn });
  }

  arpGaveUp(nextHop: number): void {
    this.#giveUps = this.#waiting.get(nextHop) ?? [];
    this.#waiting.delete(nextHop);
  }

  sent(_interface: number, bytes: Uint8Array): void {
    this.parents = this.#parentsOf(bytes);
  }

  #parentsOf(output: Uint8Array): number[] {
    const given = this.#given;
    if (isArp(output)) {
      if (u16(output, ether.header + arp.operation) === 2) return given === undefined ? [] : [given.key];
      const [first] = this.#waiting.get(address(output, ether.header + arp.targetAddress)) ?? [];
      return first === undefined ? [] : [first.because.key];
    }
    if (given === undefined) return this.#givenUp === undefined ? [] : [this.#givenUp.key];
    if (!isArp(given.frame)) return [given.key];
    const released = this.#waiting.get(address(given.frame, ether.header + arp.senderAddress))?.shift();
    return released === undefined ? [] : [released.because.key, given.key];
  }
}

const isArp = (frame: Uint8Array): boolean => u16(frame, ether.type) === etherTypes.arp;
