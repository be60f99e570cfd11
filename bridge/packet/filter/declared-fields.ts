import type { About, Part } from '../../codec/about.ts';
import { bodies } from '../../protocols/openflow/v10/bodies.ts';
import { Header, messageTypes } from '../../protocols/openflow/v10/header.ts';
import { VnsCodec } from '../../protocols/vns/message.ts';
import { openflow10Names, openflowNames } from '../layers/openflow-names.ts';
import { constantName, type SpanNames } from '../layers/spans.ts';
import { vnsTypeNames } from '../layers/vns.ts';
import type { FieldType } from './field-table.ts';

/** A field that a protocol declaration of bridge/protocols has, by the name that a filter calls it (PK60). */
export interface DeclaredField {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
  /** Names of single numbers; of single bits where the number is a set of them. */
  readonly names: Readonly<Record<number, string>> | undefined;
  /** Its names in the tree of a dissected message. */
  readonly inTree: readonly string[];
  /** The one type of message that has it; undefined where any may. */
  readonly message: number | undefined;
}

/** `hardTimeoutS` → `hard_timeout_s`. */
const snake = (name: string): string => constantName(name).toLowerCase().replace(/^_/, '');
const words = (name: string): string => {
  const text = snake(name.replace(/(S|Ns)$/, '')).replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function typeOf(about: Exclude<About, { readonly kind: 'parts' | 'items' | 'cases' }>): FieldType {
  switch (about.kind) {
    case 'number':
      return about.bits <= 8
        ? 'u8'
        : about.bits <= 16
          ? 'u16'
          : about.bits <= 24
            ? 'u24'
            : about.bits <= 32
              ? 'u32'
              : 'u64';
    case 'mac':
      return 'ether';
    case 'text':
      return 'string';
    default:
      return about.kind;
  }
}

interface Leaf extends Pick<DeclaredField, 'type' | 'names'> {
  /** Steps from the message down, as the declaration names them. */
  readonly path: readonly string[];
}

/** Everything with a value of its own, wherever in a declaration it stands. */
function leavesOf(parts: readonly Part[], above: readonly string[] = []): Leaf[] {
  return parts.flatMap(({ name, about }) => leavesBelow(about, [...above, name]));
}

function leavesBelow(about: About, path: readonly string[]): Leaf[] {
  switch (about.kind) {
    case 'parts':
      return leavesOf(about.parts, path);
    case 'items':
      return about.item === undefined ? [] : leavesBelow(about.item, path);
    case 'cases':
      return [about.head, ...about.cases.map(({ parts }) => parts)].flatMap((parts) => leavesOf(parts, path));
    case 'number': {
      const names = about.names && Object.entries(about.names).map(([name, number]) => [number, snake(name)]);
      return [{ path, type: typeOf(about), names: names && Object.fromEntries(names) }];
    }
    default:
      return [{ path, type: typeOf(about), names: undefined }];
  }
}

const treeName = ({ prefix, names }: SpanNames, path: string): string => names[path] ?? `${prefix}.${path}`;
const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/**
 * Fields that share a name are one: with the names of numbers that both have, and where the types differ, or both name their
 * numbers and do so otherwise, of whatever type the message has.
 */
function merged(all: readonly DeclaredField[]): DeclaredField[] {
  const byName = new Map<string, DeclaredField>();
  for (const field of all) {
    const other = byName.get(field.name);
    if (other === undefined) {
      byName.set(field.name, field);
      continue;
    }
    const haveNames = other.names !== undefined && field.names !== undefined;
    const isSame = JSON.stringify(other.names) === JSON.stringify(field.names);
    byName.set(field.name, {
      ...field,
      type: other.type === field.type && (isSame || !haveNames) ? field.type : 'any',
      names: isSame ? field.names : undefined,
      inTree: union(other.inTree, field.inTree),
      message: other.message === field.message ? field.message : undefined,
    });
  }
  return [...byName.values()];
}

/** A message of its own: that it is there, and its fields by their path; `step` of it is no name to type. */
function messageFields(
  prefix: string,
  kind: string,
  message: number,
  parts: readonly Part[],
  { names, step }: { readonly names: SpanNames; readonly step: string },
): DeclaredField[] {
  const name = `${prefix}.${snake(kind)}`;
  const label = constantName(kind);
  const there = { name, type: 'protocol', description: label, names: undefined, inTree: [], message } as const;
  const fields = leavesOf(parts).map(({ path, type, names: numbers }) => {
    const short = path[0] === step ? path.slice(1) : path;
    return {
      name: `${name}.${short.map(snake).join('.')}`,
      type,
      description: `${short.map(words).join(', ')} of ${label}`,
      names: numbers,
      inTree: [treeName(names, path.join('.'))],
      message,
    };
  });
  return [there, ...fields];
}

const namesOfTypes = (types: Readonly<Record<string, number>>): Record<number, string> =>
  Object.fromEntries(Object.entries(types).map(([kind, type]) => [type, constantName(kind)]));

function headerFields(prefix: string, parts: readonly Part[], inTree: (name: string) => string[]): DeclaredField[] {
  return leavesOf(parts).map(({ path: [name = ''], type }) => ({
    name: `${prefix}.${name}`,
    type,
    description: name === 'xid' ? 'Transaction' : name === 'type' ? 'Message type' : words(name),
    names: undefined,
    inTree: inTree(name),
    message: undefined,
  }));
}

const partsOfBody = (about: About): readonly Part[] => (about.kind === 'parts' ? about.parts : []);
const withNames = (field: DeclaredField, name: string, names: DeclaredField['names']): DeclaredField =>
  field.name === name ? { ...field, names } : field;

function openflowFields(): DeclaredField[] {
  const names = openflow10Names;
  const header = headerFields('of', partsOfBody(Header.about), (name) =>
    union([treeName(names, name)], [treeName(openflowNames, name)]),
  ).map((field) => withNames(field, 'of.type', namesOfTypes(messageTypes)));
  const messages = Object.entries(bodies).flatMap(([kind, [type, body]]) => {
    // The rows of an error and of statistics stand one level deeper than their message.
    if (kind === 'error')
      return messageFields('of', kind, type, [{ name: 'error', about: body.about }], { names, step: 'error' });
    return messageFields('of', kind, type, partsOfBody(body.about), { names, step: 'stats' });
  });
  return [...header, ...messages];
}

function vnsFields(): DeclaredField[] {
  const { about } = VnsCodec;
  if (about?.kind !== 'cases') throw new Error('VNS is declared as cases');
  const names: SpanNames = { prefix: 'vns', names: {}, labels: {} };
  const header = headerFields('vns', about.head, (name) => [`vns.${name}`]).map((field) =>
    withNames(field, 'vns.type', vnsTypeNames),
  );
  const messages = about.cases.flatMap(({ name, tag, parts }) =>
    messageFields('vns', name, tag, parts, { names, step: '' }),
  );
  const ofInterface = messages.find(({ name }) => name === 'vns.packet.interface_name');
  return [...header, ...messages, ...(ofInterface ? [{ ...ofInterface, name: 'vns.interface' }] : [])];
}

/** Wireshark's names of fields that the tree shows in words: its numbers, in the one message where it has them (PK61). */
const wiresharks: readonly DeclaredField[] = [
  {
    name: 'openflow.command',
    type: 'u16',
    description: 'Command of a FLOW_MOD',
    names: undefined,
    inTree: ['of.command'],
    message: messageTypes.flowMod,
  },
  {
    name: 'openflow.reason',
    type: 'u8',
    description: 'Reason of a PACKET_IN',
    names: undefined,
    inTree: ['of.reason'],
    message: messageTypes.packetIn,
  },
];
const ours: readonly DeclaredField[] = merged([...openflowFields(), ...vnsFields()]);

/** What may be typed, in order of the protocols. */
export const declaredFields: readonly DeclaredField[] = [...ours, ...wiresharks];

const inTree = ours.flatMap((field) =>
  field.inTree.map((name) => ({ ...field, name, inTree: [name], message: undefined })),
);
/** In the tree one name may be a number in one message and stand above fields in another. */
const isAbove = (name: string): boolean => inTree.some((field) => field.name.startsWith(`${name}.`));

/** The same fields by the names that the tree of a message has for them, of whatever message. */
export const declaredInTree: ReadonlyMap<string, DeclaredField> = new Map(
  merged(inTree)
    .filter(({ name }) => !isAbove(name))
    .map((field) => [field.name, field]),
);
