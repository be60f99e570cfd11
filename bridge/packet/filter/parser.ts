import { fieldOf, fields } from './fields.ts';
import { FilterError, nearest } from './filter-error.ts';
import { lex, type Token } from './lexer.ts';
import { parseSlices } from './slices.ts';
import {
  type Comparison,
  comparisons,
  type Expression,
  type FieldOperand,
  type FunctionName,
  functions,
  type Literal,
  type Operand,
  type Quantifier,
  type Range,
} from './syntax.ts';

/** Longer filters are refused: each packet would have to wait for them. */
const maxFilterLength = 4000;
const maxDepth = 60;

const comparisonWords: Readonly<Record<string, Comparison>> = {
  eq: '==',
  any_eq: '==',
  ne: '!=',
  all_ne: '!=',
  any_ne: '!==',
  all_eq: '===',
  gt: '>',
  lt: '<',
  ge: '>=',
  le: '<=',
};
const logic: Readonly<Record<string, 'and' | 'or' | 'xor'>> = {
  and: 'and',
  '&&': 'and',
  or: 'or',
  '||': 'or',
  xor: 'xor',
  '^^': 'xor',
};
/** Words with a meaning of their own: no field, and no value without quotes. */
const keywords: readonly string[] = [
  ...Object.keys(comparisonWords),
  'and',
  'or',
  'xor',
  'not',
  'in',
  'contains',
  'matches',
  'any',
  'all',
];
const fieldLike = /^[a-zA-Z_][a-zA-Z0-9_.-]*$/;

