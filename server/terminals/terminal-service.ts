import type { TerminalScreen } from '../contract/events.ts';
import type { PastScreen } from '../contract/moments.ts';
import type { TerminalInfo } from '../contract/status.ts';
import type { Pty, PtyExit, PtySize } from './pty.ts';

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
  /** What a person saw at a moment (Unix milliseconds) of the latest mebibyte of output. */
  screenAt(atMs: number): Promise<PastScreen>;
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
