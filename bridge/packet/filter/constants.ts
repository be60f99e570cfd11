import { parseIpv4 } from '../../codec/addresses.ts';
import { encodeUtf8 } from '../text.ts';
import { type FieldInfo, type FieldType, numberBits, typeNames } from './fields.ts';
import { FilterError, nearest } from './filter-error.ts';
import { parseIpv6 } from './ipv6-text.ts';
import type { Literal } from './syntax.ts';

/** What a value of a packet is: a number (an IPv4 address is one), bytes, or a text. */
export type Value = number | bigint | string | Uint8Array;

/** What a filter compares with; of an address with a prefix only that many bits count. */
export interface Constant {
  readonly value: Value;
  readonly prefixBits: number | undefined;
}

const constant = (value: Value, prefixBits?: number): Constant => ({ value, prefixBits });

/** A literal as a value of `field`'s type. Throws FilterError, with what was expected. */
export function constantOf(literal: Literal, field: FieldInfo): Constant {
  const { type } = field;
  const found = readers[type](literal, field);
  if (found !== undefined) return found;
  const names = field.names === undefined ? undefined : Object.values(field.names);
  const suggestion = suggested(literal, type, names);
  throw new FilterError(
    literal.start,
    literal.end,
    `“${literal.text}” is not ${typeNames[type]}: ${field.name} is compared with ${examples[type]}.`,
    suggestion,
  );
}

function suggested(
  { text, quoted }: Literal,
  type: FieldType,
  names: readonly string[] | undefined,
): string | undefined {
  if (names !== undefined) {
    const name = nearest(
      text,
      names.map((one) => one.toLowerCase()),
    );
    return name === undefined ? undefined : `"${names.find((one) => one.toLowerCase() === name)}"`;
  }
  return !quoted && (type === 'bytes' || type === 'protocol') ? `"${text}"` : undefined;
}

const examples: Readonly<Record<FieldType, string>> = {
  u8: 'a number such as 8 or 0x08',
  u16: 'a number such as 80 or 0x0050',
  u24: 'a number such as 80 or 0x50',
  u32: 'a number such as 80 or 0x50',
  u64: 'a number such as 80 or 0x50',
  boolean: '1, 0, true or false',
  time: 'seconds such as 1.5',
  ipv4: 'an address such as 10.0.1.1 or 10.0.0.0/8',
  ipv6: 'an address such as fe80::1 or 2001:db8::/32',
  ether: 'an address such as 02:00:00:00:00:01',
  bytes: 'bytes such as 47:45:54 or "GET"',
  protocol: 'bytes such as 47:45:54 or "GET"',
  string: 'a text such as "GET"',
  any: 'a number or a text',
};

type Reader = (literal: Literal, field: FieldInfo) => Constant | undefined;

const readers: Readonly<Record<FieldType, Reader>> = {
  u8: number,
  u16: number,
  u24: number,
  u32: number,
  u64: number,
  boolean: ({ text }) => {
    const set =
      truth[text.toLowerCase()] ?? (parseNumber(text) === undefined ? undefined : Number(parseNumber(text)) !== 0);
    return set === undefined ? undefined : constant(set ? 1 : 0);
  },
  time: ({ text }) => (/^(\d+\.?\d*|\.\d+)s?$/.test(text) ? constant(Number.parseFloat(text)) : undefined),
  ipv4: ({ text }) => {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
    const value = parseIpv4(address);
    if (value === undefined || Number(prefix ?? 0) > 32) return undefined;
    return constant(value, prefix === undefined ? undefined : Number(prefix));
  },
  ipv6: ({ text }) => {
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const value = parseIpv6(address);
    if (value === undefined || Number(prefix ?? 0) > 128) return undefined;
    return constant(value, prefix === undefined ? undefined : Number(prefix));
  },
  ether: ({ text }) => {
    const bytes = parseBytes(text);
    return bytes?.length === 6 ? constant(bytes) : undefined;
  },
  bytes: (literal) => bytesConstant(literal),
  protocol: (literal) => bytesConstant(literal),
  string: ({ text }) => constant(text),
  any: ({ text, quoted }) => constant(quoted ? text : (parseNumber(text) ?? text)),
};

const truth: Readonly<Record<string, boolean>> = { true: true, set: true, false: false, 'not set': false };

function number({ text, start, end }: Literal, { type, names, name }: FieldInfo): Constant | undefined {
  const value = parseNumber(text);
  const bits = numberBits[type] ?? 64;
  if (value === undefined) {
    const named = Object.entries(names ?? {}).find(([, one]) => plainName(one) === plainName(text));
    return named && constant(Number(named[0]));
  }
  if (BigInt(value) >= 1n << BigInt(bits)) {
    throw new FilterError(start, end, `${text} is too big for ${name}: it is at most ${(1n << BigInt(bits)) - 1n}.`);
  }
  return constant(value);
}

/** `Echo request`, `PACKET_IN` and `packetIn` as one writes them or another. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[ _]/g, '');

/** `80`, `0x50`, `0b1010000`, `0120`; a bigint when a number would not be exact. */
function parseNumber(text: string): number | bigint | undefined {
  const octal = /^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text;
  if (!/^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(octal)) return undefined;
  const value = BigInt(octal);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function bytesConstant({ text, quoted }: Literal): Constant | undefined {
  if (quoted) return constant(encodeUtf8(text));
  const bytes = parseBytes(text);
  return bytes && constant(bytes);
}

/** `47:45:54`, `47-45-54`, `4745.5400`, `474554`, and one byte as `0x47` or `7`. */
function parseBytes(text: string): Uint8Array | undefined {
  if (/^(0x)?[0-9a-f]{1,2}$/i.test(text)) return Uint8Array.of(Number.parseInt(text, 16));
  const separator = /[:.-]/.exec(text)?.[0];
  const parts = separator === undefined ? [text] : text.split(separator);
  if (!parts.every((part) => /^[0-9a-f]+$/i.test(part) && part.length % 2 === 0)) return undefined;
  if (separator === ':' || separator === '-') if (!parts.every((part) => part.length === 2)) return undefined;
  return Uint8Array.from(parts.join('').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Below, at and above zero as for sorting; numbers compare with big numbers, bytes byte by byte. */
export function compareValues(a: Value, b: Value): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Uint8Array || b instanceof Uint8Array) return Number.NaN;
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== typeof b) return Number.NaN;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The value without the bits behind an address's prefix. */
export function masked(value: Value, prefixBits: number | undefined): Value {
  if (prefixBits === undefined) return value;
  if (typeof value === 'number') return prefixBits === 0 ? 0 : (value & (-1 << (32 - prefixBits))) >>> 0;
  if (!(value instanceof Uint8Array)) return value;
  return value.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixBits - 8 * i))) & 0xff);
}
