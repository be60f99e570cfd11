import { Segment, type Transport, tcpFlags } from '../../packet/conversation/segment.ts';
import type { LoggedRecord } from '../../trace/logged-record.ts';
import { type Piece, Pieces, TcpSide } from './reassembly.ts';

/** One end of a conversation, and what was seen of what it sent. */
export interface StreamEnd {
  readonly address: string;
  readonly port: number;
  /** Packets that it sent, as they were seen at the vantage. */
  readonly packets: number;
  /** Bytes of payload that they carried, each time they were sent. */
  readonly bytes: number;
}

/** How a side ended. */
export interface StreamEnding {
  readonly direction: 'client' | 'server';
  readonly how: 'FIN' | 'RST';
  readonly seq: number;
}

const mostEndings = 8;

interface Side {
  address: string;
  port: number;
  packets: number;
  bytes: number;
}
const newSide = (): Side => ({ address: '', port: 0, packets: 0, bytes: 0 });

/** A conversation put together from the records that one vantage has of it: give them in order. */
export class FollowedStream {
  readonly #segment = new Segment();
  readonly #pieces = new Pieces();
  readonly #first = newSide();
  readonly #second = newSide();
  readonly #tcpFirst = new TcpSide(true, this.#pieces);
  readonly #tcpSecond = new TcpSide(false, this.#pieces);
  readonly #endings: { readonly isFromFirst: boolean; readonly how: 'FIN' | 'RST'; readonly seq: number }[] = [];
  #isClientFirst: boolean | undefined;
  #lastParent = 0;
  #lastPort = 0;
  #lastUs = 0;
  /** A handshake was seen: the stream is whole from its beginning. */
  isStartSeen = false;
  lastSeq = 0;

  /** Takes a record of the conversation. */
  take(record: LoggedRecord): void {
    const { bytes, start, end, length, seq, tUs, parentCount, parents, port } = record;
    const segment = this.#segment;
    if (!segment.read(bytes, start, end, length) || segment.isQuoted) return;
    const parent = parentCount === 0 ? 0 : (parents[0] ?? 0);
    // Flooding: the same frame once more, by another port.
    const isCopy = parent !== 0 && parent === this.#lastParent && port !== this.#lastPort;
    this.#lastParent = parent;
    this.#lastPort = port;
    if (isCopy) return;
    this.#lastUs = tUs;
    this.lastSeq = seq;
    const isFromFirst = segment.isFromFirst;
    this.#name(segment);
    const side = isFromFirst ? this.#first : this.#second;
    side.packets++;
    side.bytes += segment.length;
    if (segment.transport === 'udp') this.#datagram(segment, bytes, seq, tUs);
    else this.#tcp(segment, bytes, seq, tUs);
  }

  #name(segment: Segment): void {
    if (this.#first.address === '') {
      const [first, second] = segment.isFromFirst
        ? [segment.source, segment.destination]
        : [segment.destination, segment.source];
      Object.assign(this.#first, first);
      Object.assign(this.#second, second);
    }
    const isSyn = segment.transport === 'tcp' && (segment.flags & tcpFlags.syn) !== 0;
    const isAnswer = (segment.flags & tcpFlags.ack) !== 0;
    if (isSyn && !this.isStartSeen) {
      this.isStartSeen = true;
      this.#isClientFirst = segment.isFromFirst !== isAnswer;
    }
    this.#isClientFirst ??= segment.isFromFirst;
  }

  #datagram(segment: Segment, bytes: Uint8Array, seq: number, tUs: number): void {
    const { isFromFirst, length, payloadStart, payloadEnd } = segment;
    const kept = bytes.slice(payloadStart, payloadEnd);
    const piece = { isFromFirst, seqs: [seq], tUs, differs: [] };
    if (kept.length > 0 || length === 0) this.#pieces.add({ ...piece, bytes: kept, gap: 0, why: undefined });
    if (kept.length < length)
      this.#pieces.add({ ...piece, bytes: new Uint8Array(0), gap: length - kept.length, why: 'not kept' });
  }

  #tcp(segment: Segment, bytes: Uint8Array, seq: number, tUs: number): void {
    const { isFromFirst, flags } = segment;
    const [own, other] = isFromFirst ? [this.#tcpFirst, this.#tcpSecond] : [this.#tcpSecond, this.#tcpFirst];
    own.take(segment, bytes, seq, tUs);
    if ((flags & tcpFlags.ack) !== 0 && (flags & tcpFlags.syn) === 0) other.acknowledge(segment.acknowledgement, tUs);
    const how = (flags & tcpFlags.reset) !== 0 ? 'RST' : (flags & tcpFlags.fin) !== 0 ? 'FIN' : undefined;
    if (how !== undefined && this.#endings.length < mostEndings) this.#endings.push({ isFromFirst, how, seq });
  }

  /** What came together, once all records were given. */
  finish(transport: Transport) {
    if (transport === 'tcp') for (const side of [this.#tcpFirst, this.#tcpSecond]) side.finish(this.#lastUs);
    const isClientFirst = this.#isClientFirst ?? true;
    const direction = (isFromFirst: boolean): 'client' | 'server' =>
      isFromFirst === isClientFirst ? 'client' : 'server';
    const [client, server] = isClientFirst ? [this.#first, this.#second] : [this.#second, this.#first];
    const endings: StreamEnding[] = this.#endings.map(({ isFromFirst, how, seq }) => ({
      direction: direction(isFromFirst),
      how,
      seq,
    }));
    return {
      client: { ...client } satisfies StreamEnd,
      server: { ...server } satisfies StreamEnd,
      pieces: this.#pieces.list.map((piece: Piece) => ({ piece, direction: direction(piece.isFromFirst) })),
      endings,
      repeatedBytes: this.#tcpFirst.repeated + this.#tcpSecond.repeated,
      droppedSegments: this.#tcpFirst.dropped + this.#tcpSecond.dropped,
      isTruncated: this.#pieces.isFull,
    };
  }
}
