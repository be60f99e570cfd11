import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { AppError } from '../errors.ts';
import type { ProcessPty, PtyCommand, PtyExit } from './pty.ts';

const inputLimitBytes = 1024 * 1024;
/** Output that is kept for an owner who does not listen yet, or has paused; then the program waits. */
const keptLimitBytes = 1024 * 1024;
/** How long something that the program left behind may hold on to its output. */
const lingerMs = 200;

const controlC = 0x03;
const controlD = 0x04;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Starts a program on pipes; `program` is its absolute path. */
export function openPipes(program: string, { argv, cwd, env }: PtyCommand): ProcessPty {
  const hasGroups = process.platform !== 'win32';
  const [argv0 = '', ...args] = argv;
  return new PipePty(spawn(program, args, { argv0, cwd, env, detached: hasGroups, windowsHide: true }), hasGroups);
}

/**
 * A program on pipes, dressed as a terminal (TERM17): both outputs come as one, lines end as a terminal ends them, what is
 * typed is echoed, Ctrl-C is SIGINT and Ctrl-D the end of the input. It has no size, and most programs print to it late.
 */
class PipePty implements ProcessPty {
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #hasGroups: boolean;
  #onData: ((data: Uint8Array) => void) | undefined;
  #onExit: (exit: PtyExit) => void = () => undefined;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isPaused = false;
  #exit: PtyExit | undefined;
  #hasTold = false;

  constructor(child: ChildProcessWithoutNullStreams, hasGroups: boolean) {
    this.#child = child;
    this.#hasGroups = hasGroups;
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => this.#deliver(withLineEnds(data)));
    // A program that reads no more ends, or not; either way the exit tells.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      this.#deliver(Buffer.from(`${error.message}\r\n`));
      this.#ended({ exitCode: 127, signal: null });
    });
    child.on('exit', (exitCode, signal) => {
      const exit = { exitCode, signal };
      child.once('close', () => this.#ended(exit));
      setTimeout(() => this.#ended(exit), lingerMs).unref();
    });
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
    this.#release();
  }

  onExit(listener: (exit: PtyExit) => void): void {
    this.#onExit = listener;
    const exit = this.#exit;
    if (exit !== undefined && this.#hasTold) queueMicrotask(() => listener(exit));
  }

  write(data: Uint8Array | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (bytes.length === 1 && bytes[0] === controlC) {
      this.#deliver(Buffer.from('^C'));
      this.kill('SIGINT');
      return;
    }
    if (this.#child.stdin.writableLength + bytes.length > inputLimitBytes)
      throw new AppError('too-large', 'The program is not reading its input: 1 MiB is waiting for it already.');
    const end = bytes.indexOf(controlD);
    const typed = Uint8Array.from(end < 0 ? bytes : bytes.subarray(0, end), (byte) =>
      byte === carriageReturn ? lineFeed : byte,
    );
    this.#deliver(withLineEnds(typed));
    if (this.#child.stdin.writable) this.#child.stdin.write(typed);
    if (end >= 0) this.#child.stdin.end();
  }

  resize(): void {
    // Pipes have no size.
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#release();
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#exit !== undefined) return;
    try {
      // Without groups of processes only the program itself is reached.
      if (this.#hasGroups) process.kill(-this.pid, signal);
      else this.#child.kill(signal);
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'ESRCH')) throw fault;
    }
  }

  #deliver(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#kept.push(data);
    this.#keptBytes += data.length;
    this.#release();
    if (this.#keptBytes < keptLimitBytes) return;
    this.#child.stdout.pause();
    this.#child.stderr.pause();
  }

  #release(): void {
    while (!this.#isPaused && this.#onData !== undefined) {
      const data = this.#kept.shift();
      if (data === undefined) break;
      this.#keptBytes -= data.length;
      this.#onData(data);
    }
    if (this.#keptBytes === 0) {
      this.#child.stdout.resume();
      this.#child.stderr.resume();
    }
    this.#tell();
  }

  #ended(exit: PtyExit): void {
    this.#exit ??= exit;
    this.#tell();
  }

  /** The exit comes after the last byte that was taken. */
  #tell(): void {
    if (this.#exit === undefined || this.#hasTold || this.#keptBytes > 0) return;
    this.#hasTold = true;
    this.#onExit(this.#exit);
  }
}

/** Each line feed as a terminal driver writes it. */
function withLineEnds(data: Uint8Array): Uint8Array {
  let feeds = 0;
  for (const byte of data) if (byte === lineFeed) feeds += 1;
  const bytes = new Uint8Array(data.length + feeds);
  let at = 0;
  for (const byte of data) {
    if (byte === lineFeed) bytes[at++] = carriageReturn;
    bytes[at++] = byte;
  }
  return bytes;
}
