import { mayComplain } from '../../../router/icmp.ts';
import type { RouterJournal } from '../../../router/router.ts';

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) << 16) | u16(bytes, at + 2);
const isArp = (frame: Uint8Array): boolean => u16(frame, 12) === 0x0806;

interface Given {
  readonly seq: number;
  readonly frame: Uint8Array;
}
interface Waiting {
  readonly because: Given;
  /** A message of the router's own, not the frame itself. */
  readonly isOwn: boolean;
}

/** Learns from the reference router's journal, and not from its frames, which given frame each of its outputs came from. */
export class RouterTruth implements RouterJournal {
  readonly #waiting = new Map<number, Waiting[]>();
  #given: Given | undefined;
  /** Those who are told host unreachable now, in order. */
  #told: Waiting[] = [];
  #told1: Waiting | undefined;
  #routedTo = 0;
  /** Of the output that is about to be sent. */
  parents: readonly number[] = [];

  /** `undefined` while time passes. */
  begin(given: Given | undefined): void {
    this.#given = given;
    this.#told = [];
  }

  received(): void {}
  ignored(): void {}
  arpHit(): void {}

  routed(destination: number): void {
    this.#routedTo = destination;
    if (this.#given !== undefined) return;
    for (let next = this.#told.shift(); next !== undefined; next = this.#told.shift()) {
      const { frame } = next.because;
      if (next.isOwn || !mayComplain(frame, 14, frame.length)) continue;
      this.#told1 = next;
      return;
    }
  }

  arpMiss(nextHop: number, outcome: 'ask' | 'queued' | 'full'): void {
    const because = this.#given ?? this.#told1?.because;
    if (outcome === 'full' || because === undefined) return;
    const isOwn = u32(because.frame, 30) !== this.#routedTo;
    const queue = this.#waiting.get(nextHop) ?? [];
    this.#waiting.set(nextHop, queue);
    queue.push({ because, isOwn });
  }

  arpGaveUp(nextHop: number): void {
    this.#told = this.#waiting.get(nextHop) ?? [];
    this.#waiting.delete(nextHop);
  }

  sent(_interface: number, bytes: Uint8Array): void {
    this.parents = this.#parentsOf(bytes);
  }

  #parentsOf(output: Uint8Array): number[] {
    const given = this.#given;
    if (isArp(output)) {
      if (u16(output, 20) === 2) return given === undefined ? [] : [given.seq];
      const first = this.#waiting.get(u32(output, 38))?.[0];
      return first === undefined ? [] : [first.because.seq];
    }
    if (given === undefined) return this.#told1 === undefined ? [] : [this.#told1.because.seq];
    if (!isArp(given.frame)) return [given.seq];
    const released = this.#waiting.get(u32(given.frame, 28))?.shift();
    return released === undefined ? [] : [released.because.seq, given.seq];
  }
}
