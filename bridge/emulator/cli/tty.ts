import type { Scheduler } from '../../determinism/scheduler.ts';
import type { OutputStream } from '../program/program.ts';
import type { TerminalLine } from '../terminal.ts';
import type { History } from './history.ts';
import { Keyboard } from './keyboard.ts';
import { type Key, KeyDecoder } from './keys.ts';
import { type Completer, LineEditor } from './line-editor.ts';
import { BackgroundOutput, terminalLines } from './output.ts';

/** What a foreground task runs with. */
export interface Foreground {
  readonly stdin: Keyboard;
  readonly stdout: OutputStream;
  /** Ctrl-C, or the terminal is gone. */
  readonly interrupted: AbortSignal;
  /** It did not end when it was told to: whatever it still does goes nowhere. */
  readonly killed: AbortSignal;
  readonly columns: number;
}

interface OpenPrompt {
  readonly editor: LineEditor;
  readonly finish: (line: string | undefined) => void;
}

/** Not yet taken by the terminal; who writes without waiting for it loses what is beyond. */
const waitingLimit = 1024 * 1024;
/** From the first Ctrl-C to the one that does not wait for last words any more. */
const patienceUs = 1_000_000;

/**
 * The discipline of one terminal (EC4–EC8): a prompt with its editor, or a program with the keyboard; between them the typed
 * ahead; and what runs in the background and prints above the prompt.
 */
export class Tty {
  readonly #line: TerminalLine;
  readonly #scheduler: Scheduler;
  readonly #decoder = new KeyDecoder();
  readonly keyboard: Keyboard;
  readonly #hungUp = new AbortController();
  #editor: OpenPrompt | undefined;
  #program: { readonly interrupt: AbortController; readonly kill: AbortController } | undefined;
  #interruptedAtUs: number | undefined;
  /** Ctrl-C came while neither a prompt nor a program was there. */
  #wasInterrupted = false;
  #isAtLineStart = true;
  #waiting = 0;
  #isDraining = false;
  #dropped = 0;
  readonly #drainers = new Set<() => void>();

  constructor(line: TerminalLine, scheduler: Scheduler) {
    this.#line = line;
    this.#scheduler = scheduler;
    this.keyboard = new Keyboard((text) => this.#put(text));
    line.onInput((data) => this.#input(data));
    line.onResize(() => this.#editor?.editor.refresh());
  }

  /** Aborted once the terminal is gone. */
  get hungUp(): AbortSignal {
    return this.#hungUp.signal;
  }
  get size(): TerminalLine['size'] {
    return this.#line.size;
  }

  /** A line, without its end; undefined at the end of input. Ctrl-C gives an empty one. */
  readLine(prompt: string, history: History, complete?: Completer): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.hungUp.aborted) {
        resolve(undefined);
        return;
      }
      this.#freshLine();
      this.#wasInterrupted = false;
      const { keys, dropped } = this.keyboard.take();
      if (dropped > 0) this.#put(`(${dropped} characters that were typed ahead are lost: there were too many)\n`);
      const write = (text: string) => this.#send(text);
      const editor = new LineEditor({ prompt, history, complete, write, size: () => this.#line.size });
      this.#editor = {
        editor,
        finish: (line) => {
          this.#editor = undefined;
          this.#send('\x1b[?2004l');
          // Entering a line moves to the next row; the end of input leaves the cursor where it is.
          this.#isAtLineStart = line !== undefined;
          resolve(line);
        },
      };
      this.#send('\x1b[?2004h');
      this.#press(keys);
      this.#editor?.editor.refresh();
    });
  }

