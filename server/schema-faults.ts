import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** One thing that is wrong with a value: where, what was expected there and what stands there. */
export interface Fault {
  /** JSON pointer. */
  readonly path: string;
  readonly expected: string;
  /** As JSON, cut; 'nothing' where a key is missing. */
  readonly found: string;
}

/** What the walk reads of a schema. */
interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: TSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const shownLength = 60;

/** The first way in which `value` is not what `schema` asks for: `body.router.kind: expected "reference", found 3`; undefined when it is. */
export function firstFault(schema: TSchema, value: unknown, name: string): string | undefined {
  // Taking one ends the walk.
  const [fault] = schemaFaults(schema, value);
  return fault && `${name}${dotted(fault.path)}: expected ${fault.expected}, found ${fault.found}`;
}

/** Everything in which `value` is not what `schema` asks for, in the order of the value; what a key lacks comes first. */
export function* schemaFaults(schema: TSchema, value: unknown, path = ''): Generator<Fault> {
  // The annotation keeps `value` unknown: a failed check says nothing about its type.
  const isMet: boolean = Value.Check(schema, value);
  if (isMet) return;
  const node: SchemaNode = schema;
  let isExplained = false;
  for (const fault of inside(node, value, path)) {
    isExplained = true;
    yield fault;
  }
  if (!isExplained) yield { path, expected: expected(node), found: shown(value) };
}

/** A value as a fault shows it: JSON, at most 60 characters. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? 'nothing';
  } catch (error) {
    // A few thousand brackets fit into any body.
    if (error instanceof RangeError) return 'a value nested too deep to show';
    throw error;
  }
  return text.length > shownLength ? `${text.slice(0, shownLength - 3)}…` : text;
}

/** The faults of what a value consists of; none when it is wrong as a whole. */
function* inside(node: SchemaNode, value: unknown, path: string): Generator<Fault> {
  if (node.anyOf !== undefined) {
    // Where the branches tell themselves apart by `kind`, the value's kind says which one was meant.
    const kind = isRecord(value) ? value.kind : undefined;
    const meant = node.anyOf.find((branch) => kind !== undefined && kindOf(branch) === kind);
    if (meant !== undefined) yield* schemaFaults(meant, value, path);
  } else if (node.type === 'object' && isRecord(value)) {
    yield* insideObject(node, value, path);
  } else if (node.type === 'array' && Array.isArray(value)) {
    const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = node;
    if (value.length < minItems || value.length > maxItems)
      yield { path, expected: expected(node), found: shown(value) };
    if (items === undefined) return;
    for (const [index, item] of value.entries()) yield* schemaFaults(items, item, `${path}/${index}`);
  }
}

function* insideObject(node: SchemaNode, value: Record<string, unknown>, path: string): Generator<Fault> {
  const { properties = {}, patternProperties = {}, required = [] } = node;
  for (const key of required)
    if (value[key] === undefined) yield { path, expected: `the key "${key}"`, found: 'nothing' };
  for (const [key, part] of Object.entries(value)) {
    // JSON has no undefined; in a call it stands for a key that is not there.
    if (part === undefined) continue;
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const schema = Object.hasOwn(properties, key)
      ? properties[key]
      : Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
    if (schema !== undefined) yield* schemaFaults(schema, part, at);
    else if (node.additionalProperties === false) {
      const known = Object.keys(properties).join(', ') || 'none';
      yield { path: at, expected: `no such key (there are ${known})`, found: shown(part) };
    }
  }
}

function expected(node: SchemaNode): string {
  if (node.description !== undefined) return node.description;
  if (node.anyOf !== undefined) return node.anyOf.map(branchName).join(' or ');
  if (node.const !== undefined) return shown(node.const);
  switch (node.type) {
    case 'string':
      if (node.pattern !== undefined) return `text like ${node.pattern}`;
      return within('text of', node.minLength, node.maxLength, ' characters') ?? 'text';
    case 'array':
      return within('a list of', node.minItems, node.maxItems, ' entries') ?? 'a list';
    case 'integer':
      return within('a whole number of', node.minimum, node.maximum) ?? 'a whole number';
    case 'number':
      if (node.exclusiveMinimum !== undefined)
        return `a number above ${node.exclusiveMinimum}${node.maximum === undefined ? '' : ` and at most ${node.maximum}`}`;
      return within('a number of', node.minimum, node.maximum) ?? 'a number';
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    default:
      return `a ${node.type ?? 'different'} value`;
  }
}

/** `text of at least 1 and at most 9 characters`; undefined without a bound. */
function within(what: string, least: number | undefined, most: number | undefined, unit = ''): string | undefined {
  const bounds = [least === undefined ? [] : `at least ${least}`, most === undefined ? [] : `at most ${most}`].flat();
  return bounds.length === 0 ? undefined : `${what} ${bounds.join(' and ')}${unit}`;
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

/** `/router/argv/1` → `.router.argv.1`; a key that is no word is quoted and cut. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\w{1,60}$/.test(key) ? `.${key}` : `[${shown(key)}]`))
    .join('');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
