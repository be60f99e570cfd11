import { type Constant, compareValues, constantOf, masked, type Value } from './constants.ts';
import { type FieldInfo, isBytes, typeNames } from './fields.ts';
import { FilterError } from './filter-error.ts';
import { patternOf } from './pattern.ts';
import type { Comparison, Expression, Quantifier, Range } from './syntax.ts';

/** A question about one value, and of how many values of a field it must be true. */
export interface Predicate {
  readonly holds: (value: Value) => boolean;
  readonly quantifier: Quantifier;
}

/** How many of several values must compare so when the filter does not say. */
const usual: Readonly<Record<Comparison, Quantifier>> = {
  '==': 'any',
  '!=': 'all',
  '===': 'all',
  '!==': 'any',
  '<': 'any',
  '>': 'any',
  '<=': 'any',
  '>=': 'any',
};
export const quantifierOf = (operator: Comparison, quantifier: Quantifier | undefined): Quantifier =>
  quantifier ?? usual[operator];

/** Whether two values compare so. */
export function relates(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
    case '!==':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
  }
}

type Search = Extract<Expression, { kind: 'compare' | 'contains' | 'matches' | 'in' }>;

/** What an expression asks of each value of its left side, whose type is `field`'s. Throws FilterError. */
export function predicateOf(expression: Search, field: FieldInfo): Predicate {
  const quantifier = expression.quantifier ?? 'any';
  switch (expression.kind) {
    case 'compare': {
      const { operator, right } = expression;
      if (right.kind !== 'literal') throw new Error('two fields are compared elsewhere');
      return {
        holds: comparison(operator, constantOf(right, field)),
        quantifier: quantifierOf(operator, expression.quantifier),
      };
    }
    case 'in':
      return { holds: membership(expression.ranges, field), quantifier };
    case 'matches': {
      mustBe(['string', 'bytes', 'protocol', 'any'], field, expression, 'matches');
      if (!expression.right.quoted) {
        const { start, end, text } = expression.right;
        throw new FilterError(start, end, 'A regular expression stands in quotes.', `"${text}"`);
      }
      return { holds: patternOf(expression.right), quantifier };
    }
    case 'contains': {
      mustBe(['string', 'bytes', 'protocol', 'ether', 'any'], field, expression, 'contains');
      const isText = field.type === 'string' || field.type === 'any';
      const type = isText ? 'string' : 'bytes';
      return { holds: inclusion(constantOf(expression.right, { ...field, type }).value), quantifier };
    }
  }
}

function mustBe(types: readonly FieldInfo['type'][], field: FieldInfo, { left }: Search, word: string): void {
  if (types.includes(field.type)) return;
  throw new FilterError(
    left.start,
    left.end,
    `${field.name} is ${typeNames[field.type]}: “${word}” is for texts and bytes.`,
  );
}

function comparison(operator: Comparison, { value, prefixBits }: Constant): (value: Value) => boolean {
  const wanted = masked(value, prefixBits);
  if (typeof wanted === 'number' && prefixBits === undefined) return numberComparison(operator, wanted);
  return (one) => relates(operator, compareValues(masked(one, prefixBits), wanted));
}

/** The commonest, without a detour; big numbers compare with numbers. */
function numberComparison(operator: Comparison, wanted: number): (value: Value) => boolean {
  switch (operator) {
    case '==':
    case '===':
      return (value) => value === wanted || (typeof value === 'bigint' && compareValues(value, wanted) === 0);
    case '!=':
    case '!==':
      return (value) => value !== wanted && !(typeof value === 'bigint' && compareValues(value, wanted) === 0);
    default:
      return (value) => relates(operator, compareValues(value, wanted));
  }
}

function membership(ranges: readonly Range[], field: FieldInfo): (value: Value) => boolean {
  const tests = ranges.map(({ from, to }) => {
    const first = constantOf(from, field);
    if (from === to) return comparison('==', first);
    const last = constantOf(to, field);
    if (compareValues(first.value, last.value) > 0) {
      throw new FilterError(from.start, to.end, 'The range ends before it begins.', `${to.text}..${from.text}`);
    }
    return (value: Value) => compareValues(value, first.value) >= 0 && compareValues(value, last.value) <= 0;
  });
  return (value) => tests.some((test) => test(value));
}

function inclusion(wanted: Value): (value: Value) => boolean {
  if (wanted instanceof Uint8Array) {
    return (value) => value instanceof Uint8Array && includesBytes(value, wanted);
  }
  return (value) => typeof value === 'string' && value.includes(String(wanted));
}

function includesBytes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  const first = wanted[0];
  if (first === undefined) return true;
  const last = bytes.length - wanted.length;
  for (let at = bytes.indexOf(first); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return true;
  }
  return false;
}

/** Whether values of two types can be compared with each other. */
export function areComparable(a: FieldInfo, b: FieldInfo): boolean {
  if (a.type === 'any' || b.type === 'any') return true;
  if (a.type === b.type) return true;
  const kind = ({ type }: FieldInfo): string =>
    type === 'ipv4' || type === 'string' ? type : isBytes(type) ? 'bytes' : 'number';
  return kind(a) === kind(b) && (kind(a) !== 'bytes' || a.type === 'bytes' || b.type === 'bytes');
}