  /** Runs `task` with the keyboard; undefined when it was given up. */
  async foreground<T>(task: (foreground: Foreground) => Promise<T>): Promise<T | undefined> {
    const interrupt = new AbortController();
    const kill = new AbortController();
    const program = { interrupt, kill };
    this.#program = program;
    this.#interruptedAtUs = undefined;
    if (this.#wasInterrupted || this.hungUp.aborted) this.#interrupt();
    const stdout: OutputStream = {
      write: (data) => {
        if (!kill.signal.aborted) this.write(data);
      },
      drained: () => (kill.signal.aborted ? Promise.resolve() : this.drained()),
    };
    const given = new Promise<undefined>((resolve) => {
      kill.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      return await Promise.race([
        task({
          stdin: this.keyboard,
          stdout,
          interrupted: interrupt.signal,
          killed: kill.signal,
          columns: this.size.cols,
        }),
        given,
      ]);
    } finally {
      if (this.#program === program) this.#program = undefined;
      // Nothing of it must reach the prompt, nor take a line that is typed there.
      kill.abort();
    }
  }

  /** Output to the screen: \n ends a line. Above the prompt, when there is one. */
  write(data: string | Uint8Array): void {
    if (data.length === 0) return;
    if (this.#waiting > waitingLimit) {
      this.#dropped += data.length;
      return;
    }
    const editor = this.#editor?.editor;
    editor?.hide();
    this.#put(data);
    if (editor === undefined) return;
    this.#freshLine();
    editor.refresh();
  }

  /** Resolves when the terminal keeps up, or is gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.hungUp.aborted) {
        resolve();
        return;
      }
      this.#drainers.add(resolve);
      void this.#line.drained().then(() => {
        this.#drainers.delete(resolve);
        resolve();
      });
    });
  }

  /** For a program in the background: whole lines, so that they do not tear the prompt apart. */
  background(): BackgroundOutput {
    return new BackgroundOutput({ write: (data) => this.write(data), drained: () => this.drained() });
  }

  /** As Ctrl-C. */
  interrupt(): void {
    this.#press([{ kind: 'press', name: 'ctrl-c' }]);
  }

  /** The terminal is gone: the prompt ends, and what runs is told and not waited for. Idempotent. */
  hangUp(): void {
    this.#hungUp.abort();
    for (const resolve of this.#drainers) resolve();
    this.#drainers.clear();
    this.#editor?.finish(undefined);
    this.#program?.interrupt.abort();
    this.#program?.kill.abort();
  }

  #input(data: Uint8Array): void {
    if (this.hungUp.aborted) return;
    this.#press(this.#decoder.push(data));
    this.#editor?.editor.refresh();
  }

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      if (this.#editor !== undefined) this.#pressAtPrompt(this.#editor, key);
      else if (key.kind === 'press' && (key.name === 'ctrl-c' || key.name === 'ctrl-\\')) this.#interruptedBy(key.name);
      else if (key.kind === 'press' && key.name === 'ctrl-z') {
        if (this.#program !== undefined)
          this.#put('^Z(programs are not stopped here: Ctrl-C ends one, & starts one behind)\n');
      } else this.keyboard.press(key, this.#program !== undefined);
    }
  }

  #pressAtPrompt({ editor, finish }: OpenPrompt, key: Key): void {
    const result = editor.press(key);
    if (result === 'entered') finish(editor.text);
    else if (result === 'given up') finish('');
    else if (result === 'ended') finish(undefined);
  }

  #interruptedBy(name: string): void {
    this.keyboard.flush();
    if (this.#program === undefined) {
      this.#wasInterrupted = true;
      return;
    }
    this.#put(name === 'ctrl-c' ? '^C' : '^\\');
    const nowUs = this.#scheduler.nowUs();
    const isOutOfPatience = this.#interruptedAtUs !== undefined && nowUs - this.#interruptedAtUs >= patienceUs;
    if (isOutOfPatience || name === 'ctrl-\\') {
      this.#put('\n(it did not end when it was told to, and goes on unseen)\n');
      this.#program.interrupt.abort();
      this.#program.kill.abort();
    } else this.#interrupt();
  }

  #interrupt(): void {
    this.#wasInterrupted = false;
    this.#interruptedAtUs ??= this.#scheduler.nowUs();
    this.#program?.interrupt.abort();
  }

  /** Ends a line that a program left open: a prompt starts in the first column. */
  #freshLine(): void {
    if (!this.#isAtLineStart) this.#put('\n');
  }

  #put(data: string | Uint8Array): void {
    if (data.length === 0) return;
    const last = typeof data === 'string' ? data.charCodeAt(data.length - 1) : data[data.length - 1];
    this.#isAtLineStart = last === 0x0a;
    this.#send(terminalLines(data));
  }

  #send(data: string | Uint8Array): void {
    if (this.hungUp.aborted) return;
    this.#waiting += data.length;
    this.#line.write(data);
    if (this.#isDraining) return;
    this.#isDraining = true;
    void this.#line.drained().then(() => {
      this.#isDraining = false;
      this.#waiting = 0;
      const dropped = this.#dropped;
      this.#dropped = 0;
      if (dropped > 0) this.write(`\n(${dropped} bytes of output are not shown: the terminal did not keep up)\n`);
    });
  }
}
