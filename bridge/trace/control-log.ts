import { Reader } from '../codec/reader.ts';
import { Header, messageType, messageTypes } from '../protocols/openflow/v10/header.ts';
import { FrameArena } from './frame-arena.ts';

/** One connection of a switch; its name is known when the handshake is over. */
export interface ControlChannel {
  /** Counts from 1 in the order of the connections. */
  readonly id: number;
  name: string;
  readonly peer: string;
  /** The folded echo that is still its last message, 0 for none. */
  echoId: number;
  /** Messages by xid that may still be answered: ours, and the switch's. */
  readonly asked: readonly [Map<number, number>, Map<number, number>];
}

/** A message as it is kept; `bytes` are a copy. */
export interface ControlEntry {
  readonly id: number;
  /** µs on the trace's clock; of folded echoes the first and the last. */
  readonly tUs: number;
  readonly lastUs: number;
  readonly isOurs: boolean;
  readonly channel: ControlChannel;
  readonly bytes: Uint8Array;
  /** Messages that stand here: more than one when echoes are folded. */
  readonly count: number;
  /** The message that this one answers (or is the ERROR about), and the last answer to it; 0 for none kept. */
  readonly request: number;
  readonly answer: number;
  /** From request to this answer; of echoes the last exchange. */
  readonly answerUs: number;
}

const replies: ReadonlyMap<number, number> = new Map([
  [messageTypes.featuresReply, messageTypes.featuresRequest],
  [messageTypes.getConfigReply, messageTypes.getConfigRequest],
  [messageTypes.statsReply, messageTypes.statsRequest],
  [messageTypes.barrierReply, messageTypes.barrierRequest],
  [messageTypes.queueGetConfigReply, messageTypes.queueGetConfigRequest],
]);
const isEcho = (type: number): boolean => type === messageTypes.echoRequest || type === messageTypes.echoReply;

/**
 * Every control message both ways, the newest 10,000 or 4 MiB (WB160): copied as bytes, joined and decoded only when
 * somebody asks. PACKET_IN and PACKET_OUT are not among them; the packet log has those.
 */
export class ControlLog {
  readonly #nowUs: () => number;
  readonly #capacity: number;
  readonly #arena: FrameArena;
  readonly #tUs: Float64Array;
  readonly #lastUs: Float64Array;
  readonly #place: Float64Array;
  readonly #length: Uint32Array;
  readonly #count: Uint32Array;
  readonly #isOurs: Uint8Array;
  readonly #request: Float64Array;
  readonly #answer: Float64Array;
  readonly #answerUs: Float64Array;
  readonly #channel: (ControlChannel | undefined)[];
  #first = 1;
  #next = 1;
  /** Messages before this one are joined. */
  #joined = 1;
  #channels = 0;

  constructor(nowUs: () => number, capacity = 10_000, bytes = 4 * 1024 * 1024) {
    this.#nowUs = nowUs;
    this.#capacity = capacity;
    this.#arena = new FrameArena(bytes);
    this.#tUs = new Float64Array(capacity);
    this.#lastUs = new Float64Array(capacity);
    this.#place = new Float64Array(capacity);
    this.#length = new Uint32Array(capacity);
    this.#count = new Uint32Array(capacity);
    this.#isOurs = new Uint8Array(capacity);
    this.#request = new Float64Array(capacity);
    this.#answer = new Float64Array(capacity);
    this.#answerUs = new Float64Array(capacity);
    this.#channel = new Array(capacity).fill(undefined);
  }

  /** Id of the oldest message kept, and of the next one. */
  get firstId(): number {
    return this.#first;
  }
  get nextId(): number {
    return this.#next;
  }

