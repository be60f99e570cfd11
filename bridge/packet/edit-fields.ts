import { parseIpv4, parseMac } from '../codec/addresses.ts';
import { checksumPlaces } from './checksum-places.ts';
import { dissect } from './dissect.ts';
import { parseIpv6 } from './filter/ipv6-text.ts';
import type { Field, Layer } from './tree.ts';

/** A field by Wireshark's name and what it is to be: a number (also `0x1f`), an address, `true`, bytes `0a:1f`, text. */
export interface FieldEdit {
  readonly field: string;
  readonly value: string | number | boolean;
  /** Which of several of that name, counted from the outermost: 1. */
  readonly occurrence?: number | undefined;
}
export type ChecksumChoice = 'recompute' | 'keep' | 'break';

/** What cannot be edited, in a sentence. */
export class EditError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EditError';
  }
}

/** Parts of the number that a row's bytes are: which of its bits, and in what unit the value counts. */
interface Bits {
  readonly mask: number;
  readonly unit?: number;
}
const bitFields: Readonly<Record<string, Bits>> = {
  'ip.version': { mask: 0xf0 },
  'ip.hdr_len': { mask: 0x0f, unit: 4 },
  'ip.dsfield.dscp': { mask: 0xfc },
  'ip.dsfield.ecn': { mask: 0x03 },
  'ip.flags': { mask: 0xe0 },
  'ip.flags.rb': { mask: 0x80 },
  'ip.flags.df': { mask: 0x40 },
  'ip.flags.mf': { mask: 0x20 },
  'ip.frag_offset': { mask: 0x1fff },
  'tcp.hdr_len': { mask: 0xf0, unit: 4 },
  'tcp.flags': { mask: 0x0fff },
  'tcp.flags.res': { mask: 0x0e00 },
  'tcp.flags.ae': { mask: 0x0100 },
  'tcp.flags.cwr': { mask: 0x0080 },
  'tcp.flags.ece': { mask: 0x0040 },
  'tcp.flags.urg': { mask: 0x0020 },
  'tcp.flags.ack': { mask: 0x0010 },
  'tcp.flags.push': { mask: 0x0008 },
  'tcp.flags.reset': { mask: 0x0004 },
  'tcp.flags.syn': { mask: 0x0002 },
  'tcp.flags.fin': { mask: 0x0001 },
  'eth.dst.lg': { mask: 0x02 },
  'eth.dst.ig': { mask: 0x01 },
  'eth.src.lg': { mask: 0x02 },
  'eth.src.ig': { mask: 0x01 },
  'vlan.priority': { mask: 0xe0 },
  'vlan.dei': { mask: 0x10 },
  'vlan.id': { mask: 0x0fff },
  'ieee8021ad.priority': { mask: 0xe0 },
  'ieee8021ad.dei': { mask: 0x10 },
  'ieee8021ad.id': { mask: 0x0fff },
};
const hexBytes = /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i;
const integer = /^(?:\d+|0x[0-9a-f]+)$/i;

/**
 * The frame with fields changed, in bytes of its own; its length stays. Checksums are then made right, left as they are, or
 * made wrong on purpose; one that was edited itself stays as it was given. Throws EditError (WB56).
 */
export function editFields(frame: Uint8Array, edits: readonly FieldEdit[], checksums: ChecksumChoice): Uint8Array {
  const bytes = frame.slice();
  const given = new Set<number>();
  for (const edit of edits) {
    // Anew each time: an edit may change what follows.
    const field = find(dissect(bytes).layers, edit);
    set(bytes, field, edit);
    given.add(field.start);
  }
  if (checksums !== 'keep') {
    for (const { at } of checksumPlaces(bytes)) {
      // Looked up one by one: what one covers may hold another.
      const expected = checksumPlaces(bytes).find((place) => place.at === at)?.expected ?? 0;
      const value = checksums === 'recompute' ? expected : wrong(expected);
      if (!given.has(at)) write(bytes, at, 2, BigInt(value));
    }
  }
  return bytes;
}

/** Neither right, nor 0 (which UDP does not use), nor 0xffff (which equals 0). */
const wrong = (checksum: number): number => (checksum % 0xfffe) + 1;

