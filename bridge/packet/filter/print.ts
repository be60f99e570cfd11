import { slicesText } from './slices.ts';
import type { Expression, Literal, Operand, Quantifier } from './syntax.ts';

const order = { or: 0, xor: 1, and: 2, not: 3 } as const;
const plainWord = /^[\p{L}\p{N}_:/-]+(?:\.[\p{L}\p{N}_:/-]+)*$/u;

/** A text between quotes as a filter writes it. */
export function quoted(text: string): string {
  let inside = '';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character === '"' || character === '\\') inside += `\\${character}`;
    else inside += code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  }
  return `"${inside}"`;
}

function literalText({ text, quoted: isQuoted }: Literal): string {
  return isQuoted || !plainWord.test(text) ? quoted(text) : text;
}

function operandText(operand: Operand | Literal): string {
  switch (operand.kind) {
    case 'literal':
      return literalText(operand);
    case 'field':
      return operand.name;
    case 'slice':
      return `${operand.of.name}${slicesText(operand.slices)}`;
    case 'mask':
      return `${operand.of.name} & ${literalText(operand.mask)}`;
    case 'call':
      return `${operand.name}(${operandText(operand.of)})`;
  }
}

const quantified = (quantifier: Quantifier | undefined): string => (quantifier === undefined ? '' : `${quantifier} `);

/** A filter in its one canonical spelling: words for `and`, `or`, `not`, signs for comparisons, no needless parentheses. */
export function printFilter(expression: Expression): string {
  return print(expression, 0);
}

function print(expression: Expression, around: number): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'xor': {
      const own = order[expression.kind];
      const text = `${print(expression.left, own)} ${expression.kind} ${print(expression.right, own + 1)}`;
      return own < around ? `(${text})` : text;
    }
    case 'not':
      return `not ${print(expression.of, order.not)}`;
    case 'exists':
      return operandText(expression.of);
    case 'compare':
      return `${quantified(expression.quantifier)}${operandText(expression.left)} ${expression.operator} ${operandText(expression.right)}`;
    case 'contains':
    case 'matches':
      return `${quantified(expression.quantifier)}${operandText(expression.left)} ${expression.kind} ${literalText(expression.right)}`;
    case 'in': {
      const items = expression.ranges.map(({ from, to }) =>
        from === to ? literalText(from) : `${literalText(from)}..${literalText(to)}`,
      );
      return `${quantified(expression.quantifier)}${operandText(expression.left)} in {${items.join(', ')}}`;
    }
  }
}
