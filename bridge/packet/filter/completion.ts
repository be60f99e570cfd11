import { type FieldInfo, type FieldType, fieldOf, fields, isBytes, typeNames } from './fields.ts';
import { FilterError } from './filter-error.ts';
import { lex, type Token } from './lexer.ts';
import { quoted } from './print.ts';

/** One way to go on. */
export interface Completion {
  /** What is put in place of [start, end). */
  readonly text: string;
  readonly kind: 'field' | 'operator' | 'value';
  /** What it means, for people. */
  readonly description: string;
}
export interface Completions {
  /** The piece being typed, [start, end) of the filter. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

const mostItems = 60;

const joiners: readonly Completion[] = [
  operator('and', 'both'),
  operator('or', 'either'),
  operator('xor', 'one, but not both'),
];
const equality = [operator('==', 'equal'), operator('!=', 'not equal, none of its values')];
const ordering = [operator('<', 'less'), operator('<=', 'at most'), operator('>', 'more'), operator('>=', 'at least')];
const set = operator('in', 'one of a set: {1, 2, 5..9}');
const search = [operator('contains', 'has the text or bytes in it'), operator('matches', 'fits a regular expression')];
const bits = operator('&', 'has one of these bits');

function operator(text: string, description: string): Completion {
  return { text, kind: 'operator', description };
}

/** What may stand behind a field of a type. */
function operatorsOf(type: FieldType): readonly Completion[] {
  if (type === 'string') return [...equality, ...search, set, ...ordering];
  if (type === 'bytes') return [...search, ...equality];
  if (type === 'protocol') return [...joiners, ...search];
  if (type === 'ether') return [...equality, set, ...search.slice(0, 1)];
  if (isBytes(type)) return [...equality, set, ...ordering];
  if (type === 'boolean') return equality;
  return [...equality, ...ordering, set, ...(type === 'time' ? [] : [bits])];
}

const afterComparison: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '===',
  '!==',
  '<',
  '>',
  '<=',
  '>=',
  '{',
  '..',
  ',',
  '&',
  'eq',
  'ne',
  'gt',
  'lt',
  'ge',
  'le',
  'any_eq',
  'any_ne',
  'all_eq',
  'all_ne',
  'contains',
  'matches',
]);
const openers: ReadonlySet<string> = new Set(['and', 'or', 'xor', '&&', '||', '^^', 'not', '!', '(', 'any', 'all']);

/** What the places of a filter expect; `of` is the field that an operator or value is for. */
type Expected =
  | { readonly kind: 'field' | 'joiner' | 'set' }
  | { readonly kind: 'operator' | 'value'; readonly of: FieldInfo };

/** Which fields are offered, where not all make sense. */
export type FieldChoice = (name: string) => boolean;

/**
 * How a filter may go on at `cursor`: fields that begin with or contain what is typed, operators that fit the field before,
 * values that are known. Never throws; within a text there is nothing to offer.
 */
export function completions(text: string, cursor: number, choice?: FieldChoice): Completions {
  const before = text.slice(0, cursor);
  let tokens: readonly Token[];
  try {
    tokens = lex(before);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return unfinishedText(before, text, cursor, choice);
  }
  const last = tokens.at(-2);
  const isTyping = last?.kind === 'word' && last.end === cursor;
  const start = isTyping ? last.start : cursor;
  const typed = isTyping ? last.text : '';
  const end = isTyping ? wordEnd(text, cursor) : cursor;
  const expected = expectedAfter(tokens.slice(0, isTyping ? -2 : -1));
  return { start, end, items: itemsFor(expected, typed, choice) };
}

