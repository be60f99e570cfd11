import type { TraceLog } from '../state/trace-log.ts';
import type { Names } from './names.ts';
import { rowCells, rowText } from './row-cells.ts';
import { summaryOf } from './summaries.ts';
import { parseTextFilter, passesFilter } from './text-filter.ts';

/** How far to look for one that passes: a step must not be felt. */
const farthest = 2_000;

/** The seq of the packet before or after `seq` that passes the filter; undefined when there is none near. */
export function neighbour(
  log: TraceLog,
  names: Names,
  filterText: string,
  seq: number,
  by: 1 | -1,
): number | undefined {
  const filter = parseTextFilter(filterText);
  const { ring } = log;
  const from = ring.indexFrom(seq);
  for (let index = from + by, looked = 0; index >= ring.first && index < ring.end && looked < farthest; index += by) {
    const record = ring.at(index);
    if (passesFilter(filter, record.seq, () => rowText(rowCells(record, summaryOf(record), names)))) return record.seq;
    looked++;
  }
  return undefined;
}
