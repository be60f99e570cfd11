import type { PointCounters } from './trace/points/point-source.ts';

import type { InterventionState } from './workbench/interventions.ts';
/** What the server (or a command line) asks of a bridge and hears from it: plain data, so that a message port can carry it. */

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface RouterInterfaceConfig {
  readonly name: string;
  readonly port: number;
  readonly address: string;
  readonly mask: string;
}
export interface RouterConfig {
  readonly name: string;
  readonly vhost: string;
  /** Datapath id of its switch, 16 hex digits; undefined takes the first switch that connects. */
  readonly dpid: string | undefined;
  readonly interfaces: readonly RouterInterfaceConfig[];
  /** Text of the RTABLE message, one `destination gateway mask interface` a line. */
  readonly rtable: string;
}
export type AppConfig =
  | {
      readonly kind: 'vns-router';
      readonly routers: readonly RouterConfig[];
      /** Shared key, of which the first 64 bytes count; undefined asks for none. */
      readonly authKey: Uint8Array | undefined;
    }
  | { readonly kind: 'l2-learning'; readonly idleTimeoutS: number; readonly hardTimeoutS: number };

export interface BridgeConfig {
  readonly app: AppConfig;
  readonly openflow: readonly ListenAddress[];
  readonly vns: readonly ListenAddress[];
  /** Names for datapaths; another switch may connect and is named by its dpid. */
  readonly switches: readonly { readonly name: string; readonly dpid: string }[];
  readonly trace: { readonly records: number; readonly frameBytes: number; readonly snapLength: number };
}

export interface BridgeSwitch {
  readonly name: string;
  readonly dpid: string;
  readonly connected: boolean;
  readonly description: string;
  readonly ports: readonly {
    readonly port: number;
    readonly name: string;
    readonly mac: string;
    readonly up: boolean;
  }[];
}
export interface BridgeRouter {
  readonly name: string;
  readonly vhost: string;
  readonly state: 'absent' | 'connected' | 'parked' | 'ready';
  readonly peer: string;
  readonly interfaces: readonly (RouterInterfaceConfig & { readonly mac: string })[];
  /** Frames given to this connection and taken from it, and the last one given (seq 0: none; time on the trace's clock). */
  readonly toRouter: number;
  readonly fromRouter: number;
  readonly lastToRouter: { readonly seq: number; readonly tUs: number };
}
interface BridgeCounters {
  readonly logged: number;
  readonly forgotten: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly drops: Readonly<Record<string, number>>;
  /** Bytes arrived → packet handed on, a recent window. */
  readonly dispatchP50Us: number;
  readonly dispatchP99Us: number;
}
export interface BridgeState {
  readonly listening: { readonly openflow: readonly ListenAddress[]; readonly vns: readonly ListenAddress[] };
  readonly switches: readonly BridgeSwitch[];
  readonly routers: readonly BridgeRouter[];
  readonly counters: BridgeCounters;
  /** While frames are seen at points outside of the bridge. */
  readonly points?: PointCounters;
  /** What people have set that changes frames or their timing. */
  readonly workbench: InterventionState;
  /** Wall time (Unix ms) of the trace clock's zero, and now on that clock. */
  readonly epochMs: number;
  readonly nowUs: number;
}

/** Something that happened, for people and for waiting on; `afterSeq` is the last record of the log at that moment. */
export interface BridgeEvent {
  readonly kind:
    | 'switch:connected'
    | 'switch:disconnected'
    | 'switch:replaced'
    | 'switch:error'
    | 'port:changed'
    | 'router:connected'
    | 'router:parked'
    | 'router:ready'
    | 'router:stale'
    | 'router:refused'
    | 'router:disconnected'
    | 'queue:full'
    | 'queue:drained'
    | 'peer:malformed'
    | 'peer:refused'
    | 'frame:expired'
    | 'fault:began'
    | 'fault:ended'
    | 'router:kill'
    | 'listener:failed'
    | 'bridge:fault';
  readonly afterSeq: number;
  readonly tUs: number;
  /** Switch or router concerned, '' when none is known yet. */
  readonly node: string;
  readonly level: 'info' | 'warn' | 'bad';
  readonly text: string;
  readonly reason: string;
}
