import type { ListenAddress } from '../api.ts';
import { messageLength } from '../protocols/openflow/v10/header.ts';
import { decodeMessage, encodeMessage, type Message, type MessageOf } from '../protocols/openflow/v10/message.ts';
import { PeerSocket } from './peer-socket.ts';

type Port = MessageOf<'featuresReply'>['ports'][number];

export const wirePort = (number: number, name = `sw0-eth${number}`, mac = `02:00:00:00:00:0${number % 10}`): Port => ({
  number,
  name,
  mac,
  config: [],
  state: [],
  current: [],
  advertised: [],
  supported: [],
  peer: [],
});

/** A switch that a test plays: it answers the handshake by itself, everything else is in the test. */
export class ScriptedSwitch implements AsyncDisposable {
  readonly dpid: bigint;
  ports: Port[];
  readonly #socket: PeerSocket<Message>;

  private constructor(socket: PeerSocket<Message>, dpid: bigint, ports: Port[]) {
    this.#socket = socket;
    this.dpid = dpid;
    this.ports = ports;
  }

  /** Connects and says HELLO; the rest of the handshake runs as the controller asks. */
  static async connect(
    address: ListenAddress,
    options: { dpid?: bigint; ports?: number[] } = {},
  ): Promise<ScriptedSwitch> {
    const { dpid = 1n, ports = [1, 2, 3] } = options;
    const holder: { its?: ScriptedSwitch } = {};
    const socket = await PeerSocket.open(address, messageLength, (bytes) => {
      const message = decodeMessage(bytes);
      holder.its?.answer(message);
      return message;
    });
    const its = new ScriptedSwitch(
      socket,
      dpid,
      ports.map((port) => wirePort(port)),
    );
    holder.its = its;
    its.say({ kind: 'hello', xid: 1, version: 1, elements: new Uint8Array(0) });
    return its;
  }

  answer(message: Message): void {
    const { xid } = message;
    if (message.kind === 'featuresRequest') {
      const { dpid: datapathId, ports } = this;
      this.say({ kind: 'featuresReply', xid, datapathId, buffers: 0, tables: 1, capabilities: [], actions: 1, ports });
    } else if (message.kind === 'statsRequest' && message.stats.kind === 'desc') {
      const text = { manufacturer: 'Patchbay', hardware: 'scripted', software: '1', serialNumber: '', datapath: '' };
      this.say({ kind: 'statsReply', xid, stats: { kind: 'desc', flags: [], ...text } });
    } else if (message.kind === 'barrierRequest') this.say({ kind: 'barrierReply', xid });
    else if (message.kind === 'echoRequest') this.say({ kind: 'echoReply', xid, data: message.data });
  }

  say(message: Message): void {
    this.#socket.write(encodeMessage(message));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Hands a frame to the controller as if it had come in at a port. */
  packetIn(inPort: number, data: Uint8Array, fields: Partial<MessageOf<'packetIn'>> = {}): void {
    this.say({
      kind: 'packetIn',
      xid: 0,
      bufferId: 0xffff_ffff,
      totalLength: data.length,
      inPort,
      reason: 'noMatch',
      data,
      ...fields,
    });
  }

  hears<K extends Message['kind']>(kind: K, timeoutMs?: number): Promise<MessageOf<K>> {
    return this.#socket.next((message) => message.kind === kind, timeoutMs) as Promise<MessageOf<K>>;
  }

  get heard(): readonly Message[] {
    return this.#socket.heard;
  }
  get socket(): PeerSocket<Message>['socket'] {
    return this.#socket.socket;
  }
  over(timeoutMs?: number): Promise<void> {
    return this.#socket.over(timeoutMs);
  }
  close(): void {
    this.#socket.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
