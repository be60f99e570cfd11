import type { Value } from './constants.ts';
import { type DirectNumber, directNumbers } from './direct.ts';
import { type FieldInfo, fieldOf, isBytes, isNumber, typeNames } from './fields.ts';
import { FilterError } from './filter-error.ts';
import { type HeaderName, headerCodes, type Layout } from './layout.ts';
import { recordFields } from './record-fields.ts';
import { placeOf } from './slices.ts';
import type { Subject } from './subject.ts';
import type { CallOperand, Operand, SliceOperand } from './syntax.ts';

/** Where the values of one side of a comparison come from. */
export interface Source {
  /** Type and name of what it gives. */
  readonly info: FieldInfo;
  readonly read: (subject: Subject) => readonly Value[];
  /** Rough time that it takes, against the others. */
  readonly cost: number;
}
export const costs = { record: 1, direct: 2, upper: 6, scan: 10, summary: 30, dissect: 60 } as const;

const nothing: readonly Value[] = [];
/** Addresses of IPv6 are too long for a number. */
const directBytes: Readonly<Record<string, readonly number[]>> = {
  'ipv6.src': [8],
  'ipv6.dst': [24],
  'ipv6.addr': [8, 24],
};
const uppers: ReadonlySet<string> = new Set(['dns', 'dhcp', 'http', 'openflow', 'vns']);
const never: ReadonlySet<string> = new Set(['llc', 'lldp', 'ieee8021ad']);

const headerOf = (name: string): number | undefined =>
  Object.hasOwn(headerCodes, name) ? headerCodes[name as HeaderName] : undefined;

/** Whether a plain frame can have fields of a protocol at all. */
export function mayHave(layout: Layout, protocol: string): boolean {
  const header = headerOf(protocol);
  if (header !== undefined) return (layout.at[header] ?? -1) >= 0;
  if (uppers.has(protocol)) return layout.upper() === protocol;
  return !never.has(protocol);
}

/** Reads a number at a direct place; the header is there. */
export function readDirect({
  offset,
  size,
  mask,
  shift,
  scale,
}: DirectNumber): (bytes: Uint8Array, header: number) => number {
  switch (size) {
    case 1:
      return (bytes, header) => (((bytes[header + offset] ?? 0) & mask) >>> shift) * scale;
    case 2:
      return (bytes, header) =>
        (((((bytes[header + offset] ?? 0) << 8) | (bytes[header + offset + 1] ?? 0)) & mask) >>> shift) * scale;
    case 4:
      return (bytes, header) => read32(bytes, header + offset);
    case 6:
      return (bytes, header) =>
        ((bytes[header + offset] ?? 0) * 256 + (bytes[header + offset + 1] ?? 0)) * 0x1_0000_0000 +
        read32(bytes, header + offset + 2);
  }
}

const read32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

/** Whether the ICMP message of a header has the field: some only stand in some types. */
export const hasType = ({ types }: DirectNumber, bytes: Uint8Array, header: number): boolean =>
  types === undefined || types.includes(bytes[header] ?? -1);

/** The values of an operand. Throws FilterError when its parts do not fit. */
export function sourceOf(operand: Operand): Source {
  switch (operand.kind) {
    case 'field':
      return fieldSource(infoOf(operand.name));
    case 'slice':
      return sliceSource(operand);
    case 'mask':
      throw new Error('a mask is compiled with what it is compared with');
    case 'call':
      return callSource(operand);
  }
}

export function infoOf(name: string): FieldInfo {
  const info = fieldOf(name);
  if (info === undefined) throw new Error(`${name} was a field when it was parsed`);
  return info;
}

/** Values of a field as `info`'s type has them; `bytes` of an address are its raw ones. */
export function fieldSource(info: FieldInfo): Source {
  const ofRecord = recordFields[info.name];
  if (ofRecord !== undefined) {
    const cost = info.name.startsWith('_ws.col') ? costs.summary : costs.record;
    return { info, read: ofRecord, cost };
  }
  const slow = (subject: Subject): readonly Value[] => subject.values(info);
  const plain = plainRead(info);
  if (plain !== undefined) {
    return { info, read: (subject) => (subject.layout.isPlain ? plain(subject) : slow(subject)), cost: costs.direct };
  }
  const read = (subject: Subject): readonly Value[] =>
    subject.layout.isPlain && !mayHave(subject.layout, info.protocol) ? nothing : slow(subject);
  return { info, read, cost: costs.dissect };
}

