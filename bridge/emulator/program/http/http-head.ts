/** Header fields in their order, names as they came. */
export interface HttpFields {
  readonly list: readonly { readonly name: string; readonly value: string }[];
  /** The first of that name, whatever its case. */
  get(name: string): string | undefined;
}

/** Lines behind the first one of a head; undefined when one of them is no field (RFC 9112 §5). */
export function parseFields(lines: readonly string[]): HttpFields | undefined {
  const list: { name: string; value: string }[] = [];
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    list.push({ name: match[1], value: match[2] });
  }
  return {
    list,
    get: (name) => list.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value,
  };
}

export interface HttpStatus {
  readonly version: '1.0' | '1.1';
  readonly status: number;
  readonly reason: string;
  /** The whole line. */
  readonly line: string;
}

/** `HTTP/1.0 200 OK`; undefined when it is something else. */
export function parseStatusLine(line: string): HttpStatus | undefined {
  const match = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(line);
  if (match === null) return undefined;
  return { version: match[1] === '1.1' ? '1.1' : '1.0', status: Number(match[2]), reason: match[3] ?? '', line };
}

/** `Sat, 21 Nov 2026 04:57:01 GMT`. */
export const httpDate = (wallMs: number): string => new Date(wallMs).toUTCString();

/** Whether a Connection field names `token`. */
export const connectionSays = (fields: HttpFields, token: string): boolean =>
  (fields.get('Connection') ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes(token);
