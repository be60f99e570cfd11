import { charStart, textWidth } from './char-width.ts';
import type { Key } from './keys.ts';
import { lineLimit } from './line-buffer.ts';

/** Where a process reads from: the keyboard, a file, a pipe. */
export interface InputSource {
  /** The next line or piece; undefined at the end of the input, or once `gone` is aborted: then it takes nothing. */
  read(gone: AbortSignal): Promise<Uint8Array | undefined>;
}

interface TypedLine {
  /** As they would be pressed at a prompt, without the Enter. */
  readonly keys: Key[];
  text: string;
  isEchoed: boolean;
  end: 'enter' | 'end of input' | undefined;
}
interface Reader {
  readonly take: (line: TypedLine) => void;
  readonly giveUp: () => void;
}

/** Characters that are kept for who reads next. */
const aheadLimit = 1024 * 1024;
const aheadLines = 10_000;

const newLine = (): TypedLine => ({ keys: [], text: '', isEchoed: true, end: undefined });

/**
 * What is typed while no prompt is there (EC4): lines with echo, Backspace, Ctrl-W and Ctrl-U, for the program that reads, or
 * for the next prompt.
 */
export class Keyboard implements InputSource {
  readonly #echo: (text: string) => void;
  #lines: TypedLine[] = [];
  #line = newLine();
  #readers: Reader[] = [];
  #chars = 0;
  #dropped = 0;
  isEchoing = true;

  constructor(echo: (text: string) => void) {
    this.#echo = echo;
  }

  /** `isShown`: echoed now; else when it is read, or at the prompt. */
  press(key: Key, isShown: boolean): void {
    const line = this.#line;
    if (!isShown) line.isEchoed = false;
    else if (!line.isEchoed) {
      line.isEchoed = true;
      this.#show(line.text);
    }
    if (key.kind === 'text') this.#insert(key.text, key);
    else if (key.kind === 'enter') this.#end('enter', '\n');
    else if (key.name === 'tab') this.#insert('\t', key);
    else if (key.name === 'backspace') this.#erase(charStart(line.text, line.text.length));
    else if (key.name === 'ctrl-u') this.#erase(0);
    else if (key.name === 'ctrl-w') this.#erase(line.text.trimEnd().lastIndexOf(' ') + 1);
    else if (key.name === 'ctrl-d') this.#end('end of input', '');
    else if (line.keys.length < lineLimit) line.keys.push(key);
  }

  read(gone: AbortSignal): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      if (gone.aborted) {
        resolve(undefined);
        return;
      }
      const reader: Reader = {
        take: (line) => {
          gone.removeEventListener('abort', reader.giveUp);
          if (!line.isEchoed) this.#show(line.text + (line.end === 'enter' ? '\n' : ''));
          const text = line.end === 'enter' ? `${line.text}\n` : line.text;
          resolve(text === '' ? undefined : new TextEncoder().encode(text));
        },
        giveUp: () => {
          this.#readers = this.#readers.filter((other) => other !== reader);
          resolve(undefined);
        },
      };
      gone.addEventListener('abort', reader.giveUp, { once: true });
      this.#readers.push(reader);
      this.#serve();
    });
  }

  /** Forgets what nobody has read: Ctrl-C does that. */
  flush(): void {
    this.#lines = [];
    this.#line = newLine();
    this.#chars = 0;
  }

  /** Hands over what nobody has read, for a prompt; `dropped` characters did not fit. */
  take(): { readonly keys: readonly Key[]; readonly dropped: number } {
    const keys: Key[] = [];
    for (const line of [...this.#lines, this.#line]) {
      for (const key of line.keys) keys.push(key);
      if (line.end === 'enter') keys.push({ kind: 'enter' });
    }
    this.flush();
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { keys, dropped };
  }

  #insert(text: string, key: Key): void {
    const line = this.#line;
    const room = Math.min(lineLimit - line.text.length, aheadLimit - this.#chars);
    if (text.length > room) {
      this.#dropped += text.length;
      return;
    }
    line.text += text;
    this.#chars += text.length;
    line.keys.push(key);
    if (line.isEchoed) this.#show(text);
  }

  /** The line keeps its characters up to `length`; the keys that were no characters go. */
  #erase(length: number): void {
    const line = this.#line;
    const erased = line.text.slice(length);
    line.text = line.text.slice(0, length);
    line.keys.length = 0;
    if (line.text !== '') line.keys.push({ kind: 'text', text: line.text });
    this.#chars -= erased.length;
    if (line.isEchoed && this.isEchoing) this.#echo('\b \b'.repeat(textWidth(erased)));
  }

  #end(end: 'enter' | 'end of input', echo: string): void {
    if (this.#lines.length >= aheadLines) {
      this.#dropped++;
      return;
    }
    this.#line.end = end;
    if (this.#line.isEchoed) this.#show(echo);
    this.#lines.push(this.#line);
    this.#line = newLine();
    this.#serve();
  }

  #serve(): void {
    while (this.#readers.length > 0 && this.#lines.length > 0) {
      const line = this.#lines.shift();
      if (line === undefined) return;
      this.#chars -= line.text.length;
      this.#readers.shift()?.take(line);
    }
  }

  #show(text: string): void {
    if (this.isEchoing && text !== '') this.#echo(text);
  }
}
