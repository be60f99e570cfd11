import { points } from '../../packet/trace-batch.ts';
import { type AnswerLink, HostAnswers } from '../../trace/causality/host-answers.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';

/** What a journey answers and what answers it: links beside the chain, which ends at a host (WB88). */
export interface JourneyAnswers {
  readonly answers: AnswerLink | null;
  /** At most eight, in order of seq. */
  readonly answeredBy: readonly AnswerLink[];
}

const mostAnswers = 8;

/**
 * Finds both for the records of one journey: at the host's own points where they were watched, else where the bridge had the
 * frame.
 */
export function journeyAnswers(log: PacketLog, seqs: readonly number[]): JourneyAnswers {
  const finder = new HostAnswers(log);
  const record = newLoggedRecord();
  const at = (point: string): number[] => seqs.filter((seq) => log.look(seq, record) && points[record.point] === point);
  const [sent, heard] = [at('host.tx'), at('host.rx')];
  const sources = sent.length > 0 ? sent : at('packet_in');
  const ends = heard.length > 0 ? heard : at('packet_out');
  const answeredBy = new Map<number, AnswerLink>();
  for (const seq of ends) {
    for (const link of finder.answeredBy(seq, mostAnswers - answeredBy.size)) answeredBy.set(link.answer, link);
    if (answeredBy.size >= mostAnswers) break;
  }
  const first = sources[0];
  return {
    answers: (first === undefined ? undefined : finder.answers(first)) ?? null,
    answeredBy: [...answeredBy.values()].sort((a, b) => a.answer - b.answer),
  };
}
