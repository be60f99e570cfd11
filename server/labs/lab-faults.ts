import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { Lab } from '../contract/lab.ts';

/** One thing that is wrong with a lab file: where (JSON pointer), what was expected there and what stands there. */
export interface LabFault {
  readonly path: string;
  readonly expected: string;
  /** As JSON, cut; 'nothing' where a key is missing. */
  readonly found: string;
}

interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** Everything in which `value` differs from the schema of lab.json (LAB1), in the order of the file. */
export function schemaFaults(value: unknown): LabFault[] {
  const faults: LabFault[] = [];
  const errors = allErrors(value);
  // A union's own error comes with one error of each branch: keep those of the branch that the value's `kind` chose.
  const silenced: { schema: string; instance: string }[] = [];
  const answered: string[] = [];
  for (const { schemaPath, instancePath } of errors.filter((error) => error.keyword === 'anyOf')) {
    const branches = schemaAt(schemaPath).anyOf ?? [];
    const kind = kindOf(valueAt(value, instancePath));
    const chosen = branches.findIndex((branch) => kind !== undefined && branch.properties?.kind?.const === kind);
    branches.forEach((_, index) => {
      if (index !== chosen) silenced.push({ schema: `${schemaPath}/anyOf/${index}/`, instance: `${instancePath}/` });
    });
    if (chosen >= 0) answered.push(`${schemaPath}@${instancePath}`);
  }
  const isSilenced = ({ keyword, schemaPath, instancePath }: SchemaError): boolean =>
    (keyword === 'anyOf' && answered.includes(`${schemaPath}@${instancePath}`)) ||
    silenced.some(
      ({ schema, instance }) => `${schemaPath}/`.startsWith(schema) && `${instancePath}/`.startsWith(instance),
    );

  for (const error of errors) {
    if (isSilenced(error)) continue;
    const { keyword, schemaPath, instancePath, params } = error;
    const schema = schemaAt(schemaPath);
    const known = Object.keys(schema.properties ?? {}).join(', ');
    if (keyword === 'boolean') continue; // the same fault as additionalProperties, which names the keys
    if (keyword === 'additionalProperties') {
      for (const key of names(params, 'additionalProperties'))
        faults.push({
          path: `${instancePath}/${key}`,
          expected: `no such key (there are ${known})`,
          found: `"${key}"`,
        });
    } else if (keyword === 'required') {
      for (const key of names(params, 'requiredProperties'))
        faults.push({ path: instancePath, expected: `the key "${key}"`, found: 'nothing' });
    } else {
      const found = shown(valueAt(value, instancePath));
      faults.push({ path: instancePath, expected: expectedBy(keyword, schema, params), found });
    }
  }
  return faults;
}

/** A value as the fault shows it: JSON, at most 60 characters. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
}

/** The library stops at eight errors; an author wants the whole list. */
function allErrors(value: unknown): SchemaError[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: 500 });
  try {
    return Value.Errors(Lab, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function expectedBy(keyword: string, schema: SchemaNode, params: object): string {
  if (schema.description !== undefined) return schema.description;
  const limit = 'limit' in params ? String(params.limit) : '';
  const comparison = 'comparison' in params ? String(params.comparison) : '';
  switch (keyword) {
    case 'type':
      return schema.type === 'object'
        ? 'an object'
        : schema.type === 'array'
          ? 'a list'
          : `a value of type ${schema.type}`;
    case 'const':
      return shown(schema.const);
    case 'anyOf':
      return (schema.anyOf ?? []).map(branchName).join(' or ');
    case 'minLength':
      return `text of at least ${limit} character${limit === '1' ? '' : 's'}`;
    case 'maxLength':
      return `text of at most ${limit} characters`;
    case 'minItems':
      return `a list of at least ${limit}`;
    case 'maxItems':
      return `a list of at most ${limit}`;
    default:
      return `a value with ${keyword} ${`${comparison} ${limit}`.trim()}`;
  }
}

function branchName(branch: SchemaNode): string {
  const kind = branch.properties?.kind?.const;
  return kind === undefined ? shown(branch.const ?? branch.type) : `{ kind: ${shown(kind)}, … }`;
}

function names(params: object, key: string): string[] {
  const list: unknown = Object.entries(params).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? list.map(String) : [];
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === part.replaceAll('~1', '/').replaceAll('~0', '~'))?.[1];
  }
  return at;
}

/** The part of the lab schema that an error's schemaPath (`#/properties/hosts/items`) points to. */
function schemaAt(schemaPath: string): SchemaNode {
  const found = valueAt(Lab, schemaPath.slice(1));
  return typeof found === 'object' && found !== null ? found : {};
}