/** Reads a filter; undefined for an empty one, which everything passes. Throws FilterError. */
export function parseFilter(text: string): Expression | undefined {
  if (text.length > maxFilterLength) {
    throw new FilterError(maxFilterLength, text.length, `A filter has at most ${maxFilterLength} characters.`);
  }
  const tokens = lex(text);
  return tokens.length === 1 ? undefined : new Parser(tokens).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Expression {
    const expression = this.#or();
    const { kind, text } = this.#next;
    if (kind !== 'end') {
      if (text === ')') this.#fail('There is no “(” that this one ends.');
      const wanted = nearest(text, ['and', 'or', 'xor', 'not in', 'contains', 'matches']);
      this.#fail(
        '“and”, “or” or the end of the filter was expected.',
        wanted ?? (kind === 'word' ? `and ${text}` : undefined),
      );
    }
    return expression;
  }

  get #next(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('the last token is always there');
    return token;
  }

  #take(): Token {
    const token = this.#next;
    this.#at++;
    return token;
  }

  /** Takes a word or an operator, if it is next. */
  #has(...texts: readonly string[]): boolean {
    const { kind, text } = this.#next;
    if ((kind !== 'word' && kind !== 'operator') || !texts.includes(text)) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, suggestion?: string, at: Token = this.#next): never {
    throw new FilterError(at.start, at.end, message, suggestion);
  }

  #or(): Expression {
    return this.#chain('or', () => this.#chain('xor', () => this.#chain('and', () => this.#not())));
  }

  #chain(kind: 'and' | 'or' | 'xor', part: () => Expression): Expression {
    let left = part();
    while (logic[this.#next.text] === kind && this.#next.kind !== 'string') {
      this.#take();
      const right = part();
      left = { kind, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #not(): Expression {
    const { start } = this.#next;
    if (!this.#has('not', '!')) return this.#primary();
    const of = this.#nested(() => this.#not());
    return { kind: 'not', of, start, end: of.end };
  }

  #nested<T>(part: () => T): T {
    if (++this.#depth > maxDepth) this.#fail(`More than ${maxDepth} things stand within each other here.`);
    const read = part();
    this.#depth--;
    return read;
  }

  #primary(): Expression {
    const open = this.#next;
    if (!this.#has('(')) return this.#test();
    const inner = this.#nested(() => this.#or());
    const close = this.#next;
    if (!this.#has(')')) this.#fail('“)” was expected.', undefined, close.kind === 'end' ? open : close);
    return { ...inner, start: open.start, end: close.end };
  }

  /** A field that must be there, or must compare so. */
  #test(): Expression {
    const { start } = this.#next;
    const quantifier = this.#quantifier();
    const left = this.#operand();
    const operator = this.#next;
    const comparison = this.#comparison();
    if (comparison !== undefined) {
      const right = this.#right(operator);
      return { kind: 'compare', operator: comparison, quantifier, left, right, start, end: right.end };
    }
    if (this.#has('contains')) return this.#search('contains', quantifier, left, start);
    if (this.#has('matches', '~')) return this.#search('matches', quantifier, left, start);
    if (this.#has('in')) return this.#set(quantifier, left, start);
    if (operator.text === 'not' && this.#tokens[this.#at + 1]?.text === 'in') {
      this.#at += 2;
      const of = this.#set(quantifier, left, start);
      return { kind: 'not', of, start, end: of.end };
    }
    if (this.#has('=')) this.#fail('“==” was expected: one “=” compares nothing.', '==', operator);
    if (quantifier !== undefined) this.#fail('A comparison was expected: “any” and “all” say how one is meant.');
    if (left.kind === 'call') this.#fail(`${left.name}() must be compared with something.`, undefined, operator);
    return { kind: 'exists', of: left, start, end: left.end };
  }

  #quantifier(): Quantifier | undefined {
    const { text } = this.#next;
    return this.#has('any', 'all') ? (text === 'any' ? 'any' : 'all') : undefined;
  }

  #comparison(): Comparison | undefined {
    const { kind, text } = this.#next;
    if (kind !== 'word' && kind !== 'operator') return undefined;
    const found = comparisonWords[text] ?? comparisons.find((one) => one === text);
    if (found !== undefined) this.#at++;
    return found;
  }

  #search(kind: 'contains' | 'matches', quantifier: Quantifier | undefined, left: Operand, start: number): Expression {
    const right = this.#literal(kind === 'contains' ? 'A text or bytes' : 'A regular expression in quotes');
    return { kind, quantifier, left, right, start, end: right.end };
  }

  #set(quantifier: Quantifier | undefined, left: Operand, start: number): Expression {
    if (!this.#has('{')) this.#fail('“{” was expected: a set is written {1, 2, 5..9}.', '{');
    const ranges: Range[] = [];
    let { end } = this.#next;
    while (!this.#has('}')) {
      const from = this.#literal('A value of the set, or “}”,');
      ranges.push({ from, to: this.#has('..') ? this.#literal('The end of the range') : from });
      this.#has(',');
      end = this.#next.end;
    }
    if (ranges.length === 0) this.#fail('A set needs a value.', undefined, this.#tokens[this.#at - 1]);
    return { kind: 'in', quantifier, left, ranges, start, end };
  }

  #operand(): Operand {
    const word = this.#next;
    if (word.kind !== 'word' || keywords.includes(word.text)) this.#fail('A field was expected, such as ip.addr.');
    this.#take();
    const called = functions.find((name) => name === word.text);
    if (called !== undefined && this.#has('(')) return this.#call(called, word);
    const field = this.#field(word);
    const after = this.#next;
    if (after.kind === 'slice') {
      this.#take();
      return { kind: 'slice', of: field, slices: parseSlices(after), start: word.start, end: after.end };
    }
    if (this.#has('&')) {
      const mask = this.#literal('A number whose bits are looked at');
      return { kind: 'mask', of: field, mask, start: word.start, end: mask.end };
    }
    return field;
  }

  #call(name: FunctionName, word: Token): Operand {
    const of = this.#nested(() => this.#operand());
    const { end } = this.#next;
    if (!this.#has(')')) this.#fail('“)” was expected.');
    return { kind: 'call', name, of, start: word.start, end };
  }

  #field({ text, start, end }: Token): FieldOperand {
    if (fieldOf(text) !== undefined) return { kind: 'field', name: text, start, end };
    const wanted = nearest(text, [...fields.keys(), ...keywords]);
    throw new FilterError(
      start,
      end,
      fieldLike.test(text) ? `“${text}” is not a field.` : `A field was expected, not “${text}”.`,
      wanted,
    );
  }

  /** What a field is compared with: another field, or a value. */
  #right(operator: Token): Operand | Literal {
    const { kind, text } = this.#next;
    if (kind === 'end') this.#fail(`A value was expected behind “${operator.text}”.`);
    const isCall = functions.some((name) => name === text) && this.#tokens[this.#at + 1]?.text === '(';
    // A protocol's name alone may be a value, too (`data`); a field of it is one.
    const isField = kind === 'word' && fieldOf(text) !== undefined && text.includes('.');
    return isCall || isField ? this.#operand() : this.#literal('A value');
  }

  #literal(what: string): Literal {
    const { kind, text, value, start, end } = this.#next;
    if ((kind !== 'word' && kind !== 'string') || (kind === 'word' && keywords.includes(text))) {
      this.#fail(`${what} was expected.`);
    }
    this.#take();
    return { kind: 'literal', text: value, quoted: kind === 'string', start, end };
  }
}
