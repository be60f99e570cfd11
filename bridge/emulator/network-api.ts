import type { Scheduler } from '../determinism/scheduler.ts';
import type { NetworkConfig } from './config.ts';
import type { Host } from './host/api.ts';
import type { Impairments, LinkCounters, LinkQueue, LinkTap } from './wire.ts';

/** A running emulated network, as its command line and its runtime see it. */
export interface EmulatedNetwork {
  readonly config: NetworkConfig;
  readonly scheduler: Scheduler;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly switches: ReadonlyMap<string, EmulatedSwitch>;
  readonly links: readonly NetworkLink[];
  /** Ends services, connections and timers. Idempotent. */
  close(): void;
}

export interface EmulatedSwitch {
  readonly name: string;
  readonly dpid: string;
  /** Its controller answered HELLO and FEATURES_REQUEST. */
  readonly isConnected: boolean;
  readonly ports: readonly {
    readonly number: number;
    readonly name: string;
    readonly mac: string;
    readonly isUp: boolean;
  }[];
  readonly flowCount: number;
}

export interface NetworkLink {
  readonly a: { readonly node: string; readonly interface: string };
  readonly b: { readonly node: string; readonly interface: string };
  readonly isUp: boolean;
  /** `link a b up|down`: both ends lose or get their carrier. */
  setUp(isUp: boolean): void;
  readonly impairments: Impairments;
  setImpairments(impairments: Impairments): void;
  readonly counters: { readonly aToB: LinkCounters; readonly bToA: LinkCounters };
  /** What waits to go from a to b, and from b to a; undefined without a bandwidth. */
  readonly queues: readonly [LinkQueue | undefined, LinkQueue | undefined];
  /** Sees every frame, both ways; returns what ends that. */
  tap(tap: LinkTap): () => void;
}
