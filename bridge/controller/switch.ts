import type { BridgeSwitch } from '../api.ts';
import type { PacketIn, SwitchLink, SwitchPort } from '../apps/app.ts';
import { noBuffer } from '../protocols/openflow/v10/bodies.ts';
import { appendPacketOut, maxPacketOutFrame, packetIn } from '../protocols/openflow/v10/fast.ts';
import type { Message } from '../protocols/openflow/v10/message.ts';
import { portNumbers } from '../protocols/openflow/v10/port.ts';
import { type OpenFlowSession, packetXid } from '../sessions/openflow-session.ts';
import type { Answered, Request } from '../sessions/pending-requests.ts';
import type { Outlet } from '../sessions/session.ts';
import type { Interceptor, Passage } from '../trace/intercept.ts';
import { newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { SwitchPorts } from './switch-ports.ts';

/** The connection that a switch has at the moment. */
export interface SwitchConnection extends Outlet {
  readonly peer: string;
  hasRoom(lengthBytes: number): boolean;
}
interface Attachment {
  readonly session: OpenFlowSession;
  readonly connection: SwitchConnection;
}
export interface SwitchDeps {
  readonly log: PacketLog;
  readonly interceptor: Interceptor;
  readonly handedOn: (seq: number) => void;
  readonly onPacket: (packet: PacketIn) => void;
}

const packetOutOverhead = 24;
const noBytes = new Uint8Array(0);

/** One datapath, whether it is connected or not; its applications keep it across reconnections. */
export class Switch implements SwitchLink {
  readonly name: string;
  readonly dpid: string;
  readonly node: number;
  readonly knownPorts = new SwitchPorts();
  readonly #log: PacketLog;
  readonly #handedOn: (seq: number) => void;
  readonly #onPacket: (packet: PacketIn) => void;
  readonly #interceptor: Interceptor;
  readonly #inward: Passage;
  readonly #outward: Passage;
  /** Filled anew for each packet: the packet path makes no object (BR7). */
  readonly #packet;
  #attached: Attachment | undefined;
  #description = '';

  constructor(name: string, dpid: string, deps: SwitchDeps) {
    this.name = name;
    this.dpid = dpid;
    this.node = deps.log.node(name);
    this.#log = deps.log;
    this.#handedOn = deps.handedOn;
    this.#onPacket = deps.onPacket;
    this.#interceptor = deps.interceptor;
    const ports = () => new Map([...this.ports].map(([port, { name: its }]) => [port, its]));
    const place = { name, node: this.node, ports };
    this.#inward = {
      point: 'packet_in',
      ...place,
      pass: ({ port, bufferId, isWhole, bytes, start, end, parent }) =>
        this.#deliver(port, bufferId, isWhole, bytes, start, end, parent),
    };
    this.#outward = {
      point: 'packet_out',
      ...place,
      pass: ({ parent, inPort, port, bufferId, bytes, start, end }) => {
        if (bufferId === noBuffer) this.#send(parent, inPort, port, bytes, start, end);
        else this.#out(parent, inPort, port, bufferId, noBytes, 0, 0);
      },
    };
    deps.interceptor.register(this.#inward, this.#outward);
    this.#packet = {
      link: this as SwitchLink,
      port: 0,
      bufferId: noBuffer,
      isWhole: true,
      bytes: noBytes as Uint8Array,
      start: 0,
      end: 0,
      seq: 0,
    };
  }

  get isConnected(): boolean {
    return this.#attached !== undefined;
  }
  get ports(): ReadonlyMap<number, SwitchPort> {
    return this.knownPorts.byNumber;
  }
  get attached(): Attachment | undefined {
    return this.#attached;
  }
  get state(): BridgeSwitch {
    return {
      name: this.name,
      dpid: this.dpid,
      connected: this.isConnected,
      description: this.#description,
      ports: [...this.ports.values()].sort((a, b) => a.port - b.port),
    };
  }

  attach(attached: Attachment, description: string): void {
    this.#attached = attached;
    this.#description = description;
  }

  detach(): void {
    this.#attached = undefined;
  }

  /** A PACKET_IN at `bytes[start, end)`: logged, then handed to the application. */
  packetArrived(view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const first = start + packetIn.dataOffset;
    const totalLength = packetIn.totalLength(view, start);
    const port = packetIn.inPort(view, start);
    const bufferId = packetIn.bufferId(view, start);
    const isWhole = end - first >= totalLength;
    const seq = this.#log.append('packet_in', this.node, port, bytes, first, end, Math.max(totalLength, end - first));
    const { isArmed } = this.#interceptor;
    if (isArmed && this.#interceptor.takes(this.#inward, seq, port, port, bufferId, isWhole, bytes, first, end)) return;
    this.#deliver(port, bufferId, isWhole, bytes, first, end, seq);
  }

  packetOut(parent: number, inPort: number, outPort: number, bytes: Uint8Array, start: number, end: number): void {
    const { isArmed } = this.#interceptor;
    if (isArmed && this.#interceptor.takes(this.#outward, parent, outPort, inPort, noBuffer, true, bytes, start, end))
      return;
    this.#send(parent, inPort, outPort, bytes, start, end);
  }

  releaseBuffer(parent: number, inPort: number, outPort: number, bufferId: number): void {
    if (this.#interceptor.isArmed && this.#takesBuffered(parent, inPort, outPort, bufferId)) return;
    this.#out(parent, inPort, outPort, bufferId, noBytes, 0, 0);
  }

  send(make: (xid: number) => Message): void {
    this.#attached?.session.send(make);
  }

  request(make: (xid: number) => Request, done: Answered): void {
    if (this.#attached === undefined) done({ kind: 'closed', reason: 'The switch is gone' });
    else this.#attached.session.request(make, done);
  }

  #deliver(
    port: number,
    bufferId: number,
    isWhole: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    seq: number,
  ): void {
    const packet = this.#packet;
    packet.port = port;
    packet.bufferId = bufferId;
    packet.isWhole = isWhole;
    packet.bytes = bytes;
    packet.start = start;
    packet.end = end;
    packet.seq = seq;
    this.#onPacket(packet);
  }

  #send(parent: number, inPort: number, outPort: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start > maxPacketOutFrame(1)) this.#log.drop(parent, this.node, outPort, 'too large');
    else this.#out(parent, inPort, outPort, noBuffer, bytes, start, end);
  }

  /** What the switch keeps is known here as far as the log kept it. */
  #takesBuffered(parent: number, inPort: number, outPort: number, bufferId: number): boolean {
    const seen = newLoggedRecord();
    if (!this.#log.look(parent, seen)) return false;
    const { bytes, start, end, length } = seen;
    const isWhole = end - start === length;
    return this.#interceptor.takes(this.#outward, parent, outPort, inPort, bufferId, isWhole, bytes, start, end);
  }

  #out(
    parent: number,
    inPort: number,
    outPort: number,
    bufferId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const connection = this.#attached?.connection;
    if (connection === undefined) {
      this.#log.drop(parent, this.node, outPort, 'switch gone');
      return;
    }
    if (outPort <= portNumbers.Max && !this.ports.has(outPort)) {
      this.#log.drop(parent, this.node, outPort, 'unknown port');
      return;
    }
    if (!connection.hasRoom(packetOutOverhead + end - start)) {
      this.#log.drop(parent, this.node, outPort, 'switch queue full');
      return;
    }
    const seq = this.#log.follow(parent, 'packet_out', this.node, outPort);
    appendPacketOut(connection.writer, packetXid(seq), bufferId, inPort, outPort, bytes, start, end);
    connection.flush();
    this.#handedOn(seq);
  }
}
