import type { PacketLog } from '../trace/packet-log.ts';
import { type CheckRange, contextOf, filterFor, learnFor } from './log-filter.ts';
import { Askers, walkLog } from './log-walk.ts';
import type { Implementation } from './method.ts';

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

/** Searches through the log in short turns. */
export function findMethods(log: PacketLog): Implementation<FindMethods> {
  const askers = new Askers();
  return {
    'trace:find': async (question) => {
      const { filter, fromSeq, limit, backwards = false, checks, asker } = question;
      const read = filterFor(filter);
      const passes = read.over(contextOf(log, checks));
      const seqs: number[] = [];
      let matched = 0;
      const walked = await askers.ask(asker, async (isWanted) => {
        if (!(await learnFor([read], log, isWanted)))
          return { scannedTo: Math.max(0, backwards ? fromSeq + 1 : fromSeq - 1), isComplete: false };
        return await walkLog(log, { fromSeq, backwards, isWanted }, (seq, record) => {
          if (!passes(record)) return;
          matched++;
          if (seqs.length < limit) seqs.push(seq);
        });
      });
      return { seqs, matched, total: log.nextSeq - log.firstSeq, ...walked };
    },
  };
}
