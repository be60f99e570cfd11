import { formatMac, parseMac } from '../../codec/addresses.ts';
import type { Scheduler } from '../../determinism/scheduler.ts';
import type { Wire, WireEnd } from '../wire.ts';
import type { HostInterface } from './api.ts';
import { HostError } from './host-error.ts';

/** Who has to know what happens at an interface: the host. */
export interface InterfaceOwner {
  received(at: NetInterface, frame: Uint8Array): void;
  /** Went up or down by `setUp`, got or lost its carrier, has another MAC or MTU. */
  changed(at: NetInterface, what: 'up' | 'carrier' | 'mac' | 'mtu'): void;
  addressAdded(at: NetInterface, address: number, prefix: number): void;
  addressRemoved(at: NetInterface, address: number, prefix: number): void;
}

export interface InterfaceSetup {
  readonly name: string;
  readonly index: number;
  readonly mac: Uint8Array;
  readonly mtu: number;
  readonly isLoopback: boolean;
}

type Tap = Parameters<HostInterface['tap']>[0];

/** An interface of a host: counts, shows and hands on frames; what is in them is the business of the layers above. */
export class NetInterface implements HostInterface, WireEnd {
  readonly name: string;
  readonly index: number;
  readonly isLoopback: boolean;
  readonly counters = { rxPackets: 0, rxBytes: 0, rxDropped: 0, txPackets: 0, txBytes: 0, txDropped: 0 };
  readonly #scheduler: Scheduler;
  readonly #owner: InterfaceOwner;
  #addresses: readonly { readonly address: number; readonly prefix: number }[] = [];
  #macBytes: Uint8Array;
  #mac: string;
  #mtu: number;
  #isUp = true;
  #hasCarrier = false;
  #wire: Wire | undefined;
  #taps: readonly Tap[] = [];

  constructor(setup: InterfaceSetup, scheduler: Scheduler, owner: InterfaceOwner) {
    this.name = setup.name;
    this.index = setup.index;
    this.isLoopback = setup.isLoopback;
    this.#macBytes = setup.mac;
    this.#mac = formatMac(setup.mac);
    this.#mtu = setup.mtu;
    this.#scheduler = scheduler;
    this.#owner = owner;
  }

  get mac(): string {
    return this.#mac;
  }

  /** Replaced, never written. */
  get macBytes(): Uint8Array {
    return this.#macBytes;
  }

  get mtu(): number {
    return this.#mtu;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get hasCarrier(): boolean {
    return this.#hasCarrier;
  }

  get addresses(): readonly { readonly address: number; readonly prefix: number }[] {
    return this.#addresses;
  }

  /** Joins it to its link. */
  plug(connect: (end: WireEnd) => Wire): void {
    this.#wire = connect(this);
    if (!this.#isUp) this.#wire.setUp(false);
    if (this.#wire.isUp !== this.#hasCarrier) this.carrier(this.#wire.isUp);
  }

  setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    this.#owner.changed(this, 'up');
    this.#wire?.setUp(isUp);
  }

  setMtu(mtu: number): void {
    this.#mtu = mtu;
    this.#owner.changed(this, 'mtu');
  }

  setMac(mac: string): void {
    const bytes = parseMac(mac);
    if (bytes === undefined || ((bytes[0] ?? 0) & 1) !== 0) throw new HostError('EADDRNOTAVAIL');
    this.#macBytes = bytes;
    this.#mac = formatMac(bytes);
    this.#owner.changed(this, 'mac');
  }

  addAddress(address: number, prefix: number): void {
    if (this.#addresses.some((own) => own.address === address && own.prefix === prefix)) throw new HostError('EEXIST');
    this.#addresses = [...this.#addresses, { address, prefix }];
    this.#owner.addressAdded(this, address, prefix);
  }

  removeAddress(address: number, prefix: number): void {
    const left = this.#addresses.filter((own) => own.address !== address || own.prefix !== prefix);
    if (left.length === this.#addresses.length) throw new HostError('EADDRNOTAVAIL');
    this.#addresses = left;
    this.#owner.addressRemoved(this, address, prefix);
  }

  sendRaw(frame: Uint8Array): void {
    if (!this.#isUp) throw new HostError('ENETDOWN');
    this.transmit(frame);
  }

  /** Hands a frame to the link; one that cannot leave is counted. */
  transmit(frame: Uint8Array): void {
    const counters = this.counters;
    const wire = this.#wire;
    if (!this.#isUp || !this.#hasCarrier || wire === undefined) {
      counters.txDropped++;
      return;
    }
    counters.txPackets++;
    counters.txBytes += frame.length;
    if (this.#taps.length > 0) this.#show(frame, 'out');
    wire.send(frame);
  }

  receive(frame: Uint8Array): void {
    const counters = this.counters;
    if (!this.#isUp) {
      counters.rxDropped++;
      return;
    }
    counters.rxPackets++;
    counters.rxBytes += frame.length;
    if (this.#taps.length > 0) this.#show(frame, 'in');
    this.#owner.received(this, frame);
  }

  carrier(isUp: boolean): void {
    if (isUp === this.#hasCarrier) return;
    this.#hasCarrier = isUp;
    this.#owner.changed(this, 'carrier');
  }

  tap(listener: Tap): () => void {
    // Wrapped, so that one listener that taps twice is two taps; replaced, so that a tap may end inside of its own call.
    const own: Tap = (frame, direction, atUs) => listener(frame, direction, atUs);
    this.#taps = [...this.#taps, own];
    return () => {
      this.#taps = this.#taps.filter((other) => other !== own);
    };
  }

  #show(frame: Uint8Array, direction: 'in' | 'out'): void {
    const atUs = this.#scheduler.nowUs();
    for (const tap of this.#taps) tap(frame, direction, atUs);
  }
}

/** The wire of `lo`: what is sent comes back, in order, but never inside the call. */
export function loopbackWire(scheduler: Scheduler, end: WireEnd): Wire {
  let waiting: Uint8Array[] = [];
  const deliver = (): void => {
    const frames = waiting;
    waiting = [];
    for (const frame of frames) end.receive(frame);
  };
  return {
    isUp: true,
    setUp: () => {},
    send: (frame) => {
      if (waiting.push(frame) === 1) scheduler.soon(deliver);
    },
  };
}
