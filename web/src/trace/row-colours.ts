import { useMemo } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { type ColourRule, useColourRules } from '../state/colour-rules.ts';
import { useComments } from '../state/comments.ts';
import { useLab } from '../state/lab-store.ts';
import type { TraceLog } from '../state/trace-log.ts';
import type { RecordFilter } from './record-filter.ts';
import { filterOverLog } from './use-trace-rows.ts';

interface Answer {
  readonly rule: ColourRule | undefined;
  /** A rule that could not be asked yet. */
  readonly waitsFor: RecordFilter | undefined;
}
interface Asked {
  readonly rule: ColourRule;
  readonly filter: RecordFilter;
}

/** Which rule colours a record: the first that it passes. A record is asked once, however often its row is drawn (TRACE77). */
export class RowColours {
  readonly #asked: readonly Asked[];
  readonly #answers = new WeakMap<TraceRecord, Answer>();

  private constructor(asked: readonly Asked[]) {
    this.#asked = asked;
  }

  /** `filterOf` reads a filter; undefined for one that is empty or wrong, whose rule does nothing. */
  static by(rules: readonly ColourRule[], filterOf: (text: string) => RecordFilter | undefined): RowColours {
    return new RowColours(
      rules.flatMap((rule) => {
        const filter = rule.isOn ? filterOf(rule.filter) : undefined;
        return filter === undefined ? [] : [{ rule, filter }];
      }),
    );
  }

  /** The same rules, with nothing asked yet. */
  anew(): RowColours {
    return new RowColours(this.#asked);
  }

  /** Whether a rule asks for what is known of a record beside its frame. */
  needs(need: 'checks' | 'comments'): boolean {
    return this.#asked.some(({ filter }) => filter.filter.needs.has(need));
  }

  of(record: TraceRecord): ColourRule | undefined {
    const known = this.#answers.get(record);
    if (known !== undefined && (known.waitsFor === undefined || known.waitsFor.knownTo() < record.seq))
      return known.rule;
    const answer = this.#ask(record);
    this.#answers.set(record, answer);
    return answer.rule;
  }

  #ask(record: TraceRecord): Answer {
    let waitsFor: RecordFilter | undefined;
    for (const { rule, filter } of this.#asked) {
      if (filter.knownTo() < record.seq) waitsFor ??= filter;
      else if (filter.passes(record)) return { rule, waitsFor };
    }
    return { rule: undefined, waitsFor };
  }
}

/** The colours of a log's rows, none while packets cannot be read; asked anew when rules, comments or checks that they ask for are others. */
export function useRowColours(log: TraceLog, canRead: boolean): RowColours {
  const { rules, temporary } = useColourRules();
  const comments = useComments(({ bySeq }) => bySeq);
  const grade = useLab((state) => state.grade);
  const { generation } = log;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another log has other records
  const colours = useMemo(
    () => RowColours.by(canRead ? [...temporary, ...rules] : [], (text) => filterOverLog(log, text)),
    [log, generation, rules, temporary, canRead],
  );
  const byComments = colours.needs('comments') ? comments : undefined;
  const byChecks = colours.needs('checks') ? grade : undefined;
  // With other comments or checks every record is asked again.
  return useMemo(
    () => (byComments === undefined && byChecks === undefined ? colours : colours.anew()),
    [colours, byComments, byChecks],
  );
}
