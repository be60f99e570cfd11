import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { printable } from '../text.ts';

const requestLine = /^([A-Z]{3,20}) (\S+) (HTTP\/\d\.\d)$/;
const statusLine = /^(HTTP\/\d\.\d) (\d{3})(?: (.*))?$/;
/** A first line that is longer is not one. */
const maxLine = 8192;

/** End of the line at `start` without its CR LF, and where the next begins. */
function lineAt(bytes: Uint8Array, start: number, end: number): { end: number; next: number } | undefined {
  const newline = bytes.indexOf(10, start);
  if (newline < 0 || newline >= end || newline - start > maxLine) return undefined;
  return { end: newline > start && bytes[newline - 1] === 13 ? newline - 1 : newline, next: newline + 1 };
}

function firstLine(bytes: Uint8Array, start: number, end: number): string | undefined {
  const line = lineAt(bytes, start, end);
  return line && printable(bytes, start, line.end);
}

/** Header lines that have a name of their own, too. */
const ownNames: Readonly<Record<string, readonly [name: string, label: string]>> = {
  host: ['http.host', 'Host asked for'],
  'user-agent': ['http.user_agent', 'Program that asks'],
  server: ['http.server', 'Program that answers'],
  'content-type': ['http.content_type', 'Type of the content'],
  'content-length': ['http.content_length', 'Length of the content'],
  location: ['http.location', 'Where to look instead'],
  connection: ['http.connection', 'Connection'],
  accept: ['http.accept', 'Types that are accepted'],
};

/** Header lines up to the empty one. */
function headerLines(layer: LayerBuilder, name: string): void {
  const { reader, bytes } = layer;
  for (;;) {
    const line = lineAt(bytes, reader.offset, reader.end);
    if (line === undefined) return;
    const start = reader.take(line.next - reader.offset);
    if (line.end === start) return;
    const text = printable(bytes, start, line.end);
    const colon = text.indexOf(':');
    const [label, value] = colon < 0 ? ['Line', text] : [text.slice(0, colon), text.slice(colon + 1).trim()];
    layer.add({ name: `http.${name}.line`, label, text: value, value: text, start, end: line.next });
    const [own, ownLabel] = ownNames[label.toLowerCase()] ?? [];
    if (own === undefined || ownLabel === undefined) continue;
    const row = { name: own, label: ownLabel, text: value, value, start, end: line.end };
    layer.add(own === 'http.content_length' && /^\d{1,15}$/.test(value) ? { ...row, value: Number(value) } : row);
  }
}

/** RFC 9112: the first line and the header lines that are in this segment; what follows is data. */
export const http: Protocol = {
  name: 'http',
  label: 'HTTP',
  accepts(bytes: Uint8Array, start: number, end: number): boolean {
    const line = firstLine(bytes, start, end);
    return line !== undefined && (requestLine.test(line) || statusLine.test(line));
  },
  dissect(layer: LayerBuilder): void {
    const { bytes, reader } = layer;
    const { start } = layer.place;
    const first = firstLine(bytes, start, reader.end) ?? '';
    layer.summary = first;
    const request = requestLine.exec(first);
    const [, ...words] = request ?? statusLine.exec(first) ?? [];
    const names = request
      ? (['request.method|Method', 'request.uri|Target', 'request.version|Version'] as const)
      : (['response.version|Version', 'response.code|Status', 'response.phrase|Reason'] as const);
    let at = start;
    for (const [i, both] of names.entries()) {
      const word = words[i];
      if (word === undefined) continue;
      const [name = '', label = ''] = both.split('|');
      const value = name === 'response.code' ? Number(word) : word;
      layer.add({ name: `http.${name}`, label, text: word, value, start: at, end: at + word.length });
      at += word.length + 1;
    }
    const name = request ? 'http.request' : 'http.response';
    if (words.length > 0) {
      layer.add({
        name,
        label: request ? 'Request' : 'Answer',
        text: first,
        value: true,
        start,
        end: start + first.length,
      });
    }
    reader.take((lineAt(bytes, start, reader.end)?.next ?? start) - start);
    headerLines(layer, request ? 'request' : 'response');
    layer.follow('data', 0, reader.offset, layer.place.wireEnd);
  },
  brief(line: Brief): void {
    line.protocol = 'HTTP';
    line.kind = 'tcp';
    line.info = firstLine(line.bytes, line.start, line.end) ?? '';
  },
};
