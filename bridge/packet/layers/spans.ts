import { Reader } from '../../codec/reader.ts';
import type { Span } from '../../codec/span.ts';
import type { LayerBuilder } from '../protocol.ts';
import { bytesText } from '../text.ts';
import type { Field } from '../tree.ts';

/** How a declared message is shown: Wireshark's names by path (without indices), the rest as `prefix.path`. */
export interface SpanNames {
  readonly prefix: string;
  readonly names: Readonly<Record<string, string>>;
  /** Labels by the last name of a path, where the name itself is not good enough. */
  readonly labels: Readonly<Record<string, string>>;
}

/** `packetIn` → `PACKET_IN`. */
export const constantName = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** Units that stand at the end of a name. */
const units: Readonly<Record<string, string>> = { S: ' s', Ms: ' ms', Ns: ' ns' };
const unitPattern = /(S|Ms|Ns)$/;

/** `hardTimeoutS` → `Hard timeout`; the third item of a list is `3`. */
function labelOf(step: string, labels: SpanNames['labels']): string {
  const index = /^\[(\d+)\]$/.exec(step)?.[1];
  if (index !== undefined) return String(Number(index) + 1);
  const words = step.replace(unitPattern, '').replace(/[A-Z]+/g, (letters) => ` ${letters.toLowerCase()}`);
  return labels[step] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function shown(value: unknown, label: string | undefined, unit: string): Pick<Field, 'text' | 'value'> {
  if (value instanceof Uint8Array) return { text: bytesText(value), value };
  if (Array.isArray(value)) {
    const isFlags = value.every((item) => !isObject(item));
    const text = isFlags ? value.join(', ') || 'none' : `${value.length}`;
    return { text, value: text };
  }
  if (isObject(value)) {
    const text = 'kind' in value ? String(value.kind) : '';
    return { text, value: text };
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return { text: label === undefined ? `${value}${unit}` : `${label} (${value})`, value };
  }
  return { text: value === undefined ? '' : String(value), value: value === undefined ? '' : String(value) };
}

type Growing = Field & { readonly children?: Field[] };

/** Rows of spans: what a path leads into stands below it. Parents come before their children (CD4). */
function spanRows(spans: readonly Span[], limit: number, { prefix, names, labels }: SpanNames): Field[] {
  const roots: Field[] = [];
  const open: { readonly path: string; readonly row: { -readonly [K in keyof Growing]: Growing[K] } }[] = [];
  for (const { path, start, end, value, label } of spans) {
    let top = open.at(-1);
    while (top !== undefined && !(path.startsWith(top.path) && /^[.[]/.test(path.slice(top.path.length)))) {
      open.pop();
      top = open.at(-1);
    }
    const plainPath = path.replace(/\[\d+\]/g, '');
    const name = names[plainPath] ?? `${prefix}.${plainPath}`;
    const step = top === undefined ? path : path.slice(top.path.length).replace(/^\./, '');
    const row = {
      name,
      label: labelOf(step, labels),
      ...shown(value, label, units[unitPattern.exec(step)?.[1] ?? ''] ?? ''),
      start,
      end: Math.min(Math.max(start, end), limit),
    };
    if (top === undefined) roots.push(row);
    else {
      top.row.children ??= [];
      top.row.children.push(row);
    }
    open.push({ path, row });
  }
  return roots;
}

/** Reads declared things and adds the rows of their spans, those before an error too. */
export function readSpans<T>(layer: LayerBuilder, end: number, names: SpanNames, read: (r: Reader) => T): T {
  const spans: Span[] = [];
  const r = new Reader(layer.bytes, layer.reader.offset, end, spans);
  try {
    return read(r);
  } finally {
    layer.reader.take(Math.max(0, Math.min(r.offset, layer.reader.end) - layer.reader.offset));
    for (const row of spanRows(spans, layer.place.end, names)) layer.add(row);
  }
}
