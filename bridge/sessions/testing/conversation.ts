import { ReceiveBuffer } from '../../codec/receive-buffer.ts';
import { Writer } from '../../codec/writer.ts';
import { messageLength } from '../../protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message } from '../../protocols/openflow/v10/message.ts';
import { decodeVns, encodeVns, type VnsMessage, vnsLength } from '../../protocols/vns/message.ts';
import { type OpenFlowOutput, OpenFlowSession, openFlowTimes } from '../openflow-session.ts';
import { type VnsOutput, VnsSession, type VnsSessionOptions } from '../vns-session.ts';

/** Takes what a session has written so far as messages. */
function take<T>(writer: Writer, lengthOf: typeof messageLength, decode: (bytes: Uint8Array) => T): T[] {
  const buffer = new ReceiveBuffer(0x1_0000);
  buffer.push(writer.bytes.subarray(0, writer.length));
  writer.reset();
  const messages: T[] = [];
  while (buffer.next(lengthOf)) messages.push(decode(buffer.bytes.slice(buffer.start, buffer.end)));
  return messages;
}

/** A switch talks with a session: `says` what, `hears` which answers, and what came `out` of the session meanwhile. */
export class SwitchConversation {
  readonly session: OpenFlowSession;
  readonly frames: Uint8Array[] = [];
  nowMs = 0;
  #outputs: OpenFlowOutput[] = [];
  readonly #writer = new Writer();

  constructor() {
    this.session = new OpenFlowSession(
      { writer: this.#writer, flush: () => undefined },
      {
        output: (output) => this.#outputs.push(output),
        packetIn: (_view, bytes, start, end) => this.frames.push(bytes.slice(start + 18, end)),
      },
      openFlowTimes,
    );
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
    return take(this.#writer, messageLength, decodeMessage);
  }
  hearsKinds(): string[] {
    return this.hears().map(({ kind }) => kind);
  }
  out(): OpenFlowOutput[] {
    return this.#outputs.splice(0);
  }
  /** Time passes, looked at four times a second. */
  passes(ms: number): this {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += 250;
      this.session.tick(this.nowMs);
    }
    return this;
  }

  /** The handshake up to ready, nothing of it left to hear. */
  static ready(ports: number[] = [1, 2]): SwitchConversation {
    const talk = new SwitchConversation();
    talk.says(hello()).says(featuresReply(2, ports));
    talk.hears();
    talk
      .says({ kind: 'error', xid: 5, type: 1, code: 2, data: new Uint8Array(0) }, { kind: 'barrierReply', xid: 6 })
      .out();
    return talk;
  }
}

export const hello = (version = 1, elements: Uint8Array = new Uint8Array(0)): Message => ({
  kind: 'hello',
  xid: 77,
  version,
  elements,
});

export const wirePort = (number: number) => ({
  number,
  name: `sw0-eth${number}`,
  mac: `02:00:00:00:00:0${number}`,
  config: [],
  state: [],
  current: [],
  advertised: [],
  supported: [],
  peer: [],
});

export const featuresReply = (xid: number, ports: number[] = [1, 2]): Message => ({
  kind: 'featuresReply',
  xid,
  datapathId: 1n,
  buffers: 0,
  tables: 1,
  capabilities: [],
  actions: 1,
  ports: ports.map(wirePort),
});

/** A router talks with a session. */
export class RouterConversation {
  readonly session: VnsSession;
  readonly packets: { frame: Uint8Array; isReady: boolean }[] = [];
  nowMs = 0;
  #outputs: VnsOutput[] = [];
  readonly #writer = new Writer();

  constructor(options: Partial<VnsSessionOptions> = {}) {
    this.session = new VnsSession(
      { writer: this.#writer, flush: () => undefined },
      {
        output: (output) => this.#outputs.push(output),
        packet: (bytes, start, end, isReady) => this.packets.push({ frame: bytes.slice(start + 24, end), isReady }),
      },
      { salt: new Uint8Array(20).fill(9), authentication: undefined, ...options },
    );
    this.session.open(0);
  }

  says(...messages: VnsMessage[]): this {
    for (const message of messages) this.saysBytes(encodeVns(message));
    return this;
  }
  saysBytes(bytes: Uint8Array): this {
    this.session.receive(bytes);
    return this;
  }
  hears(): VnsMessage[] {
    return take(this.#writer, vnsLength, decodeVns);
  }
  out(): VnsOutput[] {
    return this.#outputs.splice(0);
  }
  passes(ms: number): this {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += 250;
      this.session.tick(this.nowMs);
    }
    return this;
  }
}
