import { parseIpv4 } from '../../../codec/addresses.ts';
import { type Random, seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { summarize } from '../../../packet/dissect.ts';
import type { HostConfig, RouteConfig } from '../../config.ts';
import { createTcp } from '../../tcp/tcp.ts';
import type { Wire, WireEnd } from '../../wire.ts';
import { createHost, type EmulatedHost } from '../host.ts';

/** The number of an address in a test; throws for what is none. */
export function ip(text: string): number {
  const number = parseIpv4(text);
  if (number === undefined) throw new Error(`${text} is not an address`);
  return number;
}

/** A cable without delay that a test can cut, watch and thin out. */
export class Cable {
  readonly scheduler: VirtualScheduler;
  /** Every frame that was handed over, in order. */
  readonly frames: { readonly from: string; readonly atUs: number; readonly frame: Uint8Array }[] = [];
  /** What arrives instead of a frame; the frame itself unless a test says otherwise. */
  pass: (frame: Uint8Array, from: string) => readonly Uint8Array[] = (frame) => [frame];
  #isUp = true;
  readonly #ends: WireEnd[] = [];

  constructor(scheduler: VirtualScheduler) {
    this.scheduler = scheduler;
  }

  readonly connect = (end: WireEnd): Wire => {
    this.#ends.push(end);
    const isUp = () => this.#isUp;
    return {
      get isUp() {
        return isUp();
      },
      setUp: (up) => this.setUp(up),
      send: (frame) => {
        this.frames.push({ from: end.name, atUs: this.scheduler.nowUs(), frame });
        const arriving = this.#isUp ? this.pass(frame, end.name) : [];
        const peers = this.#ends.filter((other) => other !== end);
        this.scheduler.soon(() => {
          for (const arrived of arriving) for (const peer of peers) peer.receive(arrived);
        });
      },
    };
  };

  setUp(isUp: boolean): void {
    this.#isUp = isUp;
    for (const end of this.#ends) end.carrier(isUp);
  }

  /** What went over it since the last call, a line a frame: `a > ARP …`. */
  said(): string[] {
    return this.frames.splice(0).map(({ from, frame }) => {
      const { source, destination, protocol, info } = summarize(frame);
      return `${from.split('-')[0]} ${source} > ${destination} ${protocol} ${info}`;
    });
  }
}

export interface StationOptions {
  readonly address?: string;
  readonly prefix?: number;
  readonly routes?: readonly RouteConfig[];
  readonly random?: Random;
}

/** A host with one interface; its MAC ends with the last byte of its address. */
export function station(name: string, scheduler: VirtualScheduler, options: StationOptions = {}): EmulatedHost {
  const { address, prefix = 24, routes = [], random = seededRandom(name) } = options;
  const last = address === undefined ? 0x99 : Number(address.split('.')[3]);
  const config: HostConfig = {
    name,
    interfaces: [{ mac: `02:00:00:00:00:${last.toString(16).padStart(2, '0')}`, address, prefix }],
    routes,
    services: [],
  };
  const names = new Map([
    ['a', ip('10.0.0.1')],
    ['b', ip('10.0.0.2')],
  ]);
  return createHost(config, { scheduler, random, names, createTcp });
}

/** Hosts a (10.0.0.1/24) and b (10.0.0.2/24) on one cable. */
export function pair(): {
  readonly scheduler: VirtualScheduler;
  readonly cable: Cable;
  readonly a: EmulatedHost;
  readonly b: EmulatedHost;
} {
  const scheduler = new VirtualScheduler();
  const cable = new Cable(scheduler);
  const a = station('a', scheduler, { address: '10.0.0.1' });
  const b = station('b', scheduler, { address: '10.0.0.2' });
  a.plug(0, cable.connect);
  b.plug(0, cable.connect);
  return { scheduler, cable, a, b };
}
