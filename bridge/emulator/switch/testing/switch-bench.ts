import { ReceiveBuffer } from '../../../codec/receive-buffer.ts';
import { Writer } from '../../../codec/writer.ts';
import { seededRandom } from '../../../determinism/random.ts';
import { VirtualScheduler } from '../../../determinism/scheduler.ts';
import { maxMessageLength, messageLength } from '../../../protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { Session } from '../../../sessions/session.ts';
import type { SwitchConfig } from '../../config.ts';
import type { Wire, WireEnd } from '../../wire.ts';
import { OpenFlowSwitch, type SwitchLimits } from '../switch.ts';

const none = new Uint8Array(0);

/** What is plugged into a port: keeps what the switch sends, and sends what a test gives it. */
export class Plug implements Wire {
  readonly sent: Uint8Array[] = [];
  readonly #end: WireEnd;
  #isUp = true;

  constructor(end: WireEnd) {
    this.#end = end;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame);
  }

  /** What the switch has sent since the last time. */
  take(): Uint8Array[] {
    return this.sent.splice(0);
  }

  setUp(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#end.carrier(isUp);
  }

  give(frame: Uint8Array): void {
    this.#end.receive(frame);
  }
}

/** A controller that a test plays: `says` what, `hears` the answers. */
export class TestController {
  readonly writer = new Writer();
  readonly session: Session;
  isEnded = false;
  hasRoom: (lengthBytes: number) => boolean = () => true;
  nowMs = 0;

  constructor(sw: OpenFlowSwitch) {
    const outlet = {
      writer: this.writer,
      flush: () => undefined,
      end: () => {
        this.isEnded = true;
      },
      hasRoom: (lengthBytes: number) => this.hasRoom(lengthBytes),
    };
    this.session = sw.connected(outlet);
    this.session.open(0);
  }

  says(...messages: Message[]): this {
    for (const message of messages) this.saysBytes(encodeMessage(message));
    return this;
  }

  saysBytes(bytes: Uint8Array): this {
    this.session.receive(bytes, this.nowMs);
    return this;
  }

  hears(): Message[] {
    const buffer = new ReceiveBuffer(maxMessageLength);
    buffer.push(this.writer.bytes.subarray(0, this.writer.length));
    this.writer.reset();
    const messages: Message[] = [];
    while (buffer.next(messageLength)) messages.push(decodeMessage(buffer.bytes.slice(buffer.start, buffer.end)));
    return messages;
  }

  /** Says one thing and hears what comes of it. */
  asks(message: Message): Message[] {
    this.hears();
    return this.says(message).hears();
  }

  /** HELLO both ways and FEATURES, nothing of it left to hear. */
  greets(): this {
    this.says({ kind: 'hello', xid: 1, version: 1, elements: none }, { kind: 'featuresRequest', xid: 2 });
    this.hears();
    return this;
  }

  /** Time passes, looked at four times a second. */
  passes(ms: number): this {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += 250;
      this.session.tick(this.nowMs);
    }
    return this;
  }
}

export interface BenchOptions {
  readonly failMode?: SwitchConfig['failMode'];
  readonly ports?: number;
  readonly limits?: Partial<SwitchLimits>;
}

/** A switch on the bench: virtual time, a plug in every port, a controller that has said HELLO. */
export class SwitchBench {
  readonly scheduler = new VirtualScheduler();
  readonly sw: OpenFlowSwitch;
  readonly #plugs = new Map<number, Plug>();
  readonly controller: TestController;

  constructor({ failMode = 'secure', ports = 3, limits = {} }: BenchOptions = {}) {
    const deps = { scheduler: this.scheduler, random: seededRandom('bench') };
    this.sw = new OpenFlowSwitch({ name: 'sw0', dpid: '00000000000000a1', failMode }, deps, limits);
    for (let number = 1; number <= ports; number++) this.addPort(number);
    this.controller = new TestController(this.sw).greets();
  }

  addPort(number: number): Plug {
    let plug: Plug | undefined;
    this.sw.addPort(number, `sw0-eth${number}`, macOfPort(number), (end) => {
      plug = new Plug(end);
      return plug;
    });
    if (plug === undefined) throw new Error('the port was not plugged in');
    this.#plugs.set(number, plug);
    return plug;
  }

  port(number: number): Plug {
    const plug = this.#plugs.get(number);
    if (plug === undefined) throw new Error(`there is no port ${number}`);
    return plug;
  }

  /** A frame comes in; which ports send what. */
  gives(number: number, frame: Uint8Array): Record<number, Uint8Array[]> {
    this.port(number).give(frame);
    return this.sent();
  }

  sent(): Record<number, Uint8Array[]> {
    const sent: Record<number, Uint8Array[]> = {};
    for (const [number, plug] of this.#plugs) {
      const frames = plug.take();
      if (frames.length > 0) sent[number] = frames;
    }
    return sent;
  }
}

export const macOfPort = (number: number): string => `02:00:00:00:01:${number.toString(16).padStart(2, '0')}`;

type FlowMod = MessageOf<'flowMod'>;
/** A FLOW_MOD that adds, with what a test wants otherwise. */
export const flowMod = (fields: Partial<FlowMod> & Pick<FlowMod, 'match'>): FlowMod => ({
  kind: 'flowMod',
  xid: 7,
  cookie: 0n,
  command: 'add',
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  priority: 100,
  bufferId: 0xffff_ffff,
  outPort: 0xffff,
  flags: [],
  actions: [],
  ...fields,
});

export const output = (port: number, maxLength = 0) => ({ kind: 'output', port, maxLength }) as const;

export const packetOut = (fields: Partial<MessageOf<'packetOut'>>): MessageOf<'packetOut'> => ({
  kind: 'packetOut',
  xid: 8,
  bufferId: 0xffff_ffff,
  inPort: 0xffff,
  actions: [],
  data: none,
  ...fields,
});
