import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: TSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The first way in which `value` is not what `schema` asks for: `router.kind: expected "reference", found 3`; undefined when it is. */
export function unmetExpectation(schema: TSchema, value: unknown, path: string): string | undefined {
  // The annotation keeps `value` unknown: a failed check says nothing about its type.
  const met: boolean = Value.Check(schema, value);
  if (met) return undefined;
  const node: SchemaNode = schema;
  if (node.anyOf !== undefined) return unmetChoice(node.anyOf, value, path);
  if (node.type === 'object' && isRecord(value)) {
    const fault = unmetObject(node, value, path);
    if (fault !== undefined) return fault;
  }
  if (node.type === 'array' && Array.isArray(value) && node.items !== undefined) {
    for (const [index, item] of value.entries()) {
      const fault = unmetExpectation(node.items, item, `${path}.${index}`);
      if (fault !== undefined) return fault;
    }
  }
  return `${path}: expected ${expected(node)}, found ${shown(value)}`;
}

function unmetChoice(branches: readonly TSchema[], value: unknown, path: string): string {
  // Where the branches tell themselves apart by `kind`, the value's kind says which one was meant.
  const kind = isRecord(value) ? value.kind : undefined;
  const meant = branches.find((branch) => kind !== undefined && kindOf(branch) === kind);
  const fault = meant === undefined ? undefined : unmetExpectation(meant, value, path);
  return fault ?? `${path}: expected ${branches.map(branchName).join(' or ')}, found ${shown(value)}`;
}

function unmetObject(node: SchemaNode, value: Record<string, unknown>, path: string): string | undefined {
  const known = node.properties ?? {};
  for (const key of node.required ?? [])
    if (!(key in value)) return `${path}: expected the key "${key}", found nothing`;
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(known, key) || node.additionalProperties !== false) continue;
    return `${path}: expected no key but ${Object.keys(known).join(', ')}, found ${shown(key)}`;
  }
  for (const [key, schema] of Object.entries(known)) {
    const fault = key in value ? unmetExpectation(schema, value[key], `${path}.${key}`) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function expected(node: SchemaNode): string {
  if (node.description !== undefined) return node.description;
  if (node.const !== undefined) return shown(node.const);
  const between = (least: number | undefined, most: number | undefined) =>
    [least === undefined ? '' : ` at least ${least}`, most === undefined ? '' : ` at most ${most}`]
      .filter((part) => part !== '')
      .join(' and');
  switch (node.type) {
    case 'string':
      if (node.pattern !== undefined) return `text like ${node.pattern}`;
      return `text${bound('of', between(node.minLength, node.maxLength), ' characters')}`;
    case 'array':
      return `a list${bound('of', between(node.minItems, node.maxItems), ' entries')}`;
    case 'integer':
      return `a whole number${bound('of', between(node.minimum, node.maximum), '')}`;
    case 'object':
      return 'an object';
    default:
      return `a ${node.type ?? 'different'} value`;
  }
}

function bound(word: string, range: string, unit: string): string {
  return range === '' ? '' : ` ${word}${range}${unit}`;
}

function branchName(branch: TSchema): string {
  const kind = kindOf(branch);
  return kind === undefined ? expected(branch) : `{ kind: ${shown(kind)}, … }`;
}

function kindOf(branch: TSchema): unknown {
  const { properties }: SchemaNode = branch;
  const kind: SchemaNode | undefined = properties?.kind;
  return kind?.const;
}

/** A value as a message shows it: JSON, at most 60 characters. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
