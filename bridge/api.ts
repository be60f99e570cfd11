import type { CommentCount } from './trace/packet-comments.ts';
import type { PointCounters } from './trace/points/point-source.ts';
import type { InterventionState } from './workbench/intervention-state.ts';
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
  /** Where programs connect that stand beside a router; nowhere when it is left out. */
  readonly seconds?: readonly ListenAddress[];
  /** Names for datapaths; another switch may connect and is named by its dpid. */
  readonly switches: readonly { readonly name: string; readonly dpid: string }[];
  readonly trace: { readonly records: number; readonly frameBytes: number; readonly snapLength: number };
  /** Unix ms at which this machine's monotonic clock was zero, for its dates; what the wall clock says unless given. */
  readonly machineEpochMs?: number;
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
  /** The program beside this router, or the last one that was; left out where there never was one. */
  readonly second?: BridgeSecondBuild;
}
/** A second build of a router: what it was given, and what came of it. Nothing of it is in the log. */
export interface BridgeSecondBuild {
  readonly state: 'parked' | 'ready' | 'ended';
  readonly peer: string;
  readonly toRouter: number;
  readonly fromRouter: number;
  /** Frames for which its queue had no room: it reads too slowly. */
  readonly dropped: number;
  /** Of what it sent: too many at once, for an interface it does not have, not a frame, or with no cause that is known. */
  readonly ignored: number;
  /** Questions for MAC addresses that were answered to it from what the router knew (simulated). */
  readonly answered: number;
  /** Frames given since it last sent one, and for how long it has been silent about them. */
  readonly unanswered: number;
  readonly silentUs: number;
  readonly lastToRouter: { readonly seq: number; readonly tUs: number };
  /** Why its connection is over, '' while it is not. */
  readonly endedBecause: string;
  /** From this record on it cannot be compared; undefined while it can. */
  readonly until: { readonly seq: number; readonly why: 'queue full' | 'flood' | 'ended' } | undefined;
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
  readonly listening: {
    readonly openflow: readonly ListenAddress[];
    readonly vns: readonly ListenAddress[];
    /** Left out where none was asked for. */
    readonly seconds?: readonly ListenAddress[];
  };
  readonly switches: readonly BridgeSwitch[];
  readonly routers: readonly BridgeRouter[];
  readonly counters: BridgeCounters;
  /** While frames are seen at points outside of the bridge. */
  readonly points?: PointCounters;
  /** What people have set that changes frames or their timing. */
  readonly workbench: InterventionState;
  /** Comments on packets, of which whoever shows them asks for more when the revision is another one. */
  readonly comments: CommentCount;
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
