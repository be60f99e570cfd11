import type { TerminalScreen } from '../contract/events.ts';
import type { TerminalInfo } from '../contract/status.ts';
import type { Pty, PtyExit, PtySize } from './pty.ts';
import { ScreenTerminal } from './terminal.ts';

/** A page that looks at a terminal. Its credit is kept by the terminal: output stops at the high-water mark until `drawn`. */
export interface TerminalViewer {
  output(data: Uint8Array): void;
  screen(screen: TerminalScreen, reason: 'behind' | 'resized'): void;
}

export interface Terminal {
  readonly id: string;
  info(): TerminalInfo;
  /** Exact screen now; output follows from there. */
  join(viewer: TerminalViewer): TerminalScreen;
  leave(viewer: TerminalViewer): void;
  drawn(viewer: TerminalViewer, bytes: number): void;
  /** Throws too-large, terminal-ended. A viewer that types becomes the typist: the terminal takes its size. */
  write(data: Uint8Array, viewer?: TerminalViewer): void;
  resize(viewer: TerminalViewer, size: PtySize): void;
  /** What a person sees, as plain text, scrollback included; for tests and the checks. */
  text(): string;
  /** Replaces the program, which must have ended (a restarted router keeps its terminal and scrollback). */
  attach(pty: Pty): void;
  /** A line of Patchbay's own, dimmed, outside the program's output. */
  say(text: string): void;
  onExit(listener: (exit: PtyExit) => void): () => void;
  /** Ends the program (SIGHUP, then SIGKILL) and lets the viewers go. */
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly id: string;
  readonly title: string;
  readonly kind: TerminalInfo['kind'];
  /** Host name, for kind host. */
  readonly host?: string;
  /** Tested on the cursor's line up to the cursor: while it matches, the terminal is not busy. Without flags g and y. */
  readonly prompt: RegExp;
  /** Undefined: the program comes later, by `attach`. */
  readonly pty: Pty | undefined;
  /** 80 × 24 unless given. */
  readonly size?: PtySize;
}

/** The terminals of one lab. */
export interface Terminals {
  list(): TerminalInfo[];
  get(id: string): Terminal | undefined;
  add(options: TerminalOptions): Terminal;
  /** Ends the program; no effect for an unknown id. */
  remove(id: string): Promise<void>;
  /** Called when the list or a terminal's info changed. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** No terminals yet. */
export function createTerminals(): Terminals {
  return new LabTerminals();
}

class LabTerminals implements Terminals {
  readonly #terminals = new Map<string, ScreenTerminal>();
  readonly #listeners = new Set<() => void>();
  #telling = false;

  list(): TerminalInfo[] {
    return [...this.#terminals.values()].map((terminal) => terminal.info());
  }

  get(id: string): Terminal | undefined {
    return this.#terminals.get(id);
  }

  add(options: TerminalOptions): Terminal {
    if (this.#terminals.has(options.id)) throw new Error(`a terminal "${options.id}" exists already`);
    const terminal = new ScreenTerminal(options, () => this.#changed());
    this.#terminals.set(options.id, terminal);
    this.#changed();
    return terminal;
  }

  async remove(id: string): Promise<void> {
    const terminal = this.#terminals.get(id);
    if (terminal === undefined) return;
    this.#terminals.delete(id);
    this.#changed();
    await terminal.close();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const terminals = [...this.#terminals.values()];
    this.#terminals.clear();
    await Promise.all(terminals.map((terminal) => terminal.close()));
  }

  /** One call for everything that changed together, and outside of whatever changed it. */
  #changed(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}
