import { inColumns } from './columns.ts';
import type { History } from './history.ts';
import type { Key } from './keys.ts';
import { LineBuffer, lineLimit } from './line-buffer.ts';
import { LineView, type Size } from './line-view.ts';

/** What the word before the cursor may become; `from` is where it starts. */
export type Completer = (before: string) => { readonly from: number; readonly candidates: readonly string[] };

export interface LineEditorOptions {
  readonly prompt: string;
  readonly size: () => Size;
  readonly write: (text: string) => void;
  readonly history: History;
  readonly complete?: Completer | undefined;
}

/** What has become of the line: it is entered, given up (Ctrl-C) or nothing more comes (Ctrl-D). */
export type LineResult = 'editing' | 'entered' | 'given up' | 'ended';

const listedLimit = 200;

/** A prompt and the line behind it, edited as readline does it (EC2). What was pressed shows at the next `refresh`. */
export class LineEditor {
  readonly #options: LineEditorOptions;
  readonly #buffer = new LineBuffer();
  readonly #view = new LineView();
  /** Where in the history the line is from; its length when it is new. */
  #at: number;
  /** Lines of the history as they were changed, and the new one, until one is entered. */
  readonly #drafts = new Map<number, string>();
  #search: { query: string; at: number | undefined; readonly before: string; readonly cursor: number } | undefined;
  #tabs = 0;
  #wasCut = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#at = options.history.lines.length;
  }

  get text(): string {
    return this.#buffer.text;
  }
  get cursor(): number {
    return this.#buffer.cursor;
  }

  press(key: Key): LineResult {
    const tabs = this.#tabs;
    this.#tabs = 0;
    if (this.#search !== undefined && this.#searched(key)) return 'editing';
    if (key.kind === 'text') this.#insert(key.text);
    else if (key.kind === 'enter') return this.#leave('entered');
    else if (key.name === 'tab') this.#complete(tabs);
    else if (key.name === 'ctrl-c') return this.#leave('given up');
    else if (key.name === 'ctrl-d' && this.#buffer.text === '') return this.#leave('ended');
    else this.#edit(key.name);
    return 'editing';
  }

  /** Brings the screen to what the line is now. */
  refresh(): void {
    this.#write(this.#view.draw(...this.#line(), this.#options.size()));
  }

  /** Takes the line off the screen, for output above it; `refresh` brings it back. */
  hide(): void {
    this.#write(this.#view.erase());
  }

  #write(text: string): void {
    if (text !== '') this.#options.write(text);
  }

  #line(): [text: string, cursor: number] {
    const { text, cursor } = this.#buffer;
    const search = this.#search;
    if (search === undefined) return [this.#options.prompt + text, this.#options.prompt.length + cursor];
    const isFailing = search.at === undefined && search.query !== '';
    const prompt = `(${isFailing ? 'failed ' : ''}reverse-i-search)\`${search.query}': `;
    return [prompt + text, prompt.length + cursor];
  }

  #leave(result: 'entered' | 'given up' | 'ended'): LineResult {
    this.#buffer.end();
    this.refresh();
    if (result === 'given up') {
      this.#write('^C');
      // Behind a full row the ^C is on a row that the view knows already; elsewhere it may have made one.
      this.#view.forget();
      this.#write('\r\n');
    } else if (result === 'entered') this.#write(this.#view.leave());
    if (result !== 'ended' && this.#wasCut) this.#write(`(the line was cut: it holds ${lineLimit} characters)\r\n`);
    return result;
  }

  #insert(text: string): void {
    if (!this.#buffer.insert(text)) this.#wasCut = true;
  }

  #edit(name: string): void {
    const buffer = this.#buffer;
    if (name === 'home' || name === 'ctrl-a') buffer.home();
    else if (name === 'end' || name === 'ctrl-e') buffer.end();
    else if (name === 'left' || name === 'ctrl-b') buffer.left();
    else if (name === 'right' || name === 'ctrl-f') buffer.right();
    else if (name === 'alt-b') buffer.wordLeft();
    else if (name === 'alt-f') buffer.wordRight();
    else if (name === 'backspace') buffer.backspace();
    else if (name === 'delete' || name === 'ctrl-d') buffer.delete();
    else if (name === 'ctrl-k') buffer.killToEnd();
    else if (name === 'ctrl-u') buffer.killToStart();
    else if (name === 'ctrl-w') buffer.killBlankWordLeft();
    else if (name === 'alt-d') buffer.killWordRight();
    else if (name === 'alt-backspace') buffer.killWordLeft();
    else if (name === 'ctrl-y') {
      if (!buffer.yank()) this.#wasCut = true;
    } else if (name === 'up' || name === 'ctrl-p') this.#recall(this.#at - 1);
    else if (name === 'down' || name === 'ctrl-n') this.#recall(this.#at + 1);
    else if (name === 'ctrl-l') {
      this.#write('\x1b[H\x1b[2J');
      this.#view.forget();
    } else if (name === 'ctrl-r') {
      const { text, cursor } = buffer;
      this.#search = { query: '', at: undefined, before: text, cursor };
    }
  }

  #recall(at: number): void {
    const { lines } = this.#options.history;
    if (at < 0 || at > lines.length) return;
    this.#drafts.set(this.#at, this.#buffer.text);
    this.#at = at;
    this.#buffer.set(this.#drafts.get(at) ?? lines[at] ?? '');
  }

  /** A key during Ctrl-R; false when it ends the search and is then to be pressed as any other. */
  #searched(key: Key): boolean {
    const search = this.#search;
    if (search === undefined) return false;
    const { history } = this.#options;
    if (key.kind === 'text') this.#find(search.query + key.text, search.at ?? history.lines.length - 1);
    else if (key.kind === 'press' && key.name === 'ctrl-r')
      this.#find(search.query, search.query === '' ? history.lines.length - 1 : (search.at ?? 0) - 1);
    else if (key.kind === 'press' && key.name === 'backspace')
      this.#find([...search.query].slice(0, -1).join(''), history.lines.length - 1);
    else if (key.kind === 'press' && (key.name === 'ctrl-g' || key.name === 'ctrl-c')) {
      this.#buffer.set(search.before, search.cursor);
      this.#search = undefined;
      return key.name === 'ctrl-g';
    } else {
      this.#search = undefined;
      return false;
    }
    return true;
  }

  #find(query: string, from: number): void {
    const search = this.#search;
    if (search === undefined || query.length > lineLimit) return;
    search.query = query;
    if (query === '') return;
    const at = this.#options.history.find(query, from);
    search.at = at ?? search.at;
    if (at === undefined) {
      this.#write('\x07');
      return;
    }
    const line = this.#options.history.lines[at] ?? '';
    this.#at = at;
    this.#buffer.set(line, line.indexOf(query));
  }

  #complete(tabs: number): void {
    const before = this.#buffer.text.slice(0, this.#buffer.cursor);
    const { from, candidates } = this.#options.complete?.(before) ?? { from: before.length, candidates: [] };
    const word = before.slice(from);
    const [first] = candidates;
    if (first === undefined) {
      this.#write('\x07');
      return;
    }
    const common = candidates.length === 1 ? `${first} ` : commonStart(candidates);
    if (common.length > word.length && common.startsWith(word)) this.#insert(common.slice(word.length));
    else if (tabs === 0) {
      this.#tabs = 1;
      this.#write('\x07');
    } else this.#list(candidates);
  }

  #list(candidates: readonly string[]): void {
    const { cols } = this.#options.size();
    const shown = inColumns(candidates.slice(0, listedLimit), Math.max(1, cols - 1));
    if (candidates.length > listedLimit) shown.push(`(and ${candidates.length - listedLimit} more)`);
    const cursor = this.#buffer.cursor;
    this.#buffer.end();
    this.refresh();
    this.#buffer.set(this.#buffer.text, cursor);
    this.#write(`${this.#view.leave()}${shown.join('\r\n')}\r\n`);
  }
}

function commonStart(words: readonly string[]): string {
  let start = words[0] ?? '';
  for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
  return start;
}
