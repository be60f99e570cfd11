import { ipv4Text, parseIpv4, parseMac } from '../../codec/addresses.ts';
import type { MatchFields } from '../../protocols/openflow/v10/match.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { type FlowFault, type Term, termsOf, wholeNumber } from './fault.ts';

/** The twelve fields of a match (OpenFlow 1.0.0 §5.2.3). */
export type MatchField = keyof MatchFields;
type Value = string | number;
type Implied = Pick<MatchFields, 'dlType' | 'nwProto'>;

const types: Readonly<Record<string, number>> = { ip: 0x0800, arp: 0x0806, rarp: 0x8035, vlan: 0x8100, ipv6: 0x86dd };
const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };
const untagged = 0xffff;
const local = portNumbers.Local;

const ip: Implied = { dlType: 0x0800 };
const arp: Implied = { dlType: 0x0806 };
const tcp: Implied = { ...ip, nwProto: 6 };
const udp: Implied = { ...ip, nwProto: 17 };
const icmp: Implied = { ...ip, nwProto: 1 };

/** Words that stand for a value of dl_type and nw_proto alone: `tcp`. */
const shorthands: Readonly<Record<string, Implied>> = { ip, arp, icmp, tcp, udp, ipv6: { dlType: 0x86dd } };

interface Word {
  readonly field: MatchField;
  readonly implied?: Implied;
  readonly read?: (text: string) => Value | undefined;
  readonly expected?: string;
}

const numberOr = (max: number, words: Readonly<Record<string, number>>) => (text: string) =>
  words[text.toLowerCase()] ?? wholeNumber(text, 0, max);

/** How the value of each field is read, and what it should be. */
const values: Readonly<
  Record<MatchField, { readonly read: (text: string) => Value | undefined; readonly expected: string }>
> = {
  inPort: {
    read: (text) => (text.toLowerCase() === 'local' ? local : wholeNumber(text, 1, portNumbers.Max)),
    expected: `a port, 1 to ${portNumbers.Max}, or local`,
  },
  dlSrc: { read: macOf, expected: 'a hardware address as 02:00:00:00:00:01' },
  dlDst: { read: macOf, expected: 'a hardware address as 02:00:00:00:00:01' },
  dlVlan: {
    read: (text) => (text.toLowerCase() === 'none' ? untagged : wholeNumber(text, 0, 0x0fff)),
    expected: 'a VLAN, 0 to 4095, or none',
  },
  dlVlanPcp: { read: (text) => wholeNumber(text, 0, 7), expected: 'a priority, 0 to 7' },
  dlType: {
    read: numberOr(0xffff, { ...types, ipv4: types.ip ?? 0 }),
    expected: 'a type as 0x0800, or ip, arp, ipv6',
  },
  nwTos: {
    read: (text) => {
      const tos = wholeNumber(text, 0, 0xfc);
      return tos === undefined || tos % 4 !== 0 ? undefined : tos;
    },
    expected: 'a TOS byte without its two ECN bits, 0 to 252 in steps of 4',
  },
  nwProto: { read: numberOr(0xff, protocols), expected: 'a protocol, 0 to 255, or icmp, tcp, udp' },
  nwSrc: { read: prefixOf, expected: 'an address or a prefix as 10.0.1.0/24' },
  nwDst: { read: prefixOf, expected: 'an address or a prefix as 10.0.1.0/24' },
  tpSrc: { read: (text) => wholeNumber(text, 0, 0xffff), expected: 'a number, 0 to 65535' },
  tpDst: { read: (text) => wholeNumber(text, 0, 0xffff), expected: 'a number, 0 to 65535' },
};

const opcode = (text: string) => numberOr(0xff, { request: 1, reply: 2 })(text);

const byte = { read: (text: string) => wholeNumber(text, 0, 0xff), expected: 'a number, 0 to 255' };

