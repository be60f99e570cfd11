import type { TraceLog } from '../state/trace-log.ts';
import { filterOverLog } from './use-trace-rows.ts';

/** How far to look for one that passes: a step must not be felt. */
const farthest = 2_000;

/** The seq of the packet before or after `seq` that passes the filter; undefined when there is none near. */
export function neighbour(log: TraceLog, filterText: string, seq: number, by: 1 | -1): number | undefined {
  const filter = filterOverLog(log, filterText);
  const { ring } = log;
  const from = ring.indexFrom(seq);
  for (let index = from + by, looked = 0; index >= ring.first && index < ring.end && looked < farthest; index += by) {
    const record = ring.at(index);
    if (filter?.passes(record) ?? true) return record.seq;
    looked++;
  }
  return undefined;
}
