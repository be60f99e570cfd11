import { messageTypes } from '../../protocols/openflow/v10/header.ts';
import { arpOpcodeNames } from '../layers/arp.ts';
import { dhcpMessageNames } from '../layers/dhcp-options.ts';
import { rcodeNames } from '../layers/dns.ts';
import { recordTypes } from '../layers/dns-records.ts';
import { etherTypeNames } from '../layers/ethernet.ts';
import { icmpTypeNames } from '../layers/icmp-names.ts';
import { icmpv6TypeNames } from '../layers/icmpv6.ts';
import { protocolNames } from '../layers/ipv4.ts';
import { constantName } from '../layers/spans.ts';
import { dropCauses, points, rules, verdicts } from '../trace-batch.ts';
import { type DeclaredField, declaredFields, declaredInTree } from './declared-fields.ts';
import { type FieldType, fieldTable } from './field-table.ts';

export type { FieldType } from './field-table.ts';

/** A field as filters know it. */
export interface FieldInfo {
  readonly name: string;
  readonly type: FieldType;
  /** For people: `Time to live`. */
  readonly description: string;
  /** The layer that it stands in: `ip`; `lab` and `frame` stand in none. */
  readonly protocol: string;
  /** Names of single numbers: `Echo request` of 8. */
  readonly names: Readonly<Record<number, string>> | undefined;
  /** The texts that it can have, where they are few. */
  readonly texts: readonly string[] | undefined;
  /** Where a declaration has it: its names in the tree, and the one type of message that has it. */
  readonly declared?: Pick<DeclaredField, 'inTree' | 'message'>;
}

const statusNames = { 0: 'wrong', 1: 'correct', 2: 'not verified', 3: 'not used', 4: 'missing' };
const enumerations: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'eth.type': etherTypeNames,
  'vlan.etype': etherTypeNames,
  'arp.opcode': arpOpcodeNames,
  'arp.proto.type': etherTypeNames,
  'ip.proto': protocolNames,
  'ipv6.nxt': protocolNames,
  'icmp.type': icmpTypeNames,
  'icmpv6.type': icmpv6TypeNames,
  'dns.qry.type': recordTypes,
  'dns.resp.type': recordTypes,
  'dns.flags.rcode': rcodeNames,
  'dhcp.option.dhcp': dhcpMessageNames,
  'ip.checksum.status': statusNames,
  'icmp.checksum.status': statusNames,
  'icmpv6.checksum.status': statusNames,
  'tcp.checksum.status': statusNames,
  'udp.checksum.status': statusNames,
  'openflow_1_0.type': Object.fromEntries(
    Object.entries(messageTypes).map(([kind, type]) => [type, constantName(kind)]),
  ),
};
const texts: Readonly<Record<string, readonly string[]>> = {
  'lab.point': points,
  'lab.verdict': verdicts,
  'lab.cause': dropCauses,
  'lab.rule': rules,
  'http.request.method': ['GET', 'POST', 'HEAD', 'PUT', 'DELETE'],
};

/** Layers whose fields begin with another name. */
const layerOfPrefix: Readonly<Record<string, string>> = { openflow_1_0: 'openflow', of: 'openflow' };

function infoOf(name: string, type: FieldType, description: string): FieldInfo {
  const prefix = name.split('.', 1)[0] ?? name;
  const protocol = layerOfPrefix[prefix] ?? prefix;
  return { name, type, description, protocol, names: enumerations[name], texts: texts[name] };
}

function infoOfDeclared(field: DeclaredField): FieldInfo {
  const { name, type, description, names } = field;
  return { ...infoOf(name, type, description), names, declared: field };
}

/** Every field by its name. */
export const fields: ReadonlyMap<string, FieldInfo> = new Map([
  ...fieldTable.map(([name, type, description]) => [name, infoOf(name, type, description)] as const),
  ...declaredFields.map((field) => [field.name, infoOfDeclared(field)] as const),
]);

/** What stands above declared fields in the tree has a text at the most. */
const open = /^(of|vns)\.[a-zA-Z0-9_.]+$/;
const treeFields: ReadonlyMap<string, FieldInfo> = new Map(
  [...declaredInTree].map(([name, field]) => [name, infoOfDeclared(field)]),
);

/** The field of that name; undefined when there is none. */
export function fieldOf(name: string): FieldInfo | undefined {
  const known = fields.get(name) ?? treeFields.get(name);
  return known ?? (open.test(name) ? infoOf(name, 'any', 'As the protocol declares it') : undefined);
}

export const numberBits: Readonly<Partial<Record<FieldType, number>>> = { u8: 8, u16: 16, u24: 24, u32: 32, u64: 64 };

/** A type in words, for messages and completion. */
export const typeNames: Readonly<Record<FieldType, string>> = {
  u8: 'a number of 8 bits',
  u16: 'a number of 16 bits',
  u24: 'a number of 24 bits',
  u32: 'a number of 32 bits',
  u64: 'a number',
  boolean: 'true or false',
  time: 'seconds',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  ether: 'a MAC address',
  bytes: 'bytes',
  string: 'a text',
  protocol: 'a protocol',
  any: 'what the message has',
};

/** Whether values are runs of bytes, which can be sliced and searched. */
export const isBytes = (type: FieldType): boolean =>
  type === 'bytes' || type === 'protocol' || type === 'ether' || type === 'ipv6' || type === 'ipv4';
export const isNumber = (type: FieldType): boolean =>
  numberBits[type] !== undefined || type === 'boolean' || type === 'time';