  /** A new connection. */
  open(peer: string): ControlChannel {
    this.#channels += 1;
    return { id: this.#channels, name: '', peer, echoId: 0, asked: [new Map(), new Map()] };
  }

  /** Keeps a copy of the message at `bytes[start, end)`; an echo that follows an echo is counted with it. */
  append(channel: ControlChannel, isOurs: boolean, bytes: Uint8Array, start: number, end: number): void {
    const type = messageType(bytes, start);
    if (isEcho(type) && channel.echoId >= this.#first) this.#fold(channel.echoId, type);
    else {
      const id = this.#add(channel, isOurs, bytes, start, end);
      channel.echoId = isEcho(type) ? id : 0;
    }
  }

  /** Takes in a message of another log as it was kept there, one after the other in the order of their ids (WB291). */
  restore(channel: ControlChannel, message: Omit<ControlEntry, 'channel' | 'request' | 'answer'>): void {
    const { id, tUs, lastUs, isOurs, bytes, count, answerUs } = message;
    if (this.#first === this.#next) {
      this.#first = id;
      this.#next = id;
      this.#joined = id;
    }
    if (id !== this.#next) throw new RangeError(`message ${id} behind message ${this.#next - 1}`);
    this.#add(channel, isOurs, bytes, 0, bytes.length);
    const at = id % this.#capacity;
    this.#tUs[at] = tUs;
    this.#lastUs[at] = lastUs;
    this.#count[at] = count;
    // What answers what is joined anew; only of echoes it is not.
    if (isEcho(messageType(bytes, 0))) this.#answerUs[at] = answerUs;
  }

  /** A message that is still kept. */
  entry(id: number): ControlEntry | undefined {
    const at = id % this.#capacity;
    const channel = this.#channel[at];
    if (id < this.#first || id >= this.#next || channel === undefined) return undefined;
    this.#join();
    const start = this.#arena.offsetOf(this.#place[at] ?? 0);
    const kept = (other: number): number => (other >= this.#first ? other : 0);
    return {
      id,
      tUs: this.#tUs[at] ?? 0,
      lastUs: this.#lastUs[at] ?? 0,
      isOurs: this.#isOurs[at] === 1,
      channel,
      bytes: this.#arena.bytes.slice(start, start + (this.#length[at] ?? 0)),
      count: this.#count[at] ?? 0,
      request: kept(this.#request[at] ?? 0),
      answer: kept(this.#answer[at] ?? 0),
      answerUs: this.#answerUs[at] ?? 0,
    };
  }

  #add(channel: ControlChannel, isOurs: boolean, bytes: Uint8Array, start: number, end: number): number {
    const place = this.#arena.keep(bytes, start, end);
    const id = this.#next;
    this.#next += 1;
    if (this.#next - this.#first > this.#capacity) this.#first += 1;
    const at = id % this.#capacity;
    const tUs = this.#nowUs();
    this.#tUs[at] = tUs;
    this.#lastUs[at] = tUs;
    this.#place[at] = place;
    this.#length[at] = end - start;
    this.#count[at] = 1;
    this.#isOurs[at] = isOurs ? 1 : 0;
    this.#request[at] = 0;
    this.#answer[at] = 0;
    this.#answerUs[at] = 0;
    this.#channel[at] = channel;
    while (this.#first < id && (this.#place[this.#first % this.#capacity] ?? 0) < this.#arena.oldest) this.#first += 1;
    return id;
  }

  #fold(id: number, type: number): void {
    const at = id % this.#capacity;
    const tUs = this.#nowUs();
    if (type === messageTypes.echoReply) this.#answerUs[at] = tUs - (this.#lastUs[at] ?? tUs);
    this.#lastUs[at] = tUs;
    this.#count[at] = (this.#count[at] ?? 0) + 1;
  }

  /** Joins answers and errors with what they are about, by connection, direction and xid. */
  #join(): void {
    for (let id = Math.max(this.#joined, this.#first); id < this.#next; id++) this.#joinOne(id);
    this.#joined = this.#next;
  }

  #joinOne(id: number): void {
    const at = id % this.#capacity;
    const channel = this.#channel[at];
    const { type, xid } = this.#headerOf(at);
    if (channel === undefined || isEcho(type)) return;
    const side = this.#isOurs[at] === 1 ? 0 : 1;
    const wanted = replies.get(type);
    if (wanted === undefined && type !== messageTypes.error) {
      const asked = channel.asked[side];
      asked.set(xid, id);
      // What is no longer kept cannot be answered here.
      if (asked.size > this.#capacity) for (const [old, its] of asked) if (its < this.#first) asked.delete(old);
      return;
    }
    const request = channel.asked[side === 0 ? 1 : 0].get(xid);
    if (request === undefined || request < this.#first) return;
    const about = request % this.#capacity;
    if (wanted !== undefined && this.#headerOf(about).type !== wanted) return;
    this.#request[at] = request;
    this.#answerUs[at] = (this.#tUs[at] ?? 0) - (this.#tUs[about] ?? 0);
    this.#answer[about] = id;
  }

  #headerOf(at: number): { readonly type: number; readonly xid: number } {
    const start = this.#arena.offsetOf(this.#place[at] ?? 0);
    return Header.read(new Reader(this.#arena.bytes, start, start + (this.#length[at] ?? 0)));
  }
}