/** The specification's words and Wireshark's. What a word says beside its field holds too: `tcp.dstport` is of TCP. */
const words: Readonly<Record<string, Word>> = {
  in_port: { field: 'inPort' },
  dl_src: { field: 'dlSrc' },
  dl_dst: { field: 'dlDst' },
  dl_vlan: { field: 'dlVlan' },
  dl_vlan_pcp: { field: 'dlVlanPcp' },
  dl_type: { field: 'dlType' },
  nw_tos: { field: 'nwTos' },
  nw_proto: { field: 'nwProto' },
  nw_src: { field: 'nwSrc' },
  nw_dst: { field: 'nwDst' },
  tp_src: { field: 'tpSrc' },
  tp_dst: { field: 'tpDst' },
  'eth.src': { field: 'dlSrc' },
  'eth.dst': { field: 'dlDst' },
  'eth.type': { field: 'dlType' },
  'vlan.id': { field: 'dlVlan' },
  'vlan.priority': { field: 'dlVlanPcp' },
  'ip.dsfield': { field: 'nwTos', implied: ip },
  'ip.proto': { field: 'nwProto', implied: ip },
  'ip.src': { field: 'nwSrc', implied: ip },
  'ip.dst': { field: 'nwDst', implied: ip },
  'arp.opcode': { field: 'nwProto', implied: arp, read: opcode, expected: 'an opcode, 0 to 255, or request, reply' },
  'arp.src.proto_ipv4': { field: 'nwSrc', implied: arp },
  'arp.dst.proto_ipv4': { field: 'nwDst', implied: arp },
  'tcp.srcport': { field: 'tpSrc', implied: tcp },
  'tcp.dstport': { field: 'tpDst', implied: tcp },
  'udp.srcport': { field: 'tpSrc', implied: udp },
  'udp.dstport': { field: 'tpDst', implied: udp },
  'icmp.type': { field: 'tpSrc', implied: icmp, ...byte },
  'icmp.code': { field: 'tpDst', implied: icmp, ...byte },
};
/** Every word that a match may have, for completion. */
export const matchWordNames: readonly string[] = [...Object.keys(words), ...Object.keys(shorthands)];

/** `in_port` for `inPort`: the specification's word for a field. */
export const fieldWord = (field: MatchField): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const fieldOrder = Object.keys(values) as MatchField[];

function macOf(text: string): string | undefined {
  return parseMac(text) === undefined ? undefined : text.toLowerCase();
}

/** A prefix with its host bits cleared, as a switch keeps it; a /32 is an address. */
function prefixOf(text: string): string | undefined {
  const [address = '', length, ...more] = text.split('/');
  const parsed = parseIpv4(address);
  const bits = length === undefined ? 32 : wholeNumber(length, 1, 32);
  if (parsed === undefined || bits === undefined || more.length > 0) return undefined;
  return bits === 32 ? ipv4Text(parsed) : `${ipv4Text(parsed & (-1 << (32 - bits)))}/${bits}`;
}

const named = (names: Readonly<Record<string, number>>, value: number): string | undefined =>
  Object.entries(names).find(([, number]) => number === value)?.[0];

/** The value of a field in words: `ip` for dl_type 0x0800. */
export function fieldText(field: MatchField, value: Value, isArp = false): string {
  if (typeof value === 'string') return value;
  if (field === 'dlType') return named(types, value) ?? `0x${value.toString(16).padStart(4, '0')}`;
  if (field === 'nwProto' && !isArp) return named(protocols, value) ?? String(value);
  if (field === 'dlVlan' && value === untagged) return 'none';
  if (field === 'inPort' && value === local) return 'local';
  return String(value);
}

/** The fields of a match, each with its word and its value in words. */
export function matchTerms(
  fields: MatchFields,
): { readonly field: MatchField; readonly name: string; readonly text: string }[] {
  return fieldOrder.flatMap((field) => {
    const value = fields[field];
    // A frame without a tag has no priority, whatever the switch reports.
    if (value === undefined || (field === 'dlVlanPcp' && fields.dlVlan === untagged)) return [];
    return [{ field, name: fieldWord(field), text: fieldText(field, value, fields.dlType === types.arp) }];
  });
}

