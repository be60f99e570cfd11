import { compile, type Test } from './compile.ts';
import { FilterError } from './filter-error.ts';
import { parseFilter } from './parser.ts';
import { type FilterContext, type FilterRecord, noContext } from './record.ts';
import { isOfConversations } from './record-fields.ts';
import { infoOf } from './source.ts';
import { Subject, wantedLayers } from './subject.ts';
import { type Expression, fieldsIn } from './syntax.ts';

/** What is wrong with a filter, and where: [start, end) of its text. */
export interface FilterFault {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What may stand there instead. */
  readonly suggestion?: string;
}

/** What only the log around a record knows: its journey, the check that made it, its conversation, what people say of it. */
export type FilterNeed = 'chains' | 'checks' | 'conversations' | 'comments' | 'findings';

/** A filter that was read: ask it about one record after the other. */
export interface Filter {
  /** Undefined for the empty filter. */
  readonly expression: Expression | undefined;
  /** Whether it looks at more than the record's own frame and columns. */
  readonly needs: ReadonlySet<FilterNeed>;
  /** A question with a memory of its own for one log: node numbers must keep their names. */
  over(context?: FilterContext): (record: FilterRecord) => boolean;
}

export type ReadFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly fault: FilterFault };

/**
 * Reads a filter in the language of Wireshark's display filters (PK20): its fields, and the lab's own. Never throws; what
 * is wrong is said with its place.
 */
export function readFilter(text: string): ReadFilter {
  try {
    const expression = parseFilter(text);
    // Types are wrong or right once and for all: compiled here to know, and again for each log.
    if (expression !== undefined) compile(expression);
    return { ok: true, filter: filterOf(expression) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { start, end, message, suggestion } = error;
    return { ok: false, fault: { start, end, message, ...(suggestion !== undefined && { suggestion }) } };
  }
}

function filterOf(expression: Expression | undefined): Filter {
  const names = expression === undefined ? [] : fieldsIn(expression).map(({ name }) => name);
  const wanted = wantedLayers(names.map((name) => infoOf(name).protocol));
  const needs = new Set<FilterNeed>();
  if (names.includes('lab.chain')) needs.add('chains');
  if (names.includes('lab.check')) needs.add('checks');
  if (names.includes('lab.finding')) needs.add('findings');
  if (names.includes('frame.comment')) needs.add('comments');
  if (names.some(isOfConversations)) needs.add('conversations');
  return {
    expression,
    needs,
    over: (context = noContext) => {
      if (expression === undefined) return () => true;
      const { passes }: Test = compile(expression);
      const subject = new Subject(context, wanted);
      return (record) => {
        subject.look(record);
        return passes(subject);
      };
    },
  };
}
