import type { BridgeRouter, BridgeSecondBuild } from '../api.ts';
import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Message } from '../protocols/openflow/v10/message.ts';
import type { Answered, Request } from '../sessions/pending-requests.ts';
import type { Outlet, Session } from '../sessions/session.ts';
import type { Interceptor } from '../trace/intercept.ts';
import type { PacketLog } from '../trace/packet-log.ts';

export interface SwitchPort {
  readonly port: number;
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
}

/** A switch as an application sees it; the same object whenever its datapath comes back. */
export interface SwitchLink {
  readonly name: string;
  readonly dpid: string;
  /** Its number in the log. */
  readonly node: number;
  readonly isConnected: boolean;
  readonly ports: ReadonlyMap<number, SwitchPort>;
  /**
   * Sends a frame out of a port (or a reserved one, as `portNumbers.Flood`): logged as packet_out with the frame of
   * `parent`, or as a drop with its cause. `inPort` is where it came in, `portNumbers.None` when nowhere.
   */
  packetOut(parent: number, inPort: number, outPort: number, bytes: Uint8Array, start: number, end: number): void;
  /** The same for a packet that the switch keeps in a buffer. */
  releaseBuffer(parent: number, inPort: number, outPort: number, bufferId: number): void;
  /** Sends a message that has no reply. Nothing happens while the switch is gone. */
  send(make: (xid: number) => Message): void;
  request(make: (xid: number) => Request, done: Answered): void;
}

/** A PACKET_IN, the same object each time: nothing of it may be kept after the call. The frame is `bytes[start, end)`. */
export interface PacketIn {
  readonly link: SwitchLink;
  readonly port: number;
  /** `noBuffer` when the switch did not keep the packet. */
  readonly bufferId: number;
  /** False when the switch sent only the beginning. */
  readonly isWhole: boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Its record in the log. */
  readonly seq: number;
}

/** A VNS connection as an application sees it. */
export interface RouterConnection extends Outlet {
  readonly peer: string;
  hasRoom(lengthBytes: number): boolean;
  end(): void;
}

/** What an application is given; it reaches nothing else. */
export interface AppContext {
  readonly bus: Bus<BridgeEvents>;
  readonly log: PacketLog;
  /** Asked where a router is given frames and takes them, when it is armed. */
  readonly interceptor: Interceptor;
  switchOf(dpid: string): SwitchLink | undefined;
  /** A frame of the bytes now being worked on was handed on, as record `seq`: its latency counts. */
  handedOn(seq: number): void;
  /** The trace's clock, µs. */
  nowUs(): number;
  randomBytes(length: number): Uint8Array;
  sha1(bytes: Uint8Array): Uint8Array;
}

/** What a controller does with packets. One folder each, registered in apps.ts. */
export interface App {
  packetIn(packet: PacketIn): void;
  /** Applications that have no routers leave this out, and no VNS port is opened. */
  readonly routers?: RouterSide;
}
export interface RouterSide {
  /** A new VNS connection: the session that serves it, and who hears that it is slow. */
  connected(connection: RouterConnection): { readonly session: Session; readonly onQueue: (isFull: boolean) => void };
  state(): BridgeRouter[];
  /** Sends CLOSE with the reason and ends the connection, if there is one. */
  close(name: string, reason: string): void;
  closeAll(reason: string): void;
  /** Programs beside those that play the routers: they are given the same, and what they send goes nowhere. */
  readonly seconds: SecondSide;
}
export interface SecondSide extends Pick<RouterSide, 'connected' | 'close' | 'closeAll'> {
  /** The one beside a router, or the last one that was. */
  of(name: string): SecondRecord | undefined;
  /** Hears that one came, got ready, or left. */
  onChange(changed: () => void): void;
}
/** A frame that a second build sent, and out of which interface. */
export interface SecondOutput {
  readonly tUs: number;
  readonly interface: string;
  readonly frame: Uint8Array;
}
/** What the comparison reads of a second build. */
interface SecondRecord {
  readonly state: BridgeSecondBuild;
  /** The first record whose outputs are all kept. */
  readonly keptFromSeq: number;
  /** What it sent because of the frame that it was given as this record. */
  outputsOf(seq: number): readonly SecondOutput[];
}
