import type { Random } from '../determinism/random.ts';
import type { Scheduler } from '../determinism/scheduler.ts';
import { LinkDirection } from './link-direction.ts';
import type { NetworkLink } from './network-api.ts';
import type { Impairments, LinkTap, Wire, WireEnd } from './wire.ts';

export interface LinkDeps {
  readonly scheduler: Scheduler;
  /** Chance of the way from a to b and of the way back: each its own, so that traffic one way does not move the other. */
  readonly randoms: readonly [Random, Random];
}

/** A cable between two interfaces (EM3–EM9). Plug both ends in, then it comes up. */
export class Link implements NetworkLink {
  readonly a: NetworkLink['a'];
  readonly b: NetworkLink['b'];
  readonly #ends: readonly [WireEnd, WireEnd];
  readonly #ways: readonly [LinkDirection, LinkDirection];
  readonly #taps: LinkTap[] = [];
  readonly #endUp: [boolean, boolean] = [true, true];
  #impairments: Impairments = {};
  #isSwitchedOn = true;
  #isUp = false;

  constructor(
    a: { readonly node: string; readonly end: WireEnd },
    b: { readonly node: string; readonly end: WireEnd },
    { scheduler, randoms }: LinkDeps,
  ) {
    this.a = { node: a.node, interface: a.end.name };
    this.b = { node: b.node, interface: b.end.name };
    this.#ends = [a.end, b.end];
    const taps = this.#taps;
    this.#ways = [
      new LinkDirection(a.end.name, b.end, { scheduler, random: randoms[0], taps }),
      new LinkDirection(b.end.name, a.end, { scheduler, random: randoms[1], taps }),
    ];
  }

  /** What each end sends into. */
  get wires(): readonly [Wire, Wire] {
    return [this.#wire(0), this.#wire(1)];
  }

  /** Both ends are plugged in: they are told whether there is a carrier. */
  start(): void {
    this.#isUp = this.#shouldBeUp;
    for (const way of this.#ways) way.isUp = this.#isUp;
    for (const end of this.#ends) end.carrier(this.#isUp);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  setUp(isUp: boolean): void {
    this.#isSwitchedOn = isUp;
    this.#update();
  }

  get impairments(): Impairments {
    return this.#impairments;
  }

  setImpairments(impairments: Impairments): void {
    this.#impairments = impairments;
    for (const way of this.#ways) way.impairments = impairments;
  }

  get counters(): NetworkLink['counters'] {
    return { aToB: this.#ways[0].counters, bToA: this.#ways[1].counters };
  }

  get queues(): NetworkLink['queues'] {
    return [this.#ways[0].queue, this.#ways[1].queue];
  }

  tap(tap: LinkTap): () => void {
    this.#taps.push(tap);
    return () => {
      const at = this.#taps.indexOf(tap);
      if (at >= 0) this.#taps.splice(at, 1);
    };
  }

  get #shouldBeUp(): boolean {
    return this.#isSwitchedOn && this.#endUp[0] && this.#endUp[1];
  }

  #wire(side: 0 | 1): Wire {
    const way = this.#ways[side];
    const isUp = () => this.#isUp;
    return {
      send: (frame) => way.send(frame),
      get isUp() {
        return isUp();
      },
      setUp: (up) => {
        this.#endUp[side] = up;
        this.#update();
      },
    };
  }

  #update(): void {
    const isUp = this.#shouldBeUp;
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    for (const way of this.#ways) way.isUp = isUp;
    for (const end of this.#ends) end.carrier(isUp);
  }
}
