import { DecodeError } from '../../../codec/errors.ts';
import { ReceiveBuffer } from '../../../codec/receive-buffer.ts';
import type { Scheduler } from '../../../determinism/scheduler.ts';
import { noBuffer } from '../../../protocols/openflow/v10/bodies.ts';
import { errors } from '../../../protocols/openflow/v10/error.ts';
import {
  maxMessageLength,
  messageLength,
  messageType,
  messageTypes,
  version,
} from '../../../protocols/openflow/v10/header.ts';
import { helloVersions } from '../../../protocols/openflow/v10/hello.ts';
import { appendMessage, decodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';
import { Keepalive } from '../../../sessions/keepalive.ts';
import type { Outlet, Session } from '../../../sessions/session.ts';
import type { Datapath, DatapathEvents } from '../datapath.ts';
import type { FlowEntry } from '../flow-entry.ts';
import { ethernetHeader } from '../flow-key.ts';
import type { RemovedReason } from '../flow-table.ts';
import { bufferCount } from '../packet-buffers.ts';
import type { SwitchPort } from '../port.ts';
import { isFault, toProgram } from './actions.ts';
import { type Fault, faults } from './faults.ts';
import { faultOfBuffer, modifyFlows } from './flow-mod.ts';
import { fromFlowMatch } from './match.ts';
import { appendPacketIn, maxPacketInData, packetInLength } from './packet-in.ts';
import { modifyPort } from './port-mod.ts';
import { physicalPort } from './ports.ts';
import { counter, duration, statsReplies } from './stats.ts';

/** Where an agent writes; a connection of net/ is one. */
export interface ControllerOutlet extends Outlet {
  /** Delivers what was appended, then closes. */
  end(): void;
  /** Whether a frame's message may be appended; without it always. */
  hasRoom?(lengthBytes: number): boolean;
}

export interface AgentOptions {
  readonly dpid: bigint;
  readonly name: string;
  /** Silence in ms after which the controller is asked, and after which it is given up. */
  readonly probeMs: number;
  readonly scheduler: Scheduler;
  /** HELLO was agreed upon, or the connection ended. */
  readonly onChange: () => void;
}

/** OpenFlow 1.0.0 §5.3.2: what of a frame goes to the controller unless it says otherwise. */
const defaultMissSendLength = 128;
/** An ERROR quotes the message at fault (§5.4.4), as much of it as fits. */
const maxQuotedBytes = maxMessageLength - 12;
/** Bit n: actions of type n. */
const supportedActions = 0xfff;

/**
 * The switch's side of one OpenFlow 1.0 connection, without I/O (ES50–): it answers through its outlet and never throws
 * for what a controller sends.
 */
export class OpenFlow10Agent implements Session, DatapathEvents {
  readonly #datapath: Datapath;
  readonly #outlet: ControllerOutlet;
  readonly #options: AgentOptions;
  readonly #received = new ReceiveBuffer(maxMessageLength);
  #keepalive = new Keepalive(0, 0);
  #phase: 'hello' | 'open' | 'closed' = 'hello';
  #knowsFeatures = false;
  #missSendLength = defaultMissSendLength;
  #xid = 0;

  constructor(datapath: Datapath, outlet: ControllerOutlet, options: AgentOptions) {
    this.#datapath = datapath;
    this.#outlet = outlet;
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  /** HELLO was agreed upon. */
  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** The controller has asked what this switch is. */
  get isReady(): boolean {
    return this.isOpen && this.#knowsFeatures;
  }

  open(nowMs: number): void {
    this.#keepalive = new Keepalive(this.#options.probeMs, nowMs);
    this.#append({ kind: 'hello', xid: this.#nextXid(), version, elements: new Uint8Array(0) });
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    if (this.#phase === 'closed') return;
    this.#keepalive.heard(nowMs);
    this.#received.push(chunk);
    try {
      while (!this.isClosed && this.#received.next(messageLength)) this.#next();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      // A length below that of a header: where the next message begins is unknown.
      this.close();
    }
  }

  tick(nowMs: number): void {
    if (this.#phase === 'closed') return;
    const step = this.#keepalive.tick(nowMs);
    if (step === 'ask') this.#append({ kind: 'echoRequest', xid: this.#nextXid(), data: new Uint8Array(0) });
    if (step === 'gone') this.close();
  }

  ended(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#options.onChange();
  }

  /** Ends the connection. Idempotent. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.ended();
    this.#outlet.end();
  }

  packetIn(frame: Uint8Array, inPort: number, maxLength: number | undefined): void {
    if (this.#phase !== 'open') return;
    const wanted = maxLength ?? this.#missSendLength;
    const isWhole = frame.length <= wanted && frame.length <= maxPacketInData;
    const dataBytes = isWhole ? frame.length : Math.min(wanted, maxPacketInData);
    if (this.#outlet.hasRoom?.(packetInLength(dataBytes)) === false) return;
    const bufferId = isWhole ? noBuffer : this.#datapath.buffers.keep(frame, inPort);
    appendPacketIn(this.#outlet.writer, bufferId, inPort, maxLength === undefined, frame, dataBytes);
    this.#outlet.flush();
  }

  flowRemoved(entry: FlowEntry, reason: RemovedReason): void {
    if (this.#phase !== 'open') return;
    this.#append({
      kind: 'flowRemoved',
      xid: 0,
      match: fromFlowMatch(entry.match),
      cookie: entry.cookie,
      priority: entry.priority,
      reason,
      ...duration(entry.createdUs, this.#options.scheduler.nowUs()),
      idleTimeoutS: entry.idleTimeoutS,
      packetCount: counter(entry.packets),
      byteCount: counter(entry.bytes),
    });
  }

  portChanged(port: SwitchPort, reason: 'add' | 'modify'): void {
    if (this.#phase !== 'open') return;
    this.#append({ kind: 'portStatus', xid: 0, reason, port: physicalPort(port) });
  }

  #next(): void {
    const { bytes, start, end } = this.#received;
    // A copy: frames of PACKET_OUTs go on living in the network.
    const raw = bytes.slice(start, end);
    const fault = this.#handleRaw(raw);
    if (fault !== undefined) this.#refuse(fault, raw);
  }

  #handleRaw(raw: Uint8Array): Fault | undefined {
    const misfit = this.#phase === 'hello' ? undefined : misfitOf(raw);
    if (misfit !== undefined) return misfit;
    let message: Message;
    try {
      message = decodeMessage(raw);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (this.#phase !== 'hello') return faultOf(error);
      this.close();
      return undefined;
    }
    if (this.#phase !== 'hello') return message.kind === 'hello' ? faults.badType : this.#handle(message);
    if (message.kind === 'hello') this.#hello(message);
    else this.close();
    return undefined;
  }

  #hello(hello: MessageOf<'hello'>): void {
    const versions = helloVersions(hello);
    if (versions.includes(version)) {
      this.#phase = 'open';
      this.#options.onChange();
      return;
    }
    const theirs = versions.map((each) => `0x${each.toString(16).padStart(2, '0')}`).join(', ');
    const text = `We support version 0x01, you support version ${theirs || 'none'}, no common versions.`;
    const { type, codes } = errors.helloFailed;
    const data = Uint8Array.from(text, (character) => character.charCodeAt(0));
    this.#append({ kind: 'error', xid: hello.xid, type, code: codes.incompatible, data });
    this.close();
  }

  /** Does what a message says; the fault when it is refused. */
  #handle(message: Exclude<Message, { readonly kind: 'hello' }>): Fault | undefined {
    const { xid } = message;
    switch (message.kind) {
      case 'error':
      case 'echoReply':
        break;
      case 'echoRequest':
        this.#append({ kind: 'echoReply', xid, data: message.data });
        break;
      case 'barrierRequest':
        // Every message is worked off before the next one is read.
        this.#append({ kind: 'barrierReply', xid });
        break;
      case 'featuresRequest':
        this.#features(xid);
        break;
      case 'getConfigRequest': {
        const { fragments } = this.#datapath;
        this.#append({ kind: 'getConfigReply', xid, fragments, missSendLength: this.#missSendLength });
        break;
      }
      case 'setConfig':
        this.#configure(message);
        break;
      case 'packetOut':
        return this.#packetOut(message);
      case 'flowMod':
        return modifyFlows(message, this.#datapath);
      case 'portMod':
        return modifyPort(message, this.#datapath, this);
      case 'statsRequest':
        return this.#stats(message);
      case 'queueGetConfigRequest':
        return this.#queues(message);
      case 'vendor':
        return faults.badVendor;
      case 'unknown':
        return message.version === version ? faults.badType : this.#otherVersion(message);
      default:
        return faults.badType;
    }
    return undefined;
  }

  /** Of other versions only the echo is understood, because it is the same in all of them. */
  #otherVersion({ version: theirs, type, xid, raw }: MessageOf<'unknown'>): Fault | undefined {
    if (type === messageTypes.echoReply) return undefined;
    if (type !== messageTypes.echoRequest) return faults.badVersion;
    this.#append({ kind: 'unknown', version: theirs, type: messageTypes.echoReply, xid, raw });
    return undefined;
  }

  #features(xid: number): void {
    this.#append({
      kind: 'featuresReply',
      xid,
      datapathId: this.#options.dpid,
      buffers: bufferCount,
      tables: 1,
      capabilities: ['flowStats', 'tableStats', 'portStats', 'queueStats', 'arpMatchIp'],
      actions: supportedActions,
      ports: this.#datapath.ports.slice(0, maxPorts).map(physicalPort),
    });
    if (this.#knowsFeatures) return;
    this.#knowsFeatures = true;
    this.#options.onChange();
  }

  /** Reassembly is not there: the setting stays as it is, as get_config shows. */
  #configure({ fragments, missSendLength }: MessageOf<'setConfig'>): void {
    if (fragments === 'normal' || fragments === 'drop') this.#datapath.fragments = fragments;
    this.#missSendLength = missSendLength;
  }

  #packetOut({ bufferId, inPort, actions, data }: MessageOf<'packetOut'>): Fault | undefined {
    const program = toProgram(actions, 'packetOut');
    if (isFault(program)) return program;
    // A reserved port has sent nothing, but for the local one, the controller and none.
    if (inPort >= portNumbers.Max && inPort < portNumbers.Controller) return faults.badArgument;
    if (bufferId === noBuffer) {
      // Less than a header is no frame.
      if (data.length >= ethernetHeader) this.#datapath.run(program, data, inPort);
      return undefined;
    }
    const missing = faultOfBuffer(bufferId, this.#datapath);
    const frame = this.#datapath.buffers.take(bufferId)?.frame;
    if (frame !== undefined) this.#datapath.run(program, frame, inPort);
    return missing;
  }

  #stats({ xid, stats: request }: MessageOf<'statsRequest'>): Fault | undefined {
    const { name, scheduler } = this.#options;
    const replies = statsReplies(request, this.#datapath, { name, nowUs: scheduler.nowUs() });
    if ('code' in replies) return replies;
    for (const stats of replies) this.#append({ kind: 'statsReply', xid, stats });
    return undefined;
  }

  #queues({ xid, port }: MessageOf<'queueGetConfigRequest'>): Fault | undefined {
    if (port >= portNumbers.Max || this.#datapath.port(port) === undefined) return faults.queueBadPort;
    this.#append({ kind: 'queueGetConfigReply', xid, port, queues: [] });
    return undefined;
  }

  #refuse({ type, code }: Fault, raw: Uint8Array): void {
    const xid = new DataView(raw.buffer, raw.byteOffset).getUint32(4);
    this.#append({ kind: 'error', xid, type, code, data: raw.subarray(0, maxQuotedBytes) });
  }

  #append(message: Message): void {
    appendMessage(this.#outlet.writer, message);
    this.#outlet.flush();
  }

  #nextXid(): number {
    this.#xid = (this.#xid + 1) >>> 0;
    return this.#xid;
  }
}

/** As many as fit a FEATURES_REPLY. */
const maxPorts = Math.floor((maxMessageLength - 32) / 48);

/** Actions are a multiple of 8 bytes long, all of them together: else the message is at fault, not one of them. */
function misfitOf(raw: Uint8Array): Fault | undefined {
  const type = messageType(raw, 0);
  const actionBytes = type === messageTypes.flowMod ? raw.length : type === messageTypes.packetOut ? raw[15] : 0;
  return raw[0] === version && (actionBytes ?? 0) % 8 !== 0 ? faults.badLength : undefined;
}

/** What cannot be read is too short or too long: an action, or the message. */
const faultOf = ({ path }: DecodeError): Fault =>
  path.includes('actions[') ? faults.badActionLength : faults.badLength;
