import { execClean } from './exec-clean.ts';
import { findProgram } from './find-program.ts';
import { KernelPty } from './kernel-pty.ts';
import { openPipes } from './pipe-pty.ts';

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

/** Where it could not be built there are none; of Windows' consoles it does not give what losing no output needs. */
const nodePty = process.platform === 'win32' ? undefined : await import('node-pty').catch(() => undefined);

/** Why programs run on pipes here; undefined where they have pseudo-terminals. */
export const noPtyNote =
  nodePty === undefined
    ? 'There are no pseudo-terminals here (node-pty is not built): a router is run on pipes, and may print late.'
    : undefined;

/**
 * Starts a program in a pseudo-terminal (TERM1–TERM4), or where there are none on pipes that look like one (TERM17). `env`
 * is the whole environment but TERM, which is xterm-256color unless given. Throws invalid-command when the program could
 * not be started.
 */
export function openPty(command: PtyCommand, size: PtySize): ProcessPty {
  const env: Record<string, string> = { TERM: 'xterm-256color', ...command.env };
  const program = findProgram({ ...command, env });
  if (nodePty === undefined) return openPipes(program, { ...command, env });
  const start = execClean(program, command.argv, env);
  return new KernelPty(
    // Without an encoding the output comes as bytes.
    nodePty.spawn(start.file, start.args, {
      ...size,
      cwd: command.cwd,
      env: start.env,
      name: env.TERM ?? '',
      encoding: null,
    }),
  );
}
