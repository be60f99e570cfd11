import { type Segment, tcpFlags } from './segment.ts';
import { TcpConnection } from './tcp-analysis.ts';
import { tcpAnalysis } from './tcp-flags.ts';

/** Where and when a segment was seen. */
export interface Sighting {
  /** Number of the place; undefined where no capture is made: its packets have numbers and no analysis. */
  readonly vantage: number | undefined;
  readonly port: number;
  readonly tUs: number;
  /** Seq of the record that it comes from, 0 for none. */
  readonly parent: number;
}

/** What a place knows of a connection: which one it is, and how far it came. */
interface Place {
  readonly stream: Stream;
  readonly connection: TcpConnection;
  /** First sequence numbers of both directions: of the end that the key names first, and of the other. */
  readonly bases: [number | undefined, number | undefined];
  hasEnded: boolean;
  parent: number;
  port: number;
}

/** One connection between two ports: these may be used again. */
interface Stream {
  readonly number: number;
  /** The sequence number of its first SYN, and who sent it; undefined when none was seen. */
  readonly syn: { readonly sequence: number; readonly isFromFirst: boolean } | undefined;
}

/** The conversations between two ports, the latest last. */
interface Pair {
  readonly streams: Stream[];
  readonly places: Map<number, Place>;
}

/** Pairs of ports that are remembered: the one first seen is forgotten first, and has a new number should it go on. */
const mostPairs = 16_384;
/** Of a pair of ports that is used again and again. */
const mostStreams = 16;

/**
 * Numbers conversations in the order in which they appear, as Wireshark does: TCP and UDP each from 0 (PK71). A frame that
 * is seen at several places belongs to one conversation, and each place has its own analysis: as if there were a capture
 * file of each.
 */
export class Conversations {
  readonly #tcp = new Map<string, Pair>();
  readonly #udp = new Map<string, number>();
  #nextTcp = 0;
  #nextUdp = 0;
  /** Of the segment that was taken last: the number of its conversation, and bits of `tcpAnalysis`. */
  stream = 0;
  analysis = 0;

  take(segment: Segment, sighting: Sighting): void {
    this.analysis = 0;
    if (segment.transport === 'udp') this.stream = this.#udpStream(segment.key);
    else this.#takeTcp(segment, sighting);
  }

  #udpStream(key: string): number {
    const known = this.#udp.get(key);
    if (known !== undefined) return known;
    forgetOldest(this.#udp);
    this.#udp.set(key, this.#nextUdp);
    return this.#nextUdp++;
  }

  #takeTcp(segment: Segment, sighting: Sighting): void {
    const { vantage } = sighting;
    let pair = this.#tcp.get(segment.key);
    if (pair === undefined) {
      forgetOldest(this.#tcp);
      pair = { streams: [], places: new Map() };
      this.#tcp.set(segment.key, pair);
    }
    if (vantage === undefined || segment.isQuoted) {
      this.stream = this.#streamFor(pair, segment, undefined).number;
      return;
    }
    const place = this.#placeFor(pair, segment, vantage);
    this.stream = place.stream.number;
    const { parent, port, tUs } = sighting;
    // Flooding: the same frame once more, by another port.
    const isCopy = parent !== 0 && parent === place.parent && port !== place.port;
    place.parent = parent;
    place.port = port;
    if (isCopy) return;
    this.analysis |= place.connection.see(segment, tUs);
    learn(place, segment);
  }

  #placeFor(pair: Pair, segment: Segment, vantage: number): Place {
    const here = pair.places.get(vantage);
    const isNew = here !== undefined && beginsAnew(here, segment);
    if (here !== undefined && !isNew) return here;
    const stream = this.#streamFor(pair, segment, here?.stream);
    const connection = new TcpConnection();
    const place: Place = { stream, connection, bases: [undefined, undefined], hasEnded: false, parent: 0, port: 0 };
    pair.places.set(vantage, place);
    if (isNew) this.analysis = tcpAnalysis.reused_ports;
    return place;
  }

  /** The latest one, or a new one: when there is none, and for a SYN that is not of one after `after`. */
  #streamFor({ streams }: Pair, { flags, sequence, isFromFirst }: Segment, after: Stream | undefined): Stream {
    const isSyn = (flags & (tcpFlags.syn | tcpFlags.ack)) === tcpFlags.syn;
    const known = isSyn
      ? streams.findLast(
          ({ number, syn }) =>
            number > (after?.number ?? -1) && syn?.sequence === sequence && syn.isFromFirst === isFromFirst,
        )
      : streams.at(-1);
    if (known !== undefined) return known;
    const stream = { number: this.#nextTcp++, syn: isSyn ? { sequence, isFromFirst } : undefined };
    streams.push(stream);
    if (streams.length > mostStreams) streams.shift();
    return stream;
  }
}

/** A SYN with another number than the connection has, or after its end. */
function beginsAnew({ bases, hasEnded }: Place, { flags, sequence, isFromFirst }: Segment): boolean {
  if ((flags & (tcpFlags.syn | tcpFlags.ack)) !== tcpFlags.syn) return false;
  const base = bases[isFromFirst ? 0 : 1];
  return base !== undefined && (hasEnded || base !== sequence);
}

function learn(place: Place, { flags, sequence, acknowledgement, isFromFirst }: Segment): void {
  const { bases } = place;
  const [own, other] = isFromFirst ? ([0, 1] as const) : ([1, 0] as const);
  bases[own] ??= (flags & tcpFlags.syn) === 0 ? (sequence - 1) >>> 0 : sequence;
  if ((flags & tcpFlags.ack) !== 0) bases[other] ??= (acknowledgement - 1) >>> 0;
  place.hasEnded ||= (flags & (tcpFlags.fin | tcpFlags.reset)) !== 0;
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size < mostPairs) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
