import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { bridgeName, type MapLayout, openflowId, vnsId } from './layout.ts';

/** One link that a packet crossed; `back`: against the direction in which the link is drawn. */
export interface Leg {
  readonly link: string;
  readonly back: boolean;
  /** On an OpenFlow channel the frame travels inside a message, and the message's glyph is drawn. */
  readonly carrier: 'frame' | 'openflow';
}

/** Finds the cable at a switch's port. */
export function cableIndex(layout: MapLayout): ReadonlyMap<string, { readonly link: string; readonly back: boolean }> {
  const index = new Map<string, { link: string; back: boolean }>();
  for (const link of layout.links) {
    if (link.kind !== 'cable') continue;
    const to = `${link.to.node}:${link.to.jack.slice(1)}`;
    index.set(to, { link: link.id, back: false });
    if (link.from.jack !== 'net')
      index.set(`${link.from.node}:${link.from.jack.slice(1)}`, { link: link.id, back: true });
  }
  return index;
}

/**
 * The links that a record stands for (MAP3): a PACKET_IN came over its port's cable and the channel, a PACKET_OUT goes the
 * other way. A dropped frame went nowhere further.
 */
export function legsOf(
  record: Pick<TraceRecord, 'point' | 'node' | 'port'>,
  cables: ReturnType<typeof cableIndex>,
): readonly Leg[] {
  const cable = cables.get(`${record.node}:${record.port}`);
  switch (record.point) {
    case 'packet_in':
      return [
        ...(cable === undefined ? [] : [{ ...cable, carrier: 'frame' } as const]),
        { link: openflowId(record.node), back: false, carrier: 'openflow' },
      ];
    case 'packet_out':
      return [
        { link: openflowId(record.node), back: true, carrier: 'openflow' },
        ...(cable === undefined ? [] : [{ link: cable.link, back: !cable.back, carrier: 'frame' } as const]),
      ];
    case 'to_router':
      return [{ link: vnsId(record.node, record.port), back: false, carrier: 'frame' }];
    case 'from_router':
      return [{ link: vnsId(record.node, record.port), back: true, carrier: 'frame' }];
    default:
      return [];
  }
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
