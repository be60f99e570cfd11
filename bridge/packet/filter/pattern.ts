import type { Value } from './constants.ts';
import { FilterError } from './filter-error.ts';
import type { Literal } from './syntax.ts';

const maxPattern = 256;
/** Bytes of a value that are looked through: a whole frame of Ethernet. */
const maxSubject = 1536;
/** Repetitions without a bound, in one expression: each multiplies the longest search by the length of the value. */
const maxRepetitions = 2;
/** Counted repetitions up to here are no worry. */
const fewTimes = 16;

/** A regular expression as `matches` takes it, whatever the case. Throws FilterError when it is none, or might take for ever. */
export function patternOf({ text, start, end }: Literal): (value: Value) => boolean {
  if (text.length > maxPattern)
    throw new FilterError(start, end, `A regular expression has at most ${maxPattern} characters.`);
  const danger = dangerOf(text);
  if (danger !== undefined) throw new FilterError(start, end, danger);
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, 'i');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new FilterError(start, end, `Not a regular expression: ${why}.`);
  }
  return (value) => pattern.test(subjectOf(value));
}

function subjectOf(value: Value): string {
  if (typeof value === 'string') return value.slice(0, maxSubject);
  if (!(value instanceof Uint8Array)) return String(value);
  let text = '';
  for (let i = 0; i < Math.min(value.length, maxSubject); i++) text += String.fromCharCode(value[i] ?? 0);
  return text;
}

/** Why a pattern might search for ever: repetitions within repetitions, too many of them, or references back. */
function dangerOf(pattern: string): string | undefined {
  /** Of each open group: whether something in it may match in several ways. */
  const open: boolean[] = [false];
  let endless = 0;
  let closed = false;
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    const wasClosed = closed;
    closed = false;
    if (character === '\\') {
      if (/[1-9k]/.test(pattern[at + 1] ?? '')) return 'References back are not allowed here: they can take for ever.';
      at++;
    } else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') open.push(false);
    else if (character === ')') {
      closed = open.pop() ?? false;
      if (closed && open.length > 0) open[open.length - 1] = true;
    } else if (character === '|') open[open.length - 1] = open.length > 1;
    else if (isEndless(pattern, at)) {
      if (wasClosed)
        return 'A repetition of what repeats or has alternatives can take for ever: write it without “(…)*”.';
      endless++;
      open[open.length - 1] = true;
    }
  }
  const allowed = maxRepetitions + (pattern.startsWith('^') ? 1 : 0);
  return endless > allowed ? `More than ${allowed} repetitions without a bound can take for ever.` : undefined;
}

/** Whether `*`, `+` or `{n,m}` with many stands at `at`. */
function isEndless(pattern: string, at: number): boolean {
  const character = pattern[at];
  if (character === '*' || character === '+') return true;
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24)) ?? [];
  if (from === undefined) return false;
  return Number(from) > fewTimes || (comma === ',' && (to === '' || Number(to) > fewTimes));
}
