import { dissect } from '../../../bridge/packet/dissect.ts';
import type { Field } from '../../../bridge/packet/tree.ts';
import { hexByte } from './byte-rows.ts';

/** A field of a frame as a form shows it. */
export interface EditableField {
  /** `ip.ttl`, and with a number behind it for the second and further of that name. */
  readonly key: string;
  readonly name: string;
  /** Which of that name, counted from the outermost: 1. */
  readonly occurrence: number;
  readonly label: string;
  /** What stands in its input, and can be given back. */
  readonly value: string;
  readonly isFlag: boolean;
  readonly isChecksum: boolean;
  /** Rarely changed: sizes, types, single bits. */
  readonly isMinor: boolean;
  readonly start: number;
  readonly end: number;
  readonly note: Field['note'];
}
export interface EditableLayer {
  readonly key: string;
  readonly label: string;
  readonly fields: readonly EditableField[];
}

const longest = 32;
const minor =
  /^(arp\.(hw|proto)\.|ip\.(version|hdr_len|dsfield|flags$)|eth\.(dst\.|src\.|type)|tcp\.(hdr_len|urgent)|[a-z]+\.flags\.(rb|res|ae|cwr|ece)|data)/;

/** The layers of a frame with what can be typed into each (HOLD4). Computed fields, which have no bytes, are left out. */
export function editableLayers(frame: Uint8Array): EditableLayer[] {
  const seen = new Map<string, number>();
  const occurrenceOf = (name: string): number => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count;
  };
  const walk = (fields: readonly Field[], depth: number): EditableField[] =>
    fields.flatMap((field) => {
      const { name, label, start, end, note } = field;
      const occurrence = occurrenceOf(name);
      const children = walk(field.children ?? [], depth + 1);
      const value = end > start ? inputOf(field) : undefined;
      if (value === undefined) return children;
      const isChecksum = /\.checksum$/.test(name);
      const own: EditableField = {
        ...{ name, occurrence, value, start, end, note, isChecksum },
        label: label.replace('hardware address', 'MAC'),
        key: occurrence === 1 ? name : `${name}#${occurrence}`,
        isFlag: typeof field.value === 'boolean',
        isMinor: minor.test(name) || (depth > 0 && typeof field.value !== 'boolean'),
      };
      return [own, ...children];
    });
  const keys = new Map<string, number>();
  return dissect(frame).layers.flatMap(({ name, label, fields }) => {
    const count = (keys.get(name) ?? 0) + 1;
    keys.set(name, count);
    const own = walk(fields, 0);
    return own.length === 0 ? [] : [{ key: `${name}${count}`, label, fields: own }];
  });
}

function inputOf({ value, text }: Field): string | undefined {
  if (value instanceof Uint8Array) {
    return value.length > longest ? undefined : Array.from(value, hexByte).join(':');
  }
  if (typeof value === 'string') return value.length > 4 * longest ? undefined : value;
  if (typeof value === 'boolean') return String(value);
  return text.startsWith('0x') ? (text.split(' ')[0] ?? String(value)) : String(value);
}

/** Values with a name, for a choice in place of an input. */
export const namedValues: Readonly<Record<string, readonly (readonly [value: string, label: string])[]>> = {
  'arp.opcode': [
    ['1', '1 request'],
    ['2', '2 reply'],
  ],
  'icmp.type': [
    ['0', '0 echo reply'],
    ['3', '3 destination unreachable'],
    ['8', '8 echo request'],
    ['11', '11 time exceeded'],
  ],
};

/** What the fields were, by key, where that is something else now. */
export function changedFields(
  before: Uint8Array | undefined,
  now: readonly EditableLayer[],
): ReadonlyMap<string, string> {
  const changes = new Map<string, string>();
  if (before === undefined) return changes;
  const was = new Map(editableLayers(before).flatMap(({ fields }) => fields.map(({ key, value }) => [key, value])));
  for (const { fields } of now) {
    for (const { key, value } of fields) {
      const old = was.get(key);
      if (old !== undefined && old !== value) changes.set(key, old);
    }
  }
  return changes;
}

/** What a value was, as short as it can be: of addresses only the parts that differ. */
export function shortWas(was: string, now: string): string {
  const separator = was.includes(':') ? ':' : '.';
  const [before, after] = [was.split(separator), now.split(separator)];
  if (before.length < 4 || before.length !== after.length) return was;
  return before.filter((part, at) => part !== after[at]).join(separator);
}

/** How many bytes differ; what one has more of than the other counts, too. */
export function changedBytes(before: Uint8Array, now: Uint8Array): number {
  let count = Math.abs(before.length - now.length);
  for (let i = 0; i < Math.min(before.length, now.length); i++) if (before[i] !== now[i]) count += 1;
  return count;
}
