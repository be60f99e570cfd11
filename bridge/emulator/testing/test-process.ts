import type { Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { joined } from '../program/http/byte-stream.ts';
import type { Files, Process, Program } from '../program/program.ts';

/** What a program wrote, as text; `both` in the order in which it was written. */
interface Written {
  stdout: string;
  stderr: string;
  both: string;
}

/** A run of a program in a test: what it writes so far, its end, and Ctrl-C. */
export interface TestRun {
  readonly written: Written;
  readonly exit: Promise<number>;
  readonly files: Files;
  interrupt(): void;
  /** Bytes for its standard input; undefined ends it. */
  type(data: Uint8Array | string | undefined): void;
}

/** Files in memory, as a host has them. */
export function testFiles(initial: Readonly<Record<string, Uint8Array | string>> = {}): Files {
  const files = new Map(Object.entries(initial).map(([path, data]) => [path, bytesOf(data)]));
  return {
    read: (path) => files.get(path),
    write: (path, data, options) => {
      if (path.startsWith('/nowhere/')) throw new HostError('ENOENT');
      const before = options?.append ? files.get(path) : undefined;
      files.set(path, before === undefined ? data.slice() : joined(before, data));
    },
    remove: (path) => files.delete(path),
    list: () => [...files].map(([path, data]) => ({ path, bytes: data.length })),
  };
}

/** Starts `program` on `host` as its command line does. 2026-11-21 04:57:01 UTC is when the scheduler stands at 0. */
export function startProgram(
  program: Program,
  argv: readonly string[],
  host: Host,
  options: { readonly files?: Files; readonly columns?: number } = {},
): TestRun {
  const { scheduler } = host;
  const written: Written = { stdout: '', stderr: '', both: '' };
  const abort = new AbortController();
  const typed: (Uint8Array | undefined)[] = [];
  const readers: ((data: Uint8Array | undefined) => void)[] = [];
  const files = options.files ?? testFiles();
  const output = (name: 'stdout' | 'stderr') => ({
    write: (data: string | Uint8Array) => {
      const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
      written[name] += text;
      written.both += text;
    },
    drained: () => Promise.resolve(),
  });
  const process: Process = {
    argv,
    host,
    scheduler,
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: {
      read: () => {
        if (typed.length > 0) return Promise.resolve(typed.shift());
        return new Promise((resolve) => readers.push(resolve));
      },
    },
    interrupted: abort.signal,
    files,
    wallMs: () => Date.UTC(2026, 10, 21, 4, 57, 1) + scheduler.nowUs() / 1000,
    columns: options.columns,
    sleep: (us) =>
      new Promise((resolve) => {
        if (abort.signal.aborted) return resolve(false);
        const stop = () => {
          cancel();
          resolve(false);
        };
        const cancel = scheduler.after(us, () => {
          abort.signal.removeEventListener('abort', stop);
          resolve(true);
        });
        abort.signal.addEventListener('abort', stop);
      }),
  };
  return {
    written,
    exit: program(process),
    files,
    interrupt: () => abort.abort(),
    type: (data) => {
      const bytes = data === undefined ? undefined : bytesOf(data);
      const reader = readers.shift();
      if (reader === undefined) typed.push(bytes);
      else reader(bytes);
    },
  };
}

const bytesOf = (data: Uint8Array | string): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data;
