import { SerializeAddon } from '@xterm/addon-serialize';
import xterm from '@xterm/headless';
import type { PtySize } from './pty.ts';
import { unfinishedSequence } from './sequences.ts';

const scrollbackLines = 5000;
/** A cell takes twelve bytes: 12 MB at most, however wide the terminal is made. */
const scrollbackCells = 1_000_000;
/** Above a screen of the past. */
const recentLines = 100;

/**
 * The exact screen of a terminal, kept by a headless xterm (TERM5). It parses behind the stream, a few milliseconds at
 * a time: what it has not parsed yet is at hand as bytes, so a screen and the output that follows always fit together.
 */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #serializer = new SerializeAddon();
  readonly #above: 'all' | 'recent';
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #unfinished: Uint8Array = new Uint8Array(0);
  #drawn: string | undefined;

  /** `recent`: keeps only the latest lines above. */
  constructor(size: PtySize, above: 'all' | 'recent' = 'all') {
    this.#above = above;
    this.#terminal = new xterm.Terminal({
      ...size,
      scrollback: this.#linesAbove(size),
      allowProposedApi: true,
      // It would print what it cannot parse, and a program may write anything.
      logLevel: 'off',
    });
    this.#terminal.loadAddon(this.#serializer);
  }

  get size(): PtySize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }
  /** Bytes written and not parsed yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }
  get cursorColumn(): number {
    return this.#terminal.buffer.active.cursorX;
  }
  get showsAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  /** Whole UTF-8 sequences only. `parsed` is called when the screen shows them. */
  write(batch: Uint8Array, parsed: () => void): void {
    this.#waiting.push(batch);
    this.#waitingBytes += batch.length;
    this.#terminal.write(batch, () => {
      this.#waiting.shift();
      this.#waitingBytes -= batch.length;
      this.#unfinished = unfinishedSequence(this.#unfinished, batch);
      this.#drawn = undefined;
      parsed();
    });
  }

  /** Calls back when everything written so far is parsed. */
  whenParsed(then: () => void): void {
    if (this.#waiting.length === 0) then();
    else this.#terminal.write('', then);
  }

  /** An escape sequence that draws what was written so far; what is written later continues it exactly. */
  draw(): string {
    this.#drawn ??= this.#serializer.serialize();
    return this.#drawn + Buffer.concat([this.#unfinished, ...this.#waiting]).toString('utf8');
  }

  /** Draws what is parsed, with the latest lines above it only: cheap enough to be done often. */
  drawRecent(): string {
    return this.#serializer.serialize({ scrollback: recentLines }) + Buffer.from(this.#unfinished).toString('utf8');
  }

  resize(size: PtySize): void {
    this.#terminal.options.scrollback = this.#linesAbove(size);
    this.#terminal.resize(size.cols, size.rows);
    this.#drawn = undefined;
  }

  /** The line of the cursor up to the cursor, with the lines that wrapped into it. */
  cursorLine(): string {
    const buffer = this.#terminal.buffer.active;
    let row = buffer.baseY + buffer.cursorY;
    let text = buffer.getLine(row)?.translateToString(false, 0, buffer.cursorX) ?? '';
    while (buffer.getLine(row)?.isWrapped) {
      row -= 1;
      text = (buffer.getLine(row)?.translateToString(false) ?? '') + text;
    }
    return text;
  }

  /** Everything as plain text, scrollback included; lines that wrapped are whole, blank lines at the end are left out. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      const goesOn = buffer.getLine(row + 1)?.isWrapped ?? false;
      const text = line?.translateToString(!goesOn) ?? '';
      if (line?.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }

  /** Answers of the terminal to questions of the program (cursor position, kind of terminal). */
  onAnswer(listener: (data: string) => void): void {
    this.#terminal.onData(listener);
  }

  close(): void {
    this.#terminal.dispose();
  }

  #linesAbove(size: PtySize): number {
    return this.#above === 'recent' ? recentLines : linesAbove(size);
  }
}

function linesAbove({ cols }: PtySize): number {
  return Math.min(scrollbackLines, Math.floor(scrollbackCells / cols));
}
