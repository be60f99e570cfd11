/** One condition: a text that some column contains, or a range of the log; `not` turns it round. */
type FilterTerm =
  | { readonly kind: 'text'; readonly text: string; readonly not: boolean }
  | { readonly kind: 'seq'; readonly from: number; readonly to: number; readonly not: boolean };

/** All terms must hold; without terms everything does. */
export type TextFilter = readonly FilterTerm[];

const seqTerm = /^seq:(\d+)(-(\d*))?$/;

/**
 * Reads a filter: terms between spaces, each contained in some column whatever its case; `-term` excludes;
 * `seq:120-180`, `seq:120-` and `seq:120` choose by number (TRACE7). Every text is a filter: there is nothing to get wrong.
 */
export function parseTextFilter(text: string): TextFilter {
  const terms: FilterTerm[] = [];
  for (const word of text.toLowerCase().split(/\s+/)) {
    const not = word.startsWith('-');
    const body = not ? word.slice(1) : word;
    if (body === '') continue;
    const range = seqTerm.exec(body);
    if (range) {
      const from = Number(range[1]);
      const to = range[2] === undefined ? from : range[3] ? Number(range[3]) : Number.POSITIVE_INFINITY;
      terms.push({ kind: 'seq', from, to, not });
    } else terms.push({ kind: 'text', text: body, not });
  }
  return terms;
}

/** Whether a record passes; `textOf` gives its columns in lower case and is asked only when a term needs it. */
export function passesFilter(filter: TextFilter, seq: number, textOf: () => string): boolean {
  let text: string | undefined;
  for (const term of filter) {
    let holds: boolean;
    if (term.kind === 'seq') holds = seq >= term.from && seq <= term.to;
    else {
      text ??= textOf();
      holds = text.includes(term.text);
    }
    if (holds === term.not) return false;
  }
  return true;
}

/** Whether everything that passes `next` passes `before` too, so that only the rows of `before` need a look. */
export function narrows(next: TextFilter, before: TextFilter): boolean {
  return before.every((old) => next.some((term) => implies(term, old)));
}

function implies(term: FilterTerm, old: FilterTerm): boolean {
  if (term.not !== old.not) return false;
  if (term.kind === 'seq') return old.kind === 'seq' && term.from === old.from && term.to === old.to;
  if (old.kind === 'seq') return false;
  return term.not ? old.text.includes(term.text) : term.text.includes(old.text);
}
