import { type Filter, type FilterNeed, type ReadFilter, readFilter } from '../packet/filter/filter.ts';
import type { FilterContext } from '../packet/filter/record.ts';
import { type Point, points } from '../packet/trace-batch.ts';
import { newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { expertOf } from './expert/expert.ts';
import { WorkbenchError } from './method.ts';
import { streamIndexOf } from './stream/stream-index.ts';

/** Records that a check of the autograder made. */
export interface CheckRange {
  readonly id: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** A filter by its text; one that cannot be read is bad-request, with the place. */
export function filterFor(text: string): Filter {
  return asked(readFilter(text));
}

/** The filter that was read; one that cannot be used is bad-request, with the place. */
export function asked(read: ReadFilter): Filter {
  if (read.ok) return read.filter;
  const { start, message, suggestion } = read.fault;
  const instead = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  throw new WorkbenchError('bad-request', `Filter, character ${start + 1}: ${message}${instead}`);
}

/** A frame that comes out of a host begins a journey of its own, even when it answers another (TRACE5). */
const beginnings: ReadonlySet<Point> = new Set(['packet_in', 'host.tx']);
/** A loop in the network makes a journey without end. */
const longestJourney = 200;

/**
 * Finds out what filters need to know of the log before they are asked, in short turns (WB30). False when the time for one
 * answer is over before all is known: the answer is that nothing was looked at yet.
 */
export async function learnFor(
  filters: readonly Pick<Filter, 'needs'>[],
  log: PacketLog,
  isWanted: () => boolean,
): Promise<boolean> {
  const needs = (what: FilterNeed): boolean => filters.some((filter) => filter.needs.has(what));
  if (needs('findings') && (await expertOf(log)?.catchUp()) === false) return false;
  return !needs('conversations') || (await streamIndexOf(log).catchUp(isWanted));
}

/** What `lab.*` and `frame.comment` mean in this log; `checks` are what `lab.check` names: only whoever asks knows them. */
export function contextOf(log: PacketLog, checks: readonly CheckRange[] = []): FilterContext {
  const record = newLoggedRecord();
  return {
    nodeName: (node) => log.nodeName(node),
    chainOf: (seq) => {
      let first = seq;
      for (let i = 0; i < longestJourney && log.look(first, record); i++) {
        const point = points[record.point];
        const parent = record.parents[0];
        if (point === undefined || beginnings.has(point) || record.parentCount === 0 || parent === undefined) break;
        first = parent;
      }
      return first;
    },
    checksOf: (seq) => checks.flatMap(({ id, firstSeq, lastSeq }) => (seq >= firstSeq && seq <= lastSeq ? [id] : [])),
    findingsOf: (seq) => expertOf(log)?.kindsOf(seq) ?? [],
    commentsOf: (seq) => log.comments.of(seq),
    conversations: streamIndexOf(log).table,
  };
}