/** A match as it can be written again: `in_port=1,dl_type=ip,nw_dst=10.0.1.0/24`; '' matches everything. */
export function matchText(fields: MatchFields): string {
  return matchTerms(fields)
    .map(({ name, text }) => `${name}=${text}`)
    .join(',');
}

/** Reads `in_port=1, ip.dst=10.0.1.0/24, tcp`: the fields, and what is wrong with the text. */
export function parseMatch(text: string): { readonly fields: MatchFields; readonly faults: readonly FlowFault[] } {
  const fields: Partial<Record<MatchField, Value>> = {};
  const from = new Map<MatchField, string>();
  const faults: FlowFault[] = [];
  const put = (field: MatchField, value: Value, word: string, { start, end }: Term): void => {
    const known = fields[field];
    if (known !== undefined && known !== value) {
      const got = fieldText(field, value, fields.dlType === types.arp);
      const expected = `${fieldText(field, known)}, as ${from.get(field)} says`;
      faults.push({ part: 'match', field: word, expected: `${fieldWord(field)} ${expected}`, got, start, end });
      return;
    }
    fields[field] = value;
    from.set(field, word);
  };
  const imply = (implied: Implied, word: string, term: Term): void => {
    if (implied.dlType !== undefined) put('dlType', implied.dlType, word, term);
    if (implied.nwProto !== undefined) put('nwProto', implied.nwProto, word, term);
  };
  for (const term of termsOf(text)) {
    const { start, end } = term;
    const [, name = '', value = ''] = /^([^=\s]*)\s*={0,2}\s*(.*)$/.exec(term.text) ?? [];
    const word = words[name.toLowerCase()];
    const shorthand = shorthands[name.toLowerCase()];
    if (!term.text.includes('=') && shorthand !== undefined) {
      imply(shorthand, name, term);
      continue;
    }
    if (word === undefined) {
      const expected = 'a field as in_port, dl_dst, ip.dst, tcp.dstport, or ip, arp, icmp, tcp, udp';
      faults.push({ part: 'match', field: name, expected, got: name, start, end });
      continue;
    }
    const { read, expected } = { ...values[word.field], ...word };
    const parsed = read(value);
    if (parsed === undefined) faults.push({ part: 'match', field: name, expected, got: value, start, end });
    else {
      imply(word.implied ?? {}, name, term);
      put(word.field, parsed, name, term);
    }
  }
  const end = text.length;
  if (faults.length === 0) {
    for (const { field, expected } of missing(fields)) {
      faults.push({ part: 'match', field: from.get(field) ?? fieldWord(field), expected, got: '', start: 0, end });
    }
  }
  // Values were read by the table of their own field.
  return { fields: fields as MatchFields, faults };
}

/** Fields that a switch would ignore, because frames that the match asks for do not have them (§3.4). */
function missing(
  fields: Partial<Record<MatchField, Value>>,
): { readonly field: MatchField; readonly expected: string }[] {
  const { dlType, nwProto } = fields;
  const isIp = dlType === types.ip || dlType === types.ipv6;
  const hasAddresses = dlType === types.ip || dlType === types.arp || dlType === types.rarp;
  const hasPorts = isIp && [1, 6, 17, 58, 132].some((protocol) => protocol === nwProto);
  const without = 'beside it: without that a switch ignores the field';
  const needs: readonly (readonly [MatchField, boolean, string])[] = [
    ['nwTos', isIp, `dl_type=ip ${without}`],
    ['nwProto', isIp || hasAddresses, `dl_type=ip or dl_type=arp ${without}`],
    ['nwSrc', hasAddresses, `dl_type=ip or dl_type=arp ${without}`],
    ['nwDst', hasAddresses, `dl_type=ip or dl_type=arp ${without}`],
    ['tpSrc', hasPorts, `tcp, udp or icmp ${without}`],
    ['tpDst', hasPorts, `tcp, udp or icmp ${without}`],
    ['dlVlanPcp', fields.dlVlan !== untagged, 'a dl_vlan other than none beside it'],
  ];
  return needs.flatMap(([field, has, expected]) => (fields[field] === undefined || has ? [] : [{ field, expected }]));
}
