import type { Scheduler } from '../../determinism/scheduler.ts';
import type { Host } from '../host/api.ts';

/** A program of a host (EP rules): `argv[0]` is its name; resolves with the exit code. It awaits, and never blocks. */
export type Program = (process: Process) => Promise<number>;

export interface Process {
  readonly argv: readonly string[];
  readonly host: Host;
  readonly scheduler: Scheduler;
  /** Waits; resolves at once with false when the program was interrupted. */
  sleep(us: number): Promise<boolean>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: InputStream;
  /** Aborted by Ctrl-C (SIGINT) or the end of its terminal (SIGHUP): a program says its last words and ends soon. */
  readonly interrupted: AbortSignal;
  readonly files: Files;
  /** Unix milliseconds, for what prints a date. */
  wallMs(): number;
  /** Width of its terminal; undefined when it has none. */
  readonly columns: number | undefined;
}

export interface OutputStream {
  /** Text as it is: lines end with \n. */
  write(text: string | Uint8Array): void;
  /** Resolves when what was written is with the reader, or nearly: who writes much awaits it. */
  drained(): Promise<void>;
}
interface InputStream {
  /** The next line or piece; undefined at its end (Ctrl-D). */
  read(): Promise<Uint8Array | undefined>;
}

/** The files of a host: a small tree in memory that goes with the lab. Paths may be relative to the home folder. */
export interface Files {
  read(path: string): Uint8Array | undefined;
  /** Throws HostError EACCES when its 16 MiB are full. */
  write(path: string, data: Uint8Array, options?: { readonly append?: boolean }): void;
  remove(path: string): boolean;
  list(): readonly { readonly path: string; readonly bytes: number }[];
}

/** The programs by name. */
export type Programs = ReadonlyMap<string, { readonly run: Program; readonly summary: string }>;
