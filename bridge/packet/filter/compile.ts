import { compareValues, constantOf, type Value } from './constants.ts';
import { type DirectNumber, directNumbers } from './direct.ts';
import { type FieldInfo, isNumber, typeNames } from './fields.ts';
import { FilterError } from './filter-error.ts';
import { headerCodes } from './layout.ts';
import { areComparable, type Predicate, predicateOf, quantifierOf, relates } from './predicate.ts';
import { recordCodes, recordNumbers } from './record-fields.ts';
import { costs, fieldSource, hasType, infoOf, mayHave, readDirect, type Source, sourceOf } from './source.ts';
import type { Subject } from './subject.ts';
import type { Expression, FieldOperand, MaskOperand, Operand } from './syntax.ts';

/** A compiled part: the question, and about how long it takes. */
export interface Test {
  readonly passes: (subject: Subject) => boolean;
  readonly cost: number;
}

/** Compiles a tree; what is wrong with its types is a FilterError. Cheap parts are asked first: no part changes anything. */
export function compile(expression: Expression): Test {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return chain(expression.kind, partsOf(expression, expression.kind).map(compile));
    case 'xor': {
      const [left, right] = [compile(expression.left), compile(expression.right)];
      return { passes: (subject) => left.passes(subject) !== right.passes(subject), cost: left.cost + right.cost };
    }
    case 'not': {
      const { passes, cost } = compile(expression.of);
      return { passes: (subject) => !passes(subject), cost };
    }
    case 'exists':
      return existence(expression.of);
    case 'compare':
      return expression.right.kind === 'literal' ? asked(expression) : comparedFields(expression, expression.right);
    default:
      return asked(expression);
  }
}

/** What a chain of the same word joins, without the tree. */
function partsOf(expression: Expression, kind: 'and' | 'or'): Expression[] {
  return expression.kind === kind
    ? [...partsOf(expression.left, kind), ...partsOf(expression.right, kind)]
    : [expression];
}

function chain(kind: 'and' | 'or', parts: readonly Test[]): Test {
  const tests = parts.toSorted((a, b) => a.cost - b.cost).map(({ passes }) => passes);
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  const [first, second] = tests;
  if (tests.length === 2 && first !== undefined && second !== undefined) {
    return kind === 'and'
      ? { passes: (subject) => first(subject) && second(subject), cost }
      : { passes: (subject) => first(subject) || second(subject), cost };
  }
  return kind === 'and'
    ? { passes: (subject) => tests.every((test) => test(subject)), cost }
    : { passes: (subject) => tests.some((test) => test(subject)), cost };
}

function existence(operand: Operand): Test {
  if (operand.kind === 'mask')
    return asked({
      ...operand,
      kind: 'compare',
      operator: '!==',
      quantifier: 'any',
      left: operand,
      right: { ...operand.mask, text: '0', quoted: false },
    });
  const { info, read, cost } = sourceOf(operand);
  const there = (subject: Subject): boolean => read(subject).length > 0;
  if (operand.kind !== 'field') return { passes: there, cost };
  const { name, protocol } = info;
  const place = directNumbers[name]?.[0];
  if (place !== undefined) {
    const header = headerCodes[place.header];
    return {
      passes: (subject) => {
        const { layout } = subject;
        if (!layout.isPlain) return there(subject);
        const at = layout.at[header] ?? -1;
        return at >= 0 && hasType(place, subject.record.bytes, at);
      },
      cost: costs.direct,
    };
  }
  // A protocol that a plain frame may have, it has, but for bytes that nobody knows.
  const isLayer = name === protocol && name !== 'data' && name !== 'frame';
  if (isLayer) {
    return {
      passes: (subject) => (subject.layout.isPlain ? mayHave(subject.layout, name) : there(subject)),
      cost: costs.upper,
    };
  }
  return { passes: there, cost };
}

type Search = Extract<Expression, { kind: 'compare' | 'contains' | 'matches' | 'in' }>;

function asked(expression: Search): Test {
  const { left } = expression;
  if (left.kind === 'mask') return askedMask(expression, left);
  const source = sourceOf(left);
  const predicate = predicateOf(expression, source.info);
  const slow = over(source, predicate);
  if (left.kind !== 'field') return slow;
  return ofCode(left, predicate) ?? ofChain(expression, left) ?? ofNumber(left, source.info, predicate, slow) ?? slow;
}

/** Any, or all, of the values that there are; without one it does not hold. */
function over({ read, cost }: Source, { holds, quantifier }: Predicate): Test {
  return quantifier === 'any'
    ? { passes: (subject) => read(subject).some(holds), cost: cost + costs.scan }
    : {
        passes: (subject) => {
          const values = read(subject);
          return values.length > 0 && values.every(holds);
        },
        cost: cost + costs.scan,
      };
}

/** Few values: what was found for a code once is true for ever. */
function ofCode({ name }: FieldOperand, { holds }: Predicate): Test | undefined {
  const code = recordCodes[name];
  if (code === undefined) return undefined;
  const { read } = fieldSource(infoOf(name));
  const known: (boolean | undefined)[] = [];
  const passes = (subject: Subject): boolean => {
    const key = code(subject);
    let answer = known[key];
    if (answer === undefined) {
      answer = read(subject).some(holds);
      known[key] = answer;
    }
    return answer;
  };
  return { passes, cost: costs.record };
}

