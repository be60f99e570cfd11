import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { TraceLog } from '../state/trace-log.ts';

/** What of a TCP segment decides its relative numbers; `flow` and `reverse` name the two directions. */
interface Segment {
  readonly flow: string;
  readonly reverse: string;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly isSyn: boolean;
}

const etherTypeAt = 12;
const ipv4At = 14;
const ipv4 = 0x0800;
const tcp = 6;
const smallestTcp = 20;
const synFlag = 0x02;
/** Flows that are remembered; the oldest is forgotten, and begins anew should it go on. */
const mostFlows = 4_096;
/** A number this far ahead lies before the first one that was seen. */
const halfCircle = 2 ** 31;

/** The segment of an untagged Ethernet frame with unfragmented TCP over IPv4, undefined for any other frame. */
function segmentOf(frame: Uint8Array): Segment | undefined {
  if (frame.length < ipv4At + 20 + smallestTcp) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(etherTypeAt) !== ipv4 || view.getUint8(ipv4At + 9) !== tcp) return undefined;
  if ((view.getUint16(ipv4At + 6) & 0x1fff) !== 0) return undefined;
  const at = ipv4At + (view.getUint8(ipv4At) & 0x0f) * 4;
  if (frame.length < at + smallestTcp) return undefined;
  const source = `${view.getUint32(ipv4At + 12)}:${view.getUint16(at)}`;
  const destination = `${view.getUint32(ipv4At + 16)}:${view.getUint16(at + 2)}`;
  return {
    flow: `${source} ${destination}`,
    reverse: `${destination} ${source}`,
    sequence: view.getUint32(at + 4),
    acknowledgement: view.getUint32(at + 8),
    isSyn: (view.getUint8(at + 13) & synFlag) !== 0,
  };
}

/** The first sequence number of a flow from a record on: a port that is used again begins a new one. */
interface Base {
  readonly fromSeq: number;
  readonly first: number;
}

/** Sequence numbers of TCP as a person reads them: relative to the first segment of the flow in this page's log (TRACE16). */
export class TcpBases {
  readonly #log: TraceLog;
  #bases = new Map<string, Base[]>();
  #generation = -1;
  #next = 0;

  constructor(log: TraceLog) {
    this.#log = log;
  }

  /** A row's info with `Seq=` and `Ack=` relative; as it is when the log does not tell what they are relative to. */
  relative(record: TraceRecord, info: string): string {
    if (!info.includes(' Seq=')) return info;
    this.#update();
    const segment = segmentOf(record.frame);
    const sequence = segment && this.#distance(segment.flow, record.seq, segment.sequence);
    if (segment === undefined || sequence === undefined) return info;
    const acknowledgement = this.#distance(segment.reverse, record.seq, segment.acknowledgement);
    const told = info.replace(/ Seq=\d+/, ` Seq=${sequence}`);
    return acknowledgement === undefined ? told : told.replace(/ Ack=\d+/, ` Ack=${acknowledgement}`);
  }

  #distance(flow: string, seq: number, number: number): number | undefined {
    const base = this.#bases.get(flow)?.findLast(({ fromSeq }) => fromSeq <= seq);
    if (base === undefined) return undefined;
    const distance = (number - base.first) >>> 0;
    return distance < halfCircle ? distance : undefined;
  }

  #update(): void {
    const { ring, generation } = this.#log;
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#bases = new Map();
      this.#next = 0;
    }
    for (let index = Math.max(this.#next, ring.first); index < ring.end; index++) this.#learn(ring.at(index));
    this.#next = ring.end;
  }

  #learn({ seq, frame }: TraceRecord): void {
    const segment = segmentOf(frame);
    if (segment === undefined) return;
    const { flow, sequence, isSyn } = segment;
    const known = this.#bases.get(flow);
    const last = known?.at(-1);
    if (last === undefined) {
      if (this.#bases.size >= mostFlows) this.#forgetOldest();
      this.#bases.set(flow, [{ fromSeq: seq, first: sequence }]);
    } else if (isSyn && last.first !== sequence) known?.push({ fromSeq: seq, first: sequence });
  }

  #forgetOldest(): void {
    for (const oldest of this.#bases.keys()) {
      this.#bases.delete(oldest);
      return;
    }
  }
}
