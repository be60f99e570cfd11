/** What is wrong in an entry as somebody wrote it: which field, what was expected, and what stands there. */
export interface FlowFault {
  /** `match`, `actions`, `priority`, `idleTimeoutS`, `hardTimeoutS` or `cookie`. */
  readonly part: 'match' | 'actions' | 'priority' | 'idleTimeoutS' | 'hardTimeoutS' | 'cookie';
  /** The word of the part that is wrong, as it was written: `nw_src`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
  /** Where it stands in the text of match or actions, [start, end). */
  readonly start: number;
  readonly end: number;
}

/** A fault in one sentence: `match nw_src: expected …, got "…"`. */
export function faultText({ part, field, expected, got }: FlowFault): string {
  const where = field === '' || field === part ? part : `${part} ${field}`;
  return `${where}: expected ${expected}${got === '' ? '' : `, got "${got}"`}`;
}

/** A piece of a text between separators, with its place. */
export interface Term {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Terms between commas, blanks and `&&`; around `=` blanks are allowed. */
export function termsOf(text: string): Term[] {
  return [...text.matchAll(/[^\s,&=]+(?:\s*={1,2}\s*[^\s,&=]*)?/g)].map((found) => ({
    text: found[0],
    start: found.index,
    end: found.index + found[0].length,
  }));
}

/** A whole number, decimal or 0x…, within [min, max]; undefined otherwise. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text)) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
}