/** How a field is read from a plain frame without dissecting it. */
function plainRead({ name, type }: FieldInfo): ((subject: Subject) => readonly Value[]) | undefined {
  const header = headerOf(name);
  if (type === 'protocol' && header !== undefined) {
    return ({ layout, record }) => {
      const at = layout.at[header] ?? -1;
      return at < 0 ? nothing : [record.bytes.subarray(at, layout.reach[header])];
    };
  }
  const offsets = directBytes[name];
  if (offsets !== undefined) {
    return ({ layout, record }) => {
      const at = layout.at[headerCodes.ipv6] ?? -1;
      return at < 0 ? nothing : offsets.map((offset) => record.bytes.subarray(at + offset, at + offset + 16));
    };
  }
  const places = directNumbers[name];
  const first = places?.[0];
  if (places === undefined || first === undefined) return undefined;
  const code = headerCodes[first.header];
  const reads = places.map(readDirect);
  return ({ layout, record: { bytes } }) => {
    const at = layout.at[code] ?? -1;
    if (at < 0 || !hasType(first, bytes, at)) return nothing;
    if (!isBytes(type) || type === 'ipv4') return reads.map((read) => read(bytes, at));
    return places.map(({ offset, size }) => bytes.subarray(at + offset, at + offset + size));
  };
}

function sliceSource({ of, slices, start, end }: SliceOperand): Source {
  const info = infoOf(of.name);
  const { type, name } = info;
  if (!isBytes(type) && type !== 'string') {
    throw new FilterError(start, end, `${name} is ${typeNames[type]}: only bytes, addresses and texts have slices.`);
  }
  const isText = type === 'string';
  // A protocol keeps its own way of being read; addresses are wanted as bytes.
  const whole = fieldSource(isText || type === 'protocol' ? info : { ...info, type: 'bytes' });
  const read = (subject: Subject): readonly Value[] =>
    whole.read(subject).flatMap((value) => {
      if (typeof value !== 'string' && !(value instanceof Uint8Array)) return [];
      const places = slices.map((slice) => placeOf(slice, value.length));
      const parts = places.flatMap((place) => (place === undefined ? [] : [value.slice(place.from, place.to)]));
      return parts.length < slices.length ? [] : [joined(parts)];
    });
  return {
    info: { ...info, name: `${name}[…]`, type: isText ? 'string' : 'bytes', names: undefined },
    read,
    cost: whole.cost + 4,
  };
}

function joined(parts: readonly (string | Uint8Array)[]): Value {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  if (typeof first === 'string') return parts.join('');
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [] : [...part])));
}

function callSource({ name, of, start, end }: CallOperand): Source {
  if (of.kind === 'mask') throw new FilterError(start, end, `${name}() takes a field.`);
  const inner = sourceOf(of);
  const { type } = inner.info;
  const info: FieldInfo = { ...inner.info, name: `${name}(${inner.info.name})`, names: undefined, texts: undefined };
  const { cost } = inner;
  if (name === 'count') {
    const read = (subject: Subject): readonly Value[] => {
      const { length } = inner.read(subject);
      return length === 0 ? nothing : [length];
    };
    return { info: { ...info, type: 'u32' }, read, cost };
  }
  if (name === 'len') {
    if (isNumber(type))
      throw new FilterError(start, end, `${inner.info.name} is ${typeNames[type]}: len() is for texts and bytes.`);
    const length = (value: Value): number =>
      typeof value === 'string' || value instanceof Uint8Array ? value.length : 4;
    return { info: { ...info, type: 'u32' }, read: (subject) => inner.read(subject).map(length), cost };
  }
  if (type !== 'string') {
    throw new FilterError(start, end, `${inner.info.name} is ${typeNames[type]}: ${name}() is for texts.`);
  }
  const change = name === 'lower' ? (text: string) => text.toLowerCase() : (text: string) => text.toUpperCase();
  return {
    info: { ...info, type: 'string' },
    read: (subject) => inner.read(subject).map((value) => change(String(value))),
    cost,
  };
}
