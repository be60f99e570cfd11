import { charStart, charWidth, textWidth } from './char-width.ts';

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

interface Layout {
  /** As the terminal breaks the text; behind a full row there is one more. */
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorCol: number;
}

/** How a terminal of `cols` columns breaks `text`, and where the character at index `cursor` stands. */
export function layOut(text: string, cursor: number, cols: number): Layout {
  const rows: string[] = [];
  let col = 0;
  let start = 0;
  let at = 0;
  let cursorRow = 0;
  let cursorCol = 0;
  const wrap = () => {
    rows.push(text.slice(start, at));
    start = at;
    col = 0;
  };
  for (const char of text) {
    const width = charWidth(char.codePointAt(0) ?? 0);
    if (col + width > cols) wrap();
    if (at === cursor) {
      cursorRow = rows.length;
      // Before a mark on the last character of a row there is no place of its own.
      cursorCol = Math.min(col, cols - 1);
    }
    col += width;
    at += char.length;
  }
  if (col >= cols) wrap();
  if (cursor >= text.length) {
    cursorRow = rows.length;
    cursorCol = col;
  }
  rows.push(text.slice(start));
  return { rows, cursorRow, cursorCol };
}

/**
 * The edited line on the screen (EC3): says what to write so that the terminal shows it. A line that is taller than the screen
 * is shown around the cursor.
 */
export class LineView {
  #shown: readonly string[] = [];
  #top = 0;
  /** Where the cursor is, counted from the first row shown; the column is undefined when that is not known. */
  #row = 0;
  #col: number | undefined = 0;
  #cols = 0;
  #height = 0;

  /** From what is shown to this text with the cursor before its character at index `cursor`. */
  draw(text: string, cursor: number, size: Size): string {
    // A terminal has two columns at least, or a wide character would have no place.
    const cols = Math.max(2, size.cols);
    const { rows, cursorRow, cursorCol } = layOut(text, cursor, cols);
    const height = Math.max(1, size.rows);
    let out = '';
    if (cols !== this.#cols || height !== this.#height) {
      // A terminal leaves the rows of the cursor's line as they are when it gets another size.
      out += this.erase();
      this.#cols = cols;
      this.#height = height;
    }
    if (rows.length <= height) this.#top = 0;
    else this.#top = Math.min(Math.max(this.#top, cursorRow - height + 1), cursorRow, rows.length - height);
    out += this.#rewrite(rows.slice(this.#top, this.#top + height), cols);
    return out + this.#moveTo(cursorRow - this.#top, cursorCol);
  }

  /** Takes the line off the screen; the cursor stands where it started. */
  erase(): string {
    const out = this.#shown.length === 0 ? '' : `${this.#moveTo(0, undefined)}\r\x1b[J`;
    this.forget();
    return out;
  }

  /** Moves behind the line, so that output can follow on the next row. */
  leave(): string {
    const last = this.#shown.length - 1;
    const row = this.#shown[last] ?? '';
    const isBlank = row === '' && last > 0;
    const out = isBlank ? this.#moveTo(last, 0) : `${this.#moveTo(Math.max(0, last), textWidth(row))}\r\n`;
    this.forget();
    return out;
  }

  /** The next line starts where the cursor is. */
  forget(): void {
    this.#shown = [];
    this.#top = 0;
    this.#row = 0;
    this.#col = 0;
  }

  #rewrite(rows: readonly string[], cols: number): string {
    const before = this.#shown;
    let first = 0;
    while (first < rows.length && first < before.length && rows[first] === before[first]) first++;
    if (first === rows.length && first === before.length) return '';
    this.#shown = rows;
    if (first >= rows.length) return `${this.#moveTo(first, 0)}\x1b[J`;
    // A row that was not there yet comes into being when the one before it overflows.
    if (first > 0 && first >= before.length) first--;
    const previous = rows[first - 1] ?? '';
    const isShortened = before.length > first + 1;
    let kept = commonStart(before[first] ?? '', rows[first] ?? '');
    let from = first;
    let out = this.#moveTo(first, textWidth(kept));
    if (isShortened || (before[first] ?? '') !== kept) {
      out += '\x1b[J';
      // A row that is erased from its start does not continue the one before it any more, until that overflows again.
      if (first > 0 && kept === '') {
        from = first - 1;
        kept = previous.slice(0, charStart(previous, previous.length));
        out += this.#moveTo(from, textWidth(kept));
      }
    }
    out += (rows[from] ?? '').slice(kept.length) + rows.slice(from + 1).join('');
    const last = rows.length - 1;
    const lastRow = rows[last] ?? '';
    this.#row = last;
    this.#col = textWidth(lastRow);
    // Behind a full row the cursor waits in its last column: a blank takes it to the next.
    if (lastRow === '' && last > from) out += ' \r';
    else if (this.#col >= cols) this.#col = undefined;
    return out;
  }

  #moveTo(row: number, col: number | undefined): string {
    let out = '';
    if (row < this.#row) out += `\x1b[${this.#row - row}A`;
    if (row > this.#row) out += `\x1b[${row - this.#row}B`;
    if (col !== undefined && (col !== this.#col || (out !== '' && col >= this.#cols)))
      out += col === 0 ? '\r' : `\r\x1b[${col}C`;
    this.#row = row;
    if (col !== undefined) this.#col = col;
    return out;
  }
}

/** The start that both have, up to a character that has no marks on it in either. */
function commonStart(a: string, b: string): string {
  let end = 0;
  while (end < a.length && end < b.length && a[end] === b[end]) end++;
  const startsInside = (text: string): boolean => {
    const code = text.charCodeAt(end);
    return end < text.length && ((code & 0xfc00) === 0xdc00 || charWidth(text.codePointAt(end) ?? 0) === 0);
  };
  while (end > 0 && (startsInside(a) || startsInside(b))) end--;
  return a.slice(0, end);
}
