import { type LoggedRecord, newLoggedRecord } from '../trace/logged-record.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { WorkbenchError } from './method.ts';

/** A turn of the event loop is never kept longer by one walk, milliseconds: packets come first. */
const longestTurnMs = 5;
/** An answer comes at the latest after so long, milliseconds, turns of others included. */
const answerMs = 500;
/** Records between two looks at the clock: a dear one is dissected, about 10 µs. */
const stride = 64;
/** A gentle walk works for a twentieth of the time, milliseconds: in short turns, for packets wait, and in few, for the first packet behind each finds the processor's caches cold. */
const gentle = { turnMs: 0.5, restMs: 10, stride: 16 };
const mostAskers = 1000;

export interface Walk {
  /** Where to begin; backwards the last one looked at first. */
  readonly fromSeq: number;
  /** The last one to look at, forwards; without it the last one that was there at the beginning. */
  readonly toSeq?: number;
  readonly backwards?: boolean;
  /** Nobody waits for it, and it is asked again and again: it takes shorter turns and rests between them. */
  readonly isGentle?: boolean;
  /** Asked after each turn: false ends the walk with a conflict, for whoever asked does not wait any more. */
  readonly isWanted: () => boolean;
  /** Milliseconds that only go forward. */
  readonly nowMs?: () => number;
}

interface Walked {
  /** The last record that was looked at; one before the first when there was none. */
  readonly scannedTo: number;
  /** False when the time for one answer was over: walk on behind `scannedTo`. */
  readonly isComplete: boolean;
}

/** Looks at the records of a log one after another, in short turns (WB10). `record` is the same one each time. */
export async function walkLog(
  log: PacketLog,
  walk: Walk,
  visit: (seq: number, record: LoggedRecord) => void,
): Promise<Walked> {
  const record = newLoggedRecord();
  return await walkIds(keptSeqs(log), walk, (seq) => {
    if (log.look(seq, record)) visit(seq, record);
  });
}

/** What numbers are kept now: from the oldest to the one before the next. */
interface KeptIds {
  first(): number;
  next(): number;
}

/** Those of a log of packets: for whoever looks at its records in a way of his own. */
export const keptSeqs = (log: PacketLog): KeptIds => ({ first: () => log.firstSeq, next: () => log.nextSeq });

/** The same over the numbers of any log that forgets its oldest. */
export async function walkIds(
  kept: KeptIds,
  { fromSeq, toSeq, backwards = false, isGentle = false, isWanted, nowMs = () => performance.now() }: Walk,
  visit: (seq: number) => void,
): Promise<Walked> {
  const step = backwards ? -1 : 1;
  // Records that come while it looks are the next question's: a storm must not keep it for ever.
  const last = Math.min(toSeq ?? Number.POSITIVE_INFINITY, kept.next() - 1);
  let seq = backwards ? Math.min(fromSeq, last) : Math.max(fromSeq, kept.first());
  const isIn = (): boolean => (backwards ? seq >= kept.first() : seq <= last);
  const turnMs = isGentle ? gentle.turnMs : longestTurnMs;
  const every = isGentle ? gentle.stride : stride;
  const answerBy = nowMs() + answerMs;
  let turnEnds = nowMs() + turnMs;
  for (let looked = 1; isIn(); seq += step, looked++) {
    visit(seq);
    if (looked % every !== 0 || nowMs() < turnEnds) continue;
    if (nowMs() >= answerBy) return { scannedTo: seq, isComplete: backwards ? seq <= kept.first() : seq >= last };
    await (isGentle ? rest(gentle.restMs) : turnOver());
    if (!isWanted())
      throw new WorkbenchError('conflict', 'A newer question of the same asker took the place of this one.');
    // The oldest may have been forgotten meanwhile.
    if (!backwards && seq < kept.first()) seq = kept.first() - 1;
    turnEnds = nowMs() + turnMs;
  }
  return { scannedTo: seq - step, isComplete: true };
}

/** Looks at the records from `fromSeq` to the last one, however long that takes: for an answer that is of use only when it is whole. */
export async function walkToEnd(
  log: PacketLog,
  fromSeq: number,
  visit: (seq: number, record: LoggedRecord) => void,
): Promise<void> {
  const walk = { toSeq: log.nextSeq - 1, isWanted: () => true };
  for (let next = fromSeq; ; ) {
    const { scannedTo, isComplete } = await walkLog(log, { ...walk, fromSeq: next }, visit);
    if (isComplete) return;
    next = scannedTo + 1;
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Who asks what takes long: a newer question ends the same asker's older one. */
export class Askers {
  /** The latest question of each asker; an older one that still runs sees that it is not the latest. */
  readonly #latest = new Map<string, symbol>();

  /** Answers a question; `answer` is told whether it is still the asker's latest. */
  async ask<Answer>(asker: string, answer: (isWanted: () => boolean) => Promise<Answer>): Promise<Answer> {
    const own = Symbol(asker);
    this.#latest.delete(asker);
    this.#latest.set(asker, own);
    for (const each of this.#latest.keys()) {
      if (this.#latest.size <= mostAskers) break;
      this.#latest.delete(each);
    }
    try {
      return await answer(() => this.#latest.get(asker) === own);
    } finally {
      if (this.#latest.get(asker) === own) this.#latest.delete(asker);
    }
  }
}
