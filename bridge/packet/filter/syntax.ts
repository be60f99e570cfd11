/** A place in the filter's text, [start, end). */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Bytes or letters of a value; both may be negative: from its end. `length` undefined is up to the end. */
export interface Slice {
  readonly from: number;
  readonly length: number | undefined;
}

export const functions = ['len', 'count', 'lower', 'upper'] as const;
export type FunctionName = (typeof functions)[number];

export interface FieldOperand extends Place {
  readonly kind: 'field';
  readonly name: string;
}
export interface SliceOperand extends Place {
  readonly kind: 'slice';
  readonly of: FieldOperand;
  readonly slices: readonly Slice[];
}
/** `tcp.flags & 0x02` */
export interface MaskOperand extends Place {
  readonly kind: 'mask';
  readonly of: FieldOperand;
  readonly mask: Literal;
}
export interface CallOperand extends Place {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly of: Operand;
}
/** What is looked for, as it is written; what it means depends on what it is compared with. */
export interface Literal extends Place {
  readonly kind: 'literal';
  /** Without quotes and escapes. */
  readonly text: string;
  readonly quoted: boolean;
}
/** What is read from a packet. */
export type Operand = FieldOperand | SliceOperand | MaskOperand | CallOperand;

/** Wireshark's: of several values of a field any, or all, must compare so. */
export const comparisons = ['==', '!=', '===', '!==', '<', '>', '<=', '>='] as const;
export type Comparison = (typeof comparisons)[number];

export interface Range {
  readonly from: Literal;
  /** The same as `from` when it is one value. */
  readonly to: Literal;
}

export type Quantifier = 'any' | 'all';

/** A filter as a tree. */
export type Expression = Place &
  (
    | { readonly kind: 'and' | 'or' | 'xor'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'not'; readonly of: Expression }
    | { readonly kind: 'exists'; readonly of: Operand }
    | {
        readonly kind: 'compare';
        readonly operator: Comparison;
        readonly quantifier: Quantifier | undefined;
        readonly left: Operand;
        readonly right: Operand | Literal;
      }
    | {
        readonly kind: 'contains' | 'matches';
        readonly quantifier: Quantifier | undefined;
        readonly left: Operand;
        readonly right: Literal;
      }
    | {
        readonly kind: 'in';
        readonly quantifier: Quantifier | undefined;
        readonly left: Operand;
        readonly ranges: readonly Range[];
      }
  );

/** The fields that a filter names, in its order and with their places. */
export function fieldsIn(expression: Expression): FieldOperand[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return [...fieldsIn(expression.left), ...fieldsIn(expression.right)];
    case 'not':
      return fieldsIn(expression.of);
    case 'exists':
      return [fieldIn(expression.of)];
    case 'compare':
      return [fieldIn(expression.left), ...(expression.right.kind === 'literal' ? [] : [fieldIn(expression.right)])];
    default:
      return [fieldIn(expression.left)];
  }
}

function fieldIn(operand: Operand): FieldOperand {
  return operand.kind === 'field' ? operand : fieldIn(operand.of);
}
