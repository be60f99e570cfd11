import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { bridgeName, type MapLayout, openflowId, vnsId } from './layout.ts';

/** One link that a packet crossed; `back`: against the direction in which the link is drawn. */
export interface Leg {
  readonly link: string;
  readonly back: boolean;
  /** On an OpenFlow channel the frame travels inside a message, and the message's glyph is drawn. */
  readonly carrier: 'frame' | 'openflow';
}

/** Finds the cable at a switch's port, `sw0:1`, or that of a host, by its name. */
export function cableIndex(layout: MapLayout): ReadonlyMap<string, { readonly link: string; readonly back: boolean }> {
  const index = new Map<string, { link: string; back: boolean }>();
  for (const link of layout.links) {
    if (link.kind !== 'cable') continue;
    const to = `${link.to.node}:${link.to.jack.slice(1)}`;
    index.set(to, { link: link.id, back: false });
    if (link.from.jack === 'net') index.set(link.from.node, { link: link.id, back: false });
    else index.set(`${link.from.node}:${link.from.jack.slice(1)}`, { link: link.id, back: true });
  }
  return index;
}

const noLegs: readonly Leg[] = [];

/**
 * The links that a record stands for (MAP3): a PACKET_IN came over its port's cable and the channel, a PACKET_OUT goes the
 * other way; what a host or a switch sends and receives is on the cable there. `isWatched`: the frame was seen on its cable,
 * so that PACKET_IN and PACKET_OUT stand for the channel alone. A dropped frame went nowhere further.
 */
export function legsOf(
  record: Pick<TraceRecord, 'point' | 'node' | 'port'>,
  cables: ReturnType<typeof cableIndex>,
  isWatched = false,
): readonly Leg[] {
  const cable = cables.get(`${record.node}:${record.port}`) ?? cables.get(record.node);
  const inwards = (isIn: boolean): readonly Leg[] =>
    cable === undefined ? noLegs : [{ link: cable.link, back: isIn ? cable.back : !cable.back, carrier: 'frame' }];
  switch (record.point) {
    case 'host.tx':
    case 'sw.rx':
      return inwards(true);
    case 'host.rx':
    case 'sw.tx':
      return inwards(false);
    case 'packet_in':
      return [
        ...(isWatched ? noLegs : inwards(true)),
        { link: openflowId(record.node), back: false, carrier: 'openflow' },
      ];
    case 'packet_out':
      return [
        { link: openflowId(record.node), back: true, carrier: 'openflow' },
        ...(isWatched ? noLegs : inwards(false)),
      ];
    case 'to_router':
      return [{ link: vnsId(record.node, record.port), back: false, carrier: 'frame' }];
    case 'from_router':
      return [{ link: vnsId(record.node, record.port), back: true, carrier: 'frame' }];
    default:
      return noLegs;
  }
}

/** Points at which a frame only begins to cross a link: where it arrives is where it has crossed it (MAP13). */
export const isSending = ({ point }: Pick<TraceRecord, 'point'>): boolean => point === 'host.tx' || point === 'sw.tx';
/** Points outside of the bridge. */
export const isOutside = ({ point }: Pick<TraceRecord, 'point'>): boolean =>
  point === 'host.tx' || point === 'host.rx' || point === 'sw.tx' || point === 'sw.rx';

/** The links of a chain in the order in which its frames crossed them, each crossing once. */
export function crossings(
  chain: readonly TraceRecord[],
  cables: ReturnType<typeof cableIndex>,
): readonly { readonly record: TraceRecord; readonly leg: Leg }[] {
  const bySeq = new Map(chain.map((record) => [record.seq, record]));
  const sent = new Set(chain.filter(({ point }) => point === 'sw.tx').flatMap(({ parents }) => parents));
  const arrived = new Set(chain.filter((record) => isOutside(record) && !isSending(record)).flatMap((r) => r.parents));
  return chain.flatMap((record) => {
    // What did not arrive, as far as is known, was on its way all the same.
    if (isSending(record) && arrived.has(record.seq)) return [];
    const isWatched = sent.has(record.seq) || record.parents.some((parent) => bySeq.get(parent)?.point === 'sw.rx');
    return legsOf(record, cables, isWatched).map((leg) => ({ record, leg }));
  });
}

/** The log as far as a chain needs it. */
export interface ChainSource {
  record(seq: number): TraceRecord | undefined;
  childrenOf(seq: number): readonly number[];
}

const longestChain = 64;

/** A packet's causes and what followed from it, in order of seq; the chain whose path is lit. */
export function chainOf(seq: number, source: ChainSource): readonly TraceRecord[] {
  const found = new Map<number, TraceRecord>();
  const walk = (from: number, next: (record: TraceRecord) => readonly number[]) => {
    const open = [from];
    for (let at = open.pop(); at !== undefined && found.size < longestChain; at = open.pop()) {
      const record = source.record(at);
      if (record === undefined) continue;
      found.set(at, record);
      open.push(...next(record).filter((each) => !found.has(each)));
    }
  };
  walk(seq, (record) => record.parents);
  walk(seq, (record) => source.childrenOf(record.seq));
  return [...found.values()].sort((a, b) => a.seq - b.seq);
}

/** The links of a chain. */
export function litLinks(chain: readonly TraceRecord[], cables: ReturnType<typeof cableIndex>): ReadonlySet<string> {
  return new Set(chain.flatMap((record) => legsOf(record, cables).map((leg) => leg.link)));
}

/** Name of a node for people. */
export const nameOfNode = (name: string) => (name === bridgeName ? 'Controller and VNS' : name);
