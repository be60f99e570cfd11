/** What a program in a terminal needs to start; `argv[0]` is the program, no shell is involved. */
export interface PtyCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}
export interface PtySize {
  readonly cols: number;
  readonly rows: number;
}
export interface PtyExit {
  readonly exitCode: number | null;
  /** SIGSEGV and the like. */
  readonly signal: string | null;
}
/** A program in a pseudo-terminal. Listeners have one owner: the terminal (or runtime) that opened it. */
export interface Pty {
  readonly pid: number;
  onData(listener: (data: Uint8Array) => void): void;
  /** After the last byte of output was delivered. */
  onExit(listener: (exit: PtyExit) => void): void;
  write(data: Uint8Array | string): void;
  resize(size: PtySize): void;
  pause(): void;
  resume(): void;
  /** Signals the whole process group. */
  kill(signal: NodeJS.Signals): void;
}
