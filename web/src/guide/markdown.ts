/** A piece of a line. Text is always text: nothing in a guide is ever markup of the page. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly content: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly content: readonly Inline[] };

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3 | 4; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** A command that can be run: a fence `run host=client`; without a host the Mininet command line itself. */
  | { readonly kind: 'run'; readonly host: string | undefined; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'rule' };

export interface Cell {
  readonly align: 'left' | 'right' | 'center';
  readonly content: readonly Inline[];
}

/** Lists and quotes nest no deeper; a guide is read by people. */
const deepest = 6;

const fence = /^ {0,3}(`{3,}|~{3,})\s*(.*)$/;
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rule = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const bullet = /^( {0,3})([-*+])( +)(.*)$/;
const numbered = /^( {0,3})(\d{1,9})[.)]( +)(.*)$/;
const quote = /^ {0,3}> ?(.*)$/;
const tableLine = /^ {0,3}\|?.*\|.*$/;
const tableRule = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * Reads the subset of Markdown that guides use (GUIDE1): headings, paragraphs, lists, quotes, fenced code, tables, rules;
 * code, links and emphasis within lines. Anything else, HTML first of all, stays the text that it is.
 */
export function parseMarkdown(source: string): Block[] {
  return blocksOf(source.replaceAll('\r\n', '\n').split('\n'), 0);
}

function blocksOf(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at++;
      continue;
    }
    const read = readFence(lines, at) ?? readSimple(line, at) ?? readTable(lines, at) ?? readNested(lines, at, depth);
    if (read) {
      blocks.push(read.block);
      at = read.next;
      continue;
    }
    const from = at;
    do at++;
    while (at < lines.length && !endsParagraph(lines, at));
    const text = lines.slice(from, at).map((each) => each.trim());
    blocks.push({ kind: 'paragraph', content: parseInline(text.join(' ')) });
  }
  return blocks;
}

interface Read {
  readonly block: Block;
  readonly next: number;
}

function endsParagraph(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  return (
    line.trim() === '' ||
    [fence, heading, rule, bullet, numbered, quote].some((pattern) => pattern.test(line)) ||
    readTable(lines, at) !== undefined
  );
}

function readSimple(line: string, at: number): Read | undefined {
  const title = heading.exec(line);
  if (title) {
    const level = Math.min(4, title[1]?.length ?? 1);
    if (level === 1 || level === 2 || level === 3 || level === 4)
      return { block: { kind: 'heading', level, content: parseInline(title[2] ?? '') }, next: at + 1 };
  }
  return rule.test(line) ? { block: { kind: 'rule' }, next: at + 1 } : undefined;
}

function readFence(lines: readonly string[], at: number): Read | undefined {
  const opening = fence.exec(lines[at] ?? '');
  if (!opening) return undefined;
  const mark = opening[1] ?? '```';
  let end = at + 1;
  while (end < lines.length) {
    const closing = fence.exec(lines[end] ?? '');
    if (closing && closing[2] === '' && (closing[1] ?? '').startsWith(mark)) break;
    end++;
  }
  const text = lines.slice(at + 1, end).join('\n');
  const [language = '', ...options] = (opening[2] ?? '').trim().split(/\s+/);
  const next = end + 1;
  if (language !== 'run') return { block: { kind: 'code', language, text }, next };
  const host = options
    .map((option) => /^host=([A-Za-z][A-Za-z0-9]*)$/.exec(option)?.[1])
    .find((name) => name !== undefined);
  return { block: { kind: 'run', host, text: text.trim() }, next };
}

