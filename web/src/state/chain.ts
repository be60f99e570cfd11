import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';

/** What a chain is read from: the log's records and who names whom as a parent. */
export interface Lineage {
  record(seq: number): TraceRecord | undefined;
  childrenOf(seq: number): readonly number[];
}

/** A chain that grows without end (a loop in the network) is cut here. */
const longestChain = 200;

/** A frame that comes out of a host begins a journey of its own, even when it answers another. */
const startsJourney = (record: TraceRecord) => record.point === 'packet_in' || record.point === 'host.tx';

/**
 * The journey that a record belongs to: everything linked with it by parents, in order of seq. An answer that a host gives
 * (an inferred parent of a packet_in) is the next journey and not part of this one; of a second parent (the ARP reply that a
 * packet waited for) only the way here belongs to it, not what else it set free (TRACE5).
 */
export function chainOf(lineage: Lineage, seq: number): number[] {
  const found = new Set<number>();
  const open = [{ at: seq, isAside: false }];
  for (let next = open.pop(); next !== undefined && found.size < longestChain; next = open.pop()) {
    const { at, isAside } = next;
    const record = found.has(at) ? undefined : lineage.record(at);
    if (!record) continue;
    found.add(at);
    const parents = startsJourney(record)
      ? []
      : record.parents.map((seq, i) => ({ at: seq, isAside: isAside || i > 0 }));
    const children = isAside ? [] : lineage.childrenOf(at);
    open.push(...parents.reverse());
    for (const child of children) {
      const childRecord = lineage.record(child);
      if (childRecord?.parents[0] === at && !startsJourney(childRecord)) open.push({ at: child, isAside: false });
    }
  }
  return [...found].sort((a, b) => a - b);
}

const samePacket: ReadonlySet<TraceRecord['rule']> = new Set([
  'same frame',
  'forward',
  'arp release',
  'nat',
  'flood',
  'edited',
]);

/** The record that this one is the same packet as, one point earlier; an answer is another packet. */
export function originOf(record: TraceRecord): number | undefined {
  return samePacket.has(record.rule) ? record.parents[0] : undefined;
}

/** Whether a router sent it and nothing says because of what: not even an inference is sure enough. */
export function isCauseUnknown(record: TraceRecord): boolean {
  return record.point === 'from_router' && record.parents.length === 0;
}

/** Whether a record's parent link was seen, not concluded: the same frame, one point further. */
export function isObserved(record: TraceRecord): boolean {
  return record.confidence === 100;
}
