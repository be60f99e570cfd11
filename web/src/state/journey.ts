import type { Point, TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { isObserved, type Lineage } from './chain.ts';

/** A packet's journey as times: what the waterfall, the map's player and the Present view draw (WATER1). */

/** Where time is spent between two stamped points. */
export type StageKind = 'link' | 'switch' | 'dispatch' | 'router' | 'packet-out' | 'controller' | 'held' | 'other';

export interface Stage {
  readonly kind: StageKind;
  /** The stamped points at both ends. */
  readonly from: TraceRecord;
  readonly to: TraceRecord;
  /** Microseconds. */
  readonly us: number;
  /** The link between the two was concluded from a rule, not seen. */
  readonly inferred: boolean;
}

/** Time of the journey that no stage explains. */
interface JourneyGap {
  readonly fromUs: number;
  readonly toUs: number;
  readonly text: string;
}

export interface Journey {
  /** In order of seq; never empty. */
  readonly records: readonly TraceRecord[];
  readonly stages: readonly Stage[];
  readonly gaps: readonly JourneyGap[];
  /** Trace clock of the first record, and time until the last, microseconds. */
  readonly startUs: number;
  readonly lengthUs: number;
}

const kinds: Readonly<Partial<Record<`${Point}>${Point}`, StageKind>>> = {
  'host.tx>sw.rx': 'link',
  'sw.tx>host.rx': 'link',
  'sw.tx>sw.rx': 'link',
  'host.tx>packet_in': 'link',
  'packet_out>host.rx': 'link',
  'sw.rx>packet_in': 'switch',
  'sw.rx>sw.tx': 'switch',
  'packet_out>sw.tx': 'switch',
  'packet_in>to_router': 'dispatch',
  'to_router>from_router': 'router',
  'from_router>packet_out': 'packet-out',
  'packet_in>packet_out': 'controller',
};

/** What happens between a record and what follows from it; after a hold it was waiting for somebody. */
function stageKind(from: TraceRecord, to: TraceRecord): StageKind {
  if (from.point === 'hold' || from.verdict === 'held') return 'held';
  return kinds[`${from.point}>${to.point}`] ?? 'other';
}

/** Stages, gaps and length of a chain (WATER1); undefined when none of its records is here. */
export function journeyOf(chain: readonly TraceRecord[]): Journey | undefined {
  const records = [...chain].sort((a, b) => a.seq - b.seq);
  const first = records[0];
  if (first === undefined) return undefined;
  const bySeq = new Map(records.map((record) => [record.seq, record]));
  const stages = records.flatMap((to): Stage[] =>
    to.parents.flatMap((parent) => {
      const from = bySeq.get(parent);
      if (from === undefined || to === first) return [];
      return [{ kind: stageKind(from, to), from, to, us: Math.max(0, to.tUs - from.tUs), inferred: !isObserved(to) }];
    }),
  );
  const startUs = Math.min(...records.map((record) => record.tUs));
  const endUs = Math.max(...records.map((record) => record.tUs));
  return { records, stages, gaps: gapsOf(records, stages), startUs, lengthUs: endUs - startUs };
}

/** The stretches between the first and the last record that no stage covers. */
function gapsOf(records: readonly TraceRecord[], stages: readonly Stage[]): JourneyGap[] {
  const byTime = [...records].sort((a, b) => a.tUs - b.tUs);
  const covers = stages.map(({ from, to }) => [from.tUs, to.tUs] as const).sort((a, b) => a[0] - b[0]);
  const gaps: JourneyGap[] = [];
  let reached = byTime[0]?.tUs ?? 0;
  const end = byTime.at(-1)?.tUs ?? 0;
  for (const [from, to] of [...covers, [end, end] as const]) {
    if (from > reached) {
      const next = byTime.find((record) => record.tUs === from);
      const missing = next?.parents[0];
      gaps.push({
        fromUs: reached,
        toUs: from,
        text: missing === undefined ? 'not measured' : `not measured: #${missing} is not here`,
      });
    }
    reached = Math.max(reached, to);
  }
  return gaps;
}

const startsJourney = ({ point }: TraceRecord) => point === 'packet_in' || point === 'host.tx';

/** The first record of the journey that answers this one, and of the one that this one answers. */
export function neighbourJourneys(
  lineage: Lineage,
  records: readonly TraceRecord[],
): { readonly before: number | undefined; readonly after: number | undefined } {
  const own = new Set(records.map(({ seq }) => seq));
  const before = records[0]?.parents.find((seq) => !own.has(seq) && lineage.record(seq) !== undefined);
  for (const { seq } of records)
    for (const child of lineage.childrenOf(seq)) {
      const record = lineage.record(child);
      if (record !== undefined && !own.has(child) && startsJourney(record)) return { before, after: child };
    }
  return { before, after: undefined };
}
