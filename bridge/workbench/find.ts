import { type Filter, readFilter } from '../packet/filter/filter.ts';
import type { FilterContext } from '../packet/filter/record.ts';
import { type Point, points } from '../packet/trace-batch.ts';
import { newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from './method.ts';

/** Records that a check of the autograder made. */
interface CheckRange {
  readonly id: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export interface FindQuestion {
  /** In the language of PK20. */
  readonly filter: string;
  /** Where to begin; backwards the last one looked at first. */
  readonly fromSeq: number;
  /** Numbers wanted; counting goes on behind the last one. */
  readonly limit: number;
  readonly backwards?: boolean;
  /** Who asks: a newer question ends this asker's older one. */
  readonly asker: string;
  /** What `lab.check` means: only whoever asks knows. */
  readonly checks?: readonly CheckRange[];
}

interface FindAnswer {
  /** The first `limit` that pass, in the order of looking. */
  readonly seqs: readonly number[];
  /** How many pass of those that were looked at. */
  readonly matched: number;
  /** Records kept now. */
  readonly total: number;
  /** The last record that was looked at; one before the first when there was none. */
  readonly scannedTo: number;
  /** False when the time for one answer was over: ask on behind `scannedTo`. */
  readonly isComplete: boolean;
}

export interface FindMethods {
  /** Which records of the whole log pass a filter (WB10). A filter that cannot be read is bad-request, with the place. */
  'trace:find'(argument: FindQuestion): FindAnswer;
}

/** A turn of the event loop is never kept longer by a search, milliseconds: packets come first. */
const turnMs = 5;
/** An answer comes at the latest after so long, milliseconds, turns of others included. */
const answerMs = 500;
/** Records between two looks at the clock: a dear one is dissected, about 10 µs. */
const stride = 64;
const mostAskers = 1000;

/** Searches through the log in short turns. */
export function findMethods(log: PacketLog): Implementation<FindMethods> {
  /** The latest question of each asker; an older one that still runs sees that it is not the latest. */
  const latest = new Map<string, symbol>();
  return {
    'trace:find': async (question) => {
      const filter = filterFor(question.filter);
      const own = Symbol(question.asker);
      latest.delete(question.asker);
      latest.set(question.asker, own);
      for (const asker of latest.keys()) {
        if (latest.size <= mostAskers) break;
        latest.delete(asker);
      }
      try {
        return await search(log, filter, question, () => latest.get(question.asker) === own);
      } finally {
        if (latest.get(question.asker) === own) latest.delete(question.asker);
      }
    },
  };
}

function filterFor(text: string): Filter {
  const read = readFilter(text);
  if (read.ok) return read.filter;
  const { start, end, message, suggestion } = read.fault;
  const hint = suggestion === undefined ? '' : ` Perhaps ${suggestion}?`;
  throw new WorkbenchError(
    'bad-request',
    `The filter is wrong at ${start + 1} to ${Math.max(start + 1, end)}: ${message}${hint}`,
  );
}

async function search(
  log: PacketLog,
  filter: Filter,
  { fromSeq, limit, backwards = false, checks = [] }: FindQuestion,
  isLatest: () => boolean,
): Promise<FindAnswer> {
  const passes = filter.over(contextOf(log, checks));
  const record = newLoggedRecord();
  const seqs: number[] = [];
  let matched = 0;
  const step = backwards ? -1 : 1;
  let seq = backwards ? Math.min(fromSeq, log.nextSeq - 1) : Math.max(fromSeq, log.firstSeq);
  // Records that come while it looks are the next question's: a storm must not keep it for ever.
  const last = log.nextSeq - 1;
  const isIn = (): boolean => (backwards ? seq >= log.firstSeq : seq <= last);
  const answerBy = performance.now() + answerMs;
  let turnEnds = performance.now() + turnMs;
  for (let looked = 1; isIn(); seq += step, looked++) {
    if (log.look(seq, record) && passes(record)) {
      matched++;
      if (seqs.length < limit) seqs.push(seq);
    }
    if (looked % stride !== 0 || performance.now() < turnEnds) continue;
    if (performance.now() >= answerBy) {
      return { seqs, matched, total: log.nextSeq - log.firstSeq, scannedTo: seq, isComplete: false };
    }
    await turnOver();
    if (!isLatest())
      throw new WorkbenchError('conflict', 'A newer question of the same asker took the place of this one.');
    // The oldest may have been forgotten meanwhile.
    if (!backwards && seq < log.firstSeq) seq = log.firstSeq - 1;
    turnEnds = performance.now() + turnMs;
  }
  return { seqs, matched, total: log.nextSeq - log.firstSeq, scannedTo: seq - step, isComplete: true };
}

const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A frame that comes out of a host begins a journey of its own, even when it answers another (TRACE5). */
const beginnings: ReadonlySet<Point> = new Set(['packet_in', 'host.tx']);
/** A loop in the network makes a journey without end. */
const longestJourney = 200;

function contextOf(log: PacketLog, checks: readonly CheckRange[]): FilterContext {
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
  };
}
