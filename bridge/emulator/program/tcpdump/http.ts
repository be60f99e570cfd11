import type { Look, Slice } from './slice.ts';

const methods = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|CONNECT|PATCH|PROPFIND|NOTIFY|SUBSCRIBE) /;

/** The first line of a message, with `-v` its whole head; only the protocol's name for what is in the middle of one. */
export function printHttp(data: Slice, look: Look): string {
  const text = new TextDecoder('latin1').decode(data.bytes);
  const isStart = methods.test(text) || /^HTTP\/\d/.test(text);
  if (!isStart) return 'HTTP';
  const end = text.search(/\r?\n/);
  if (end < 0 && data.captured < data.length) return 'HTTP [|http]';
  const first = (end < 0 ? text : text.slice(0, end)).replace(/[^\t\x20-\x7e]/g, '.');
  if (look.verbose === 0) return `HTTP: ${first}`;
  const headEnd = text.search(/\r?\n\r?\n/);
  const lines = (headEnd < 0 ? text : text.slice(0, headEnd)).split(/\r?\n/);
  return `HTTP, length: ${data.length}${lines.map((line) => `\n\t${line}`).join('')}${headEnd < 0 ? '' : '\n\t'}`;
}