function find(layers: readonly Layer[], { field, occurrence = 1 }: FieldEdit): Field {
  let left = occurrence;
  const walk = (fields: readonly Field[]): Field | undefined => {
    for (const each of fields) {
      if (each.name === field && --left === 0) return each;
      const found = walk(each.children ?? []);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const { fields } of layers) {
    const found = walk(fields);
    if (found !== undefined) return found;
  }
  throw new EditError(`The frame has no field ${field}${occurrence === 1 ? '' : ` number ${occurrence}`}`);
}

function set(bytes: Uint8Array, { start, end, value: was }: Field, { field, value }: FieldEdit): void {
  const length = end - start;
  if (length === 0) throw new EditError(`${field} is computed: it has no bytes to set`);
  const bits = bitFields[field];
  if (bits !== undefined) {
    setBits(bytes, start, length, bits, { field, value });
    return;
  }
  const raw = rawOf(was, length, value);
  if (raw === undefined)
    throw new EditError(`${field} cannot be ${JSON.stringify(value)}: ${expectation(was, length)}`);
  if (raw instanceof Uint8Array) bytes.set(raw, start);
  else {
    const isPart = typeof was === 'number' && read(bytes, start, length) !== BigInt(was);
    if (isPart || typeof was === 'boolean')
      throw new EditError(`${field} is only a part of its bytes: change them as bytes`);
    write(bytes, start, length, raw);
  }
}

function setBits(bytes: Uint8Array, start: number, length: number, bits: Bits, { field, value }: FieldEdit): void {
  const { mask, unit = 1 } = bits;
  const lowest = mask & -mask;
  const asked = numberOf(value);
  const most = (mask / lowest) * unit;
  if (asked === undefined || asked % BigInt(unit) !== 0n || asked > BigInt(most))
    throw new EditError(
      `${field} cannot be ${JSON.stringify(value)}: a number from 0 to ${most}${unit > 1 ? ` in steps of ${unit}` : ''}`,
    );
  const before = Number(read(bytes, start, length));
  const part = (Number(asked) / unit) * lowest;
  write(bytes, start, length, BigInt((before & ~mask) | part));
}

/** Bytes or a number; undefined when the text is neither in the way that the field needs. */
function rawOf(was: Field['value'], length: number, value: FieldEdit['value']): Uint8Array | bigint | undefined {
  const isNumber = typeof was === 'number' || typeof was === 'bigint' || typeof was === 'boolean';
  if (isNumber) {
    const number = numberOf(value);
    return number === undefined || length > 8 || number >> BigInt(8 * length) !== 0n ? undefined : number;
  }
  if (typeof value !== 'string') return undefined;
  if (was instanceof Uint8Array) return bytesOf(value, length);
  if (length === 6) return parseMac(value);
  if (length === 4 && parseIpv4(String(was)) !== undefined) {
    const address = parseIpv4(value);
    return address === undefined ? undefined : BigInt(address);
  }
  return length === 16 ? parseIpv6(value) : bytesOf(value, length);
}

function bytesOf(text: string, length: number): Uint8Array | undefined {
  if (!hexBytes.test(text)) return undefined;
  const bytes = Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
  return bytes.length === length ? bytes : undefined;
}

function numberOf(value: FieldEdit['value']): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  if (value === 'true') return 1n;
  if (value === 'false') return 0n;
  return integer.test(value) ? BigInt(value) : undefined;
}

function expectation(was: Field['value'], length: number): string {
  if (typeof was === 'string' && length === 6) return 'a hardware address, 02:00:00:00:00:01';
  if (typeof was === 'string' && length === 4) return 'an IPv4 address, 10.0.1.1';
  if (typeof was === 'string' || was instanceof Uint8Array) return `${length} bytes, 0a:1f:…`;
  return `a number of ${length} byte${length === 1 ? '' : 's'}, 64 or 0x40`;
}

function read(bytes: Uint8Array, at: number, length: number): bigint {
  let value = 0n;
  for (let i = 0; i < length; i++) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

function write(bytes: Uint8Array, at: number, length: number, value: bigint): void {
  for (let i = 0; i < length; i++) bytes[at + i] = Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn);
}
