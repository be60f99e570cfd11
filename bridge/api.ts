import type { PointCounters, PointSource } from './trace/points/point-source.ts';
import type { InterventionState } from './workbench/interventions.ts';
import type { AnswerOf, ArgumentOf, MethodName } from './workbench/methods.ts';

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

/**
 * A running bridge, on its own thread; `state` is the last one pushed (at most 20 a second, at least each second), and
 * never older than the event just told.
 */
export interface BridgeHandle extends AsyncDisposable {
  readonly state: BridgeState;
  onState(listener: (state: BridgeState) => void): () => void;
  onEvent(listener: (event: BridgeEvent) => void): () => void;
  /** Batches of new records (trace-batch), at most 20 a second; while nobody listens none are made. */
  onTrace(listener: (batch: Uint8Array) => void): () => void;
  /** Called once when the bridge's thread died without having been closed; the last state stays readable. */
  onLost(listener: (why: string) => void): () => void;
  /** Up to `limit` records from `fromSeq` on (or from the oldest kept), as one batch. */
  readTrace(fromSeq: number, limit: number): Promise<Uint8Array>;
  /** Logs what is seen outside of the bridge, too, from now on; undefined ends that, and nothing of it is left. */
  watchPoints(source: PointSource | undefined): Promise<void>;
  /** Asks the workbench. Rejects with WorkbenchError for what cannot be done. */
  call<M extends MethodName>(method: M, argument: ArgumentOf<M>): Promise<AnswerOf<M>>;
  /** Sends CLOSE with the reason and ends the router's connection; no effect when there is none. */
  closeRouter(name: string, reason: string): Promise<void>;
  close(): Promise<void>;
}
