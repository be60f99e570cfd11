import { FilterError } from './filter-error.ts';

type TokenKind = 'word' | 'string' | 'operator' | 'slice' | 'end';

/** One piece of a filter; `text` is as written, `value` what a string says without its quotes and escapes. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: string;
  /** Places in the filter's text, [start, end). */
  readonly start: number;
  readonly end: number;
}

/** Longest first: `!==` is not `!=` and something. */
const operators = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '^^',
  '..',
  '<',
  '>',
  '!',
  '&',
  '~',
  '=',
  '(',
  ')',
  '{',
  '}',
  ',',
] as const;

const space = /\s/;
/** Names, numbers, addresses, bytes: `ip.addr`, `0x1f`, `10.0.0.0/8`, `fe80::1`, `02:00:00`, `08-00`. */
const wordCharacter = /[\p{L}\p{N}_.:/-]/u;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};

/** The pieces of a filter, the last of kind `end`. Throws FilterError, for what is no piece of any filter. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (space.test(text[at] ?? '')) at++;
    else {
      const token = tokenAt(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  tokens.push({ kind: 'end', text: '', value: '', start: text.length, end: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  const first = text[at] ?? '';
  if (first === '"') return stringAt(text, at, at + 1, false);
  if (first === 'r' && text[at + 1] === '"') return stringAt(text, at, at + 2, true);
  if (first === '[') return sliceAt(text, at);
  const operator = operators.find((one) => text.startsWith(one, at));
  if (operator !== undefined) return token('operator', text, at, at + operator.length);
  const end = wordEnd(text, at);
  if (end > at) return token('word', text, at, end);
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new FilterError(at, at + character.length, `“${character}” has no meaning here.`);
}

/** A word ends where a range begins: `1..5` is three pieces. */
function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !text.startsWith('..', at)) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (!wordCharacter.test(character)) break;
    at += character.length;
  }
  return at;
}

function token(kind: TokenKind, text: string, start: number, end: number, value = text.slice(start, end)): Token {
  return { kind, text: text.slice(start, end), value, start, end };
}

function sliceAt(text: string, start: number): Token {
  const close = text.indexOf(']', start);
  if (close < 0) throw new FilterError(start, text.length, 'The slice has no end: “]” is missing.');
  return token('slice', text, start, close + 1, text.slice(start + 1, close));
}

function stringAt(text: string, start: number, from: number, raw: boolean): Token {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') return token('string', text, start, at + 1, value);
    if (character !== '\\') {
      value += character;
      continue;
    }
    if (raw) {
      // A quote may stand in it behind a backslash, which stays: that is what a regular expression wants.
      value += character + (text[at + 1] ?? '');
      at++;
      continue;
    }
    const hex = /^x([0-9a-f]{1,2})/i.exec(text.slice(at + 1, at + 4));
    if (hex) {
      value += String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16));
      at += hex[0].length;
      continue;
    }
    const escaped = text[at + 1] ?? '';
    // What is no escape stays as it is: `\\.` and `\\d` of a regular expression.
    value += escapes[escaped] ?? (escaped === '"' || escaped === '\\' ? escaped : `\\${escaped}`);
    at++;
  }
  throw new FilterError(start, text.length, 'The text has no end: a closing quote is missing.');
}
