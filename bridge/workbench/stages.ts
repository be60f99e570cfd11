import { type Point, points } from '../packet/trace-batch.ts';
import { newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import type { Implementation } from './method.ts';

/** One step of a packet's way: from one point to the next, µs over the records that are kept. */
interface StageTimes {
  readonly stage: 'dispatch' | 'router' | 'packet-out';
  readonly from: Point;
  readonly to: Point;
  readonly count: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
}

export interface StageMethods {
  /** Times of each stage over the last `records` records (at most 200,000). */
  'latency:stages'(argument: { readonly records: number }): readonly StageTimes[];
}

const stages: readonly Pick<StageTimes, 'stage' | 'from' | 'to'>[] = [
  { stage: 'dispatch', from: 'packet_in', to: 'to_router' },
  { stage: 'router', from: 'to_router', to: 'from_router' },
  { stage: 'packet-out', from: 'from_router', to: 'packet_out' },
];
const mostRecords = 200_000;

/** Stages between a record and its parent (WB2); what came of which in the router is inferred, as the links of the log say. */
export function stageMethods(log: PacketLog): Implementation<StageMethods> {
  return {
    'latency:stages': ({ records }) => {
      const record = newLoggedRecord();
      const parent = newLoggedRecord();
      const times = stages.map((): number[] => []);
      for (let seq = Math.max(log.firstSeq, log.nextSeq - Math.min(records, mostRecords)); seq < log.nextSeq; seq++) {
        if (!log.look(seq, record) || record.parentCount === 0 || !log.look(record.parents[0] ?? 0, parent)) continue;
        const at = stages.findIndex(({ from, to }) => points[parent.point] === from && points[record.point] === to);
        times[at]?.push(record.tUs - parent.tUs);
      }
      return stages.map((stage, i) => ({ ...stage, ...quantiles(times[i] ?? []) }));
    },
  };
}

function quantiles(values: number[]): Pick<StageTimes, 'count' | 'p50Us' | 'p95Us' | 'p99Us'> {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) };
}