/** Within quotes the known texts of the field are offered, nothing else. */
function unfinishedText(before: string, text: string, cursor: number, choice?: FieldChoice): Completions {
  const start = before.lastIndexOf('"');
  const nothing = { start: cursor, end: cursor, items: [] };
  if (start < 0) return nothing;
  try {
    const expected = expectedAfter(lex(before.slice(0, start)).slice(0, -1));
    const end = text[cursor] === '"' ? cursor + 1 : cursor;
    if (expected.kind !== 'value') return nothing;
    return { start, end, items: itemsFor(expected, before.slice(start + 1), choice) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return nothing;
  }
}

function wordEnd(text: string, cursor: number): number {
  return cursor + (/^[\w.:/-]*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

function expectedAfter(tokens: readonly Token[]): Expected {
  const last = tokens.at(-1);
  if (last === undefined || (last.kind !== 'string' && openers.has(last.text))) return { kind: 'field' };
  if (last.text === 'in' && last.kind === 'word') return { kind: 'set' };
  const info = last.kind === 'word' ? fieldOf(last.text) : undefined;
  if (last.kind !== 'string' && afterComparison.has(last.text)) {
    const of = fieldBefore(tokens);
    return of === undefined ? { kind: 'field' } : { kind: 'value', of };
  }
  const beforeLast = tokens.at(-2)?.text ?? '';
  const isValue = afterComparison.has(beforeLast) || isInSet(tokens);
  if (isInSet(tokens)) {
    const of = fieldBefore(tokens);
    if (of !== undefined) return { kind: 'value', of };
  }
  if (info !== undefined && !isValue) return { kind: 'operator', of: info };
  const sliced = last.kind === 'slice' ? fieldBefore(tokens) : undefined;
  if (sliced !== undefined) return { kind: 'operator', of: { ...sliced, type: 'bytes', names: undefined } };
  return { kind: 'joiner' };
}

/** Whether a `{` is open. */
function isInSet(tokens: readonly Token[]): boolean {
  return tokens.findLastIndex(({ text }) => text === '{') > tokens.findLastIndex(({ text }) => text === '}');
}

/** The field that the last comparison is about. */
function fieldBefore(tokens: readonly Token[]): FieldInfo | undefined {
  const open = tokens.findLastIndex(({ kind, text }) => kind !== 'string' && openers.has(text));
  for (const { kind, text } of tokens.slice(open + 1)) {
    const info = kind === 'word' ? fieldOf(text) : undefined;
    if (info !== undefined) return info;
  }
  return undefined;
}

function itemsFor(expected: Expected, typed: string, choice: FieldChoice | undefined): Completion[] {
  switch (expected.kind) {
    case 'field':
      return [...fieldItems(typed, choice), ...begun([operator('not', 'what does not')], typed)].slice(0, mostItems);
    case 'joiner':
      return begun(joiners, typed);
    case 'set':
      return typed === '' ? [operator('{', 'the values, as {1, 2, 5..9}')] : [];
    case 'operator':
      return begun([...operatorsOf(expected.of.type), ...(expected.of.type === 'protocol' ? [] : joiners)], typed);
    case 'value':
      return begun(valuesOf(expected.of), typed);
  }
}

const begun = (items: readonly Completion[], typed: string): Completion[] =>
  items.filter(({ text, description }) =>
    [text, text.replace(/^"/, ''), description].some((one) => one.toLowerCase().startsWith(typed.toLowerCase())),
  );

/** Names that begin so, then those with a later part that does; a protocol goes before its fields. */
function fieldItems(typed: string, choice: FieldChoice | undefined): Completion[] {
  const wanted = typed.toLowerCase();
  const ranked: { readonly rank: number; readonly item: Completion }[] = [];
  for (const { name, type, description } of fields.values()) {
    const at = name.startsWith(wanted)
      ? 0
      : name.includes(`.${wanted}`)
        ? 1
        : description.toLowerCase().startsWith(wanted)
          ? 2
          : -1;
    if (at < 0 || choice?.(name) === false) continue;
    // Before a letter is typed, protocols are enough to begin with; where few fields make sense, the messages.
    const isLayer = type === 'protocol' && (choice !== undefined || !name.includes('.'));
    if (wanted === '' && !isLayer && !name.startsWith('lab.')) continue;
    const depth = name.split('.').length;
    const described = type === 'protocol' ? description : `${description}, ${typeNames[type]}`;
    ranked.push({ rank: at * 100 + depth, item: { text: name, kind: 'field', description: described } });
  }
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function valuesOf({ type, names, texts }: FieldInfo): Completion[] {
  if (texts !== undefined) return texts.map((text) => ({ text: quoted(text), kind: 'value', description: '' }));
  if (names !== undefined) {
    return Object.entries(names).map(([number, name]) => ({ text: number, kind: 'value', description: name }));
  }
  if (type === 'boolean') {
    return [
      { text: '1', kind: 'value', description: 'set' },
      { text: '0', kind: 'value', description: 'not set' },
    ];
  }
  return [];
}
