import { colonHex } from '../text.ts';
import type { Field } from '../tree.ts';
import { plainName } from './constants.ts';
import { fieldOf } from './fields.ts';
import { quoted } from './print.ts';

/** More bytes than these are too many to read: the first of them are compared. */
const shownBytes = 16;

/** The filter that a field of a packet passes by its value; for a layer, and where no value says it, that it is there. */
export function filterForField(name: string, value?: Field['value']): string | undefined {
  const info = fieldOf(name);
  if (info === undefined) return undefined;
  if (value === undefined || info.type === 'protocol' || info.protocol === '_ws' || value === '') return name;
  // Bytes of a message whose declaration decides cannot be compared.
  if (value instanceof Uint8Array && info.type === 'any') return name;
  if (value instanceof Uint8Array) return bytesFilter(name, value);
  switch (info.type) {
    case 'boolean':
      return `${name} == ${value ? 1 : 0}`;
    case 'string':
      return `${name} == ${quoted(String(value))}`;
    case 'any':
      return `${name} == ${typeof value === 'string' ? quoted(value) : Number(value)}`;
    default:
      if (typeof value === 'string' && info.names !== undefined)
        return `${name} == ${numberOfNames(value, info.names)}`;
      return `${name} == ${typeof value === 'boolean' ? Number(value) : value}`;
  }
}

/** The number that a tree tells as a name, or as a list of bits. */
function numberOfNames(text: string, names: Readonly<Record<number, string>>): number {
  const numbers = new Map(Object.entries(names).map(([number, name]) => [plainName(name), Number(number)]));
  const parts = text === 'none' ? [] : text.split(', ');
  return parts.reduce((sum, part) => sum + (numbers.get(plainName(part)) ?? Number(part)), 0);
}

function bytesFilter(name: string, value: Uint8Array): string {
  if (value.length === 0) return name;
  if (value.length <= shownBytes) return `${name} == ${colonHex(value)}`;
  return `${name}[0:${shownBytes}] == ${colonHex(value.subarray(0, shownBytes))}`;
}

/** A filter with another one: `and`, or instead of it; either may be turned round. */
export function combined(before: string, added: string, how: 'and' | 'only', not: boolean): string {
  const part = not ? `not (${added})` : added;
  if (how === 'only' || before.trim() === '') return part;
  const isJoined = /\b(or|xor)\b|\|\||\^\^/.test(before);
  return `${isJoined ? `(${before.trim()})` : before.trim()} and ${part}`;
}