function cellTexts(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function readTable(lines: readonly string[], at: number): Read | undefined {
  const head = lines[at] ?? '';
  const under = lines[at + 1] ?? '';
  if (!tableLine.test(head) || !tableRule.test(under) || !under.includes('-')) return undefined;
  const aligns = cellTexts(under).map((cell): Cell['align'] =>
    cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : 'left',
  );
  if (cellTexts(head).length !== aligns.length) return undefined;
  const cells = (line: string) => {
    const texts = cellTexts(line);
    return aligns.map((align, i): Cell => ({ align, content: parseInline(texts[i] ?? '') }));
  };
  let next = at + 2;
  while (next < lines.length && tableLine.test(lines[next] ?? '') && (lines[next] ?? '').trim() !== '') next++;
  return { block: { kind: 'table', head: cells(head), rows: lines.slice(at + 2, next).map(cells) }, next };
}

function readNested(lines: readonly string[], at: number, depth: number): Read | undefined {
  if (depth >= deepest) return undefined;
  const line = lines[at] ?? '';
  if (quote.test(line)) {
    let next = at;
    while (next < lines.length && quote.test(lines[next] ?? '')) next++;
    const inner = lines.slice(at, next).map((each) => quote.exec(each)?.[1] ?? '');
    return { block: { kind: 'quote', blocks: blocksOf(inner, depth + 1) }, next };
  }
  return readList(lines, at, depth);
}

function readList(lines: readonly string[], at: number, depth: number): Read | undefined {
  const first = numbered.exec(lines[at] ?? '') ?? bullet.exec(lines[at] ?? '');
  if (!first) return undefined;
  const ordered = /\d/.test(first[2] ?? '');
  const pattern = ordered ? numbered : bullet;
  const items: Block[][] = [];
  let next = at;
  while (next < lines.length) {
    const opening = pattern.exec(lines[next] ?? '');
    if (!opening || rule.test(lines[next] ?? '')) break;
    const indent =
      (opening[1] ?? '').length +
      (opening[2] ?? '').length +
      (ordered ? 1 : 0) +
      Math.min((opening[3] ?? '').length, 4);
    const own = [opening[4] ?? ''];
    next++;
    for (; next < lines.length; next++) {
      const line = lines[next] ?? '';
      if (line.trim() === '') {
        // A blank line belongs to the item only when something of it follows.
        if (indentOf(lines[next + 1] ?? '') < indent) break;
        own.push('');
      } else if (indentOf(line) >= indent) own.push(line.slice(indent));
      else if (own.at(-1) === '' || endsParagraph(lines, next)) break;
      else own.push(line.trim());
    }
    items.push(blocksOf(own, depth + 1));
    let after = next;
    while (after < lines.length && (lines[after] ?? '').trim() === '') after++;
    if (after > next && pattern.test(lines[after] ?? '')) next = after;
  }
  return { block: { kind: 'list', ordered, start: ordered ? Number(first[2]) : 1, items }, next };
}

const indentOf = (line: string) => (line.trim() === '' ? 0 : line.length - line.trimStart().length);

/** Where a link may lead: the web, a mail, this page, this server. Never a script. */
const safeLink = /^(https?:\/\/|mailto:|#|\/(?!\/))/i;

/** Code, links, strong and emphasis of a line; a backslash before punctuation takes its meaning away. */
export function parseInline(text: string): Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') out.push({ kind: 'text', text: plain });
    plain = '';
  };
  let at = 0;
  while (at < text.length) {
    const found = readInline(text, at);
    if (found) {
      flush();
      out.push(found.inline);
      at = found.next;
    } else if (text[at] === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
    } else plain += text[at++];
  }
  flush();
  return out;
}

function readInline(text: string, at: number): { inline: Inline; next: number } | undefined {
  switch (text[at]) {
    case '`': {
      const ticks = /^`+/.exec(text.slice(at))?.[0] ?? '`';
      const end = text.indexOf(ticks, at + ticks.length);
      if (end === -1) return undefined;
      const inner = text.slice(at + ticks.length, end);
      return { inline: { kind: 'code', text: inner.trim() === '' ? inner : inner.trim() }, next: end + ticks.length };
    }
    case '[': {
      const link = /^\[((?:\\.|[^\]\\])*)\]\(\s*<?([^\s)>]*)>?(?:\s+"[^"]*")?\s*\)/.exec(text.slice(at));
      if (!link || !safeLink.test(link[2] ?? '')) return undefined;
      const content = parseInline(link[1] ?? '');
      return { inline: { kind: 'link', href: link[2] ?? '', content }, next: at + link[0].length };
    }
    case '*':
    case '_': {
      const mark = text[at] ?? '*';
      const width = text[at + 1] === mark ? 2 : 1;
      // An underscore within a word (PACKET_IN, sw0_eth1) is a letter.
      if (mark === '_' && /\w/.test(text[at - 1] ?? '')) return undefined;
      const marks = mark.repeat(width);
      const end = closingOf(text, at + width, marks);
      if (end === -1) return undefined;
      const content = parseInline(text.slice(at + width, end));
      return { inline: { kind: width === 2 ? 'strong' : 'emphasis', content }, next: end + width };
    }
    default:
      return undefined;
  }
}

function closingOf(text: string, from: number, marks: string): number {
  if (/\s/.test(text[from] ?? ' ')) return -1;
  for (let end = text.indexOf(marks, from + 1); end !== -1; end = text.indexOf(marks, end + 1)) {
    // Of three marks in a row the first closes what is inside.
    if (marks.length === 2 && text[end + 2] === marks[0]) end++;
    const wordAfter = marks.startsWith('_') && /\w/.test(text[end + marks.length] ?? '');
    const doubled = marks.length === 1 && (text[end + 1] === marks || text[end - 1] === marks);
    if (!/\s/.test(text[end - 1] ?? ' ') && !wordAfter && !doubled) return end;
  }
  return -1;
}
