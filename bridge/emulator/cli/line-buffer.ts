import { charEnd, charStart } from './char-width.ts';

/** Of one line, in UTF-16 code units. */
export const lineLimit = 65_536;

/** A line of text that is edited, and what was cut from it last. The cursor stands before the character at its index. */
export class LineBuffer {
  #text = '';
  #cursor = 0;
  #killed = '';
  #kills: 'forward' | 'backward' | undefined;

  get text(): string {
    return this.#text;
  }
  get cursor(): number {
    return this.#cursor;
  }

  set(text: string, cursor = text.length): void {
    this.#text = text;
    this.#cursor = cursor;
    this.#kills = undefined;
  }

  /** False when it did not fit: the line has its limit, and the rest was left out. */
  insert(text: string): boolean {
    let room = Math.max(0, lineLimit - this.#text.length);
    if (room < text.length && (text.charCodeAt(room) & 0xfc00) === 0xdc00) room--;
    const fitting = text.slice(0, Math.max(0, room));
    this.#replace(this.#cursor, this.#cursor, fitting);
    return fitting.length === text.length;
  }

  home(): void {
    this.#move(0);
  }
  end(): void {
    this.#move(this.#text.length);
  }
  left(): void {
    this.#move(charStart(this.#text, this.#cursor));
  }
  right(): void {
    if (this.#cursor < this.#text.length) this.#move(charEnd(this.#text, this.#cursor));
  }
  wordLeft(): void {
    this.#move(this.#wordStart(isWordChar));
  }
  wordRight(): void {
    this.#move(this.#wordEnd());
  }

  backspace(): void {
    this.#replace(charStart(this.#text, this.#cursor), this.#cursor, '');
  }
  delete(): void {
    if (this.#cursor < this.#text.length) this.#replace(this.#cursor, charEnd(this.#text, this.#cursor), '');
  }

  killToEnd(): void {
    this.#kill(this.#cursor, this.#text.length, 'forward');
  }
  killToStart(): void {
    this.#kill(0, this.#cursor, 'backward');
  }
  killWordRight(): void {
    this.#kill(this.#cursor, this.#wordEnd(), 'forward');
  }
  killWordLeft(): void {
    this.#kill(this.#wordStart(isWordChar), this.#cursor, 'backward');
  }
  /** Back to the blank before, as Ctrl-W does. */
  killBlankWordLeft(): void {
    this.#kill(this.#wordStart(isNotBlank), this.#cursor, 'backward');
  }
  yank(): boolean {
    return this.insert(this.#killed);
  }

  #move(cursor: number): void {
    this.#cursor = cursor;
    this.#kills = undefined;
  }

  #replace(from: number, to: number, text: string): void {
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    this.#cursor = from + text.length;
    this.#kills = undefined;
  }

  /** What is cut one after the other, in one direction, is pasted as one. */
  #kill(from: number, to: number, direction: 'forward' | 'backward'): void {
    const cut = this.#text.slice(from, to);
    const before = this.#kills === direction ? this.#killed : '';
    if (cut !== '') this.#killed = direction === 'forward' ? before + cut : cut + before;
    this.#replace(from, to, '');
    this.#kills = direction;
  }

  #wordStart(isPart: (char: string) => boolean): number {
    const before = [...this.#text.slice(0, this.#cursor)];
    let count = before.length;
    while (count > 0 && !isPart(before[count - 1] ?? '')) count--;
    while (count > 0 && isPart(before[count - 1] ?? '')) count--;
    return before.slice(0, count).join('').length;
  }

  #wordEnd(): number {
    const after = [...this.#text.slice(this.#cursor)];
    let count = 0;
    while (count < after.length && !isWordChar(after[count] ?? '')) count++;
    while (count < after.length && isWordChar(after[count] ?? '')) count++;
    return this.#cursor + after.slice(0, count).join('').length;
  }
}

/** A mark belongs to the word of what it stands on. */
const isWordChar = (char: string): boolean => /[\p{L}\p{N}\p{M}]/u.test(char);
const isNotBlank = (char: string): boolean => char !== ' ';