/** `lab.chain == 427` is the journey that packet 427 belongs to, whichever of its packets that is. */
function ofChain(expression: Search, { name }: FieldOperand): Test | undefined {
  if (name !== 'lab.chain' || expression.kind !== 'compare' || expression.right.kind !== 'literal') return undefined;
  const { value } = constantOf(expression.right, infoOf(name));
  const { operator } = expression;
  const passes = ({ record, context }: Subject): boolean =>
    relates(operator, compareValues(context.chainOf(record.seq), context.chainOf(Number(value))));
  return { passes, cost: costs.scan };
}

/** Numbers that are read from the record, or from a plain frame, at a known place. */
function ofNumber({ name }: FieldOperand, info: FieldInfo, predicate: Predicate, slow: Test): Test | undefined {
  const ofRecord = recordNumbers[name];
  const { holds, quantifier } = predicate;
  if (ofRecord !== undefined) return { passes: (subject) => holds(ofRecord(subject)), cost: costs.record };
  if (name === 'tcp.len') {
    const { tcp } = headerCodes;
    return {
      passes: (subject) => {
        const { layout } = subject;
        return layout.isPlain ? (layout.at[tcp] ?? -1) >= 0 && holds(layout.tcpLength) : slow.passes(subject);
      },
      cost: costs.direct,
    };
  }
  const places = directNumbers[name];
  if (places === undefined || (!isNumber(info.type) && info.type !== 'ipv4')) return undefined;
  return direct(places, holds, quantifier, slow);
}

function direct(
  places: readonly DirectNumber[],
  holds: (value: Value) => boolean,
  quantifier: Predicate['quantifier'],
  slow: Test,
): Test | undefined {
  const [first, second] = places;
  if (first === undefined) return undefined;
  const header = headerCodes[first.header];
  const one = readDirect(first);
  const other = second && readDirect(second);
  const isAny = quantifier === 'any';
  const passes = (subject: Subject): boolean => {
    const { layout } = subject;
    if (!layout.isPlain) return slow.passes(subject);
    const at = layout.at[header] ?? -1;
    const { bytes } = subject.record;
    if (at < 0 || !hasType(first, bytes, at)) return false;
    if (other === undefined) return holds(one(bytes, at));
    return isAny ? holds(one(bytes, at)) || holds(other(bytes, at)) : holds(one(bytes, at)) && holds(other(bytes, at));
  };
  return { passes, cost: costs.direct };
}

/** `tcp.flags & 0x02`, with a comparison or alone. */
function askedMask(expression: Search, left: MaskOperand): Test {
  const info = infoOf(left.of.name);
  if (!isNumber(info.type) && info.type !== 'ipv4') {
    throw new FilterError(
      left.start,
      left.end,
      `${info.name} is ${typeNames[info.type]}: only numbers and IPv4 addresses have bits.`,
    );
  }
  const mask = constantOf(left.mask, info).value;
  const { holds, quantifier } = predicateOf(expression, info);
  const masked = (value: Value): boolean => holds(bitsOf(value, mask));
  const slow = over(fieldSource(info), { holds: masked, quantifier });
  return ofNumber(left.of, info, { holds: masked, quantifier }, slow) ?? slow;
}

function bitsOf(value: Value, mask: Value): Value {
  if (typeof value === 'number' && typeof mask === 'number' && value <= 0xffff_ffff && mask <= 0xffff_ffff)
    return (value & mask) >>> 0;
  if (
    typeof value === 'string' ||
    value instanceof Uint8Array ||
    typeof mask === 'string' ||
    mask instanceof Uint8Array
  )
    return value;
  return BigInt(Math.trunc(Number(value)) === Number(value) ? value : 0) & BigInt(mask);
}

function comparedFields(expression: Extract<Expression, { kind: 'compare' }>, other: Operand): Test {
  const { left, operator } = expression;
  if (left.kind === 'mask' || other.kind === 'mask') {
    throw new FilterError(expression.start, expression.end, 'Bits are compared with a number.');
  }
  const [a, b] = [sourceOf(left), sourceOf(other)];
  if (!areComparable(a.info, b.info)) {
    throw new FilterError(
      expression.start,
      expression.end,
      `${a.info.name} is ${typeNames[a.info.type]}, ${b.info.name} ${typeNames[b.info.type]}: they cannot be compared.`,
    );
  }
  const isAny = quantifierOf(operator, expression.quantifier) === 'any';
  const passes = (subject: Subject): boolean => {
    const lefts = a.read(subject);
    const rights = b.read(subject);
    if (lefts.length === 0 || rights.length === 0) return false;
    const holds = (value: Value) => (each: Value) => relates(operator, compareValues(value, each));
    return isAny
      ? lefts.some((value) => rights.some(holds(value)))
      : lefts.every((value) => rights.every(holds(value)));
  };
  return { passes, cost: a.cost + b.cost };
}
