import type { TraceLog } from '../state/trace-log.ts';
import { filterOverLog } from './use-trace-rows.ts';

/** How far to look for one that passes: a step must not be felt. */
const farthest = 2_000;

/** The first seq that can be gone to: the server's oldest record, or without a server the page's. */
export function oldestSeq({ ring, past }: TraceLog): number {
  return past.keptFrom ?? (ring.size === 0 ? 0 : ring.at(ring.first).seq);
}

/**
 * The seq of the packet before or after `seq` that passes the filter; undefined when there is none near. What only the server
 * has is one without a filter; with one it is passed over until the list has fetched it.
 */
export function neighbour(log: TraceLog, filterText: string, seq: number, by: 1 | -1): number | undefined {
  const filter = filterOverLog(log, filterText);
  const oldest = oldestSeq(log);
  const { keptFrom = Number.POSITIVE_INFINITY } = log.past;
  const isRow = (at: number): boolean => {
    const record = log.record(at);
    if (record) return filter?.passes(record) ?? true;
    return filter === undefined && at >= keptFrom;
  };
  for (let at = seq + by, looked = 0; at >= oldest && at <= log.ring.lastSeq && looked < farthest; at += by, looked++)
    if (isRow(at)) return at;
  return undefined;
}
