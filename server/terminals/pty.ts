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
/**
 * A terminal's far side, as a pseudo-terminal gives it: a program, or the command line of an emulated network. Listeners
 * have one owner: the terminal (or runtime) that opened it.
 */
export interface Pty {
  onData(listener: (data: Uint8Array) => void): void;
  /** After the last byte of output was delivered. */
  onExit(listener: (exit: PtyExit) => void): void;
  /** In order and without loss; throws too-large when 1 MiB waits unread already. */
  write(data: Uint8Array | string): void;
  resize(size: PtySize): void;
  pause(): void;
  resume(): void;
  /** Signals the whole process group. */
  kill(signal: NodeJS.Signals): void;
}
/** A process of this machine in a pseudo-terminal of its kernel. */
export interface ProcessPty extends Pty {
  readonly pid: number;
}
