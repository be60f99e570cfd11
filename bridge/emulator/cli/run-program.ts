import type { Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { Files, OutputStream, Process, Program, Programs } from '../program/program.ts';
import { basicPrograms } from './basic-programs.ts';
import type { InputSource } from './keyboard.ts';
import { KeptOutput, noInput } from './output.ts';

/** What a shell reports of a program that Ctrl-C ended, that is not there, that had to be given up, and of one with a bug. */
export const exitCodes = { interrupted: 130, notFound: 127, killed: 137, bug: 70 } as const;
const graceUs = 2_000_000;

export interface Execution {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly host: Host;
  readonly files: Files;
  readonly wallMs: () => number;
  readonly stdin: InputSource;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly columns: number | undefined;
  readonly interrupted: AbortSignal;
  /** Aborted: it is not waited for any longer. */
  readonly killed: AbortSignal;
}

/** Runs one program to its end and resolves with its exit code (EC10); never rejects, whatever the program does. */
export async function execute(execution: Execution): Promise<number> {
  const { argv, host, interrupted, killed, stderr } = execution;
  const name = argv[0] ?? '';
  const life = new AbortController();
  const die = () => life.abort();
  let given: ((code: number) => void) | undefined;
  const giveUp = () => given?.(exitCodes.killed);
  interrupted.addEventListener('abort', die);
  killed.addEventListener('abort', giveUp);
  let hasEnded = false;
  const open = (stream: OutputStream): OutputStream => ({
    write: (data) => {
      if (!hasEnded) stream.write(data);
    },
    drained: () => (hasEnded ? Promise.resolve() : stream.drained()),
  });
  if (interrupted.aborted) die();
  const process: Process = {
    argv,
    host,
    scheduler: host.scheduler,
    sleep: (us) => sleep(host, us, interrupted),
    stdout: open(execution.stdout),
    stderr: open(stderr),
    stdin: { read: () => execution.stdin.read(life.signal) },
    interrupted,
    files: execution.files,
    wallMs: execution.wallMs,
    columns: execution.columns,
  };
  try {
    const gone = new Promise<number>((resolve) => {
      given = resolve;
    });
    if (killed.aborted) giveUp();
    const code = await Promise.race([Promise.resolve().then(() => execution.program(process)), gone]);
    return Number.isInteger(code) ? code & 0xff : exitCodes.bug;
  } catch (error) {
    if (error instanceof HostError) {
      stderr.write(`${name}: ${error.message}\n`);
      return 1;
    }
    stderr.write(`${name}: this program has a bug and ended: ${messageOf(error)}\n`);
    return exitCodes.bug;
  } finally {
    hasEnded = true;
    life.abort();
    interrupted.removeEventListener('abort', die);
    killed.removeEventListener('abort', giveUp);
  }
}

/** True after `us` microseconds, false as soon as `interrupted` is aborted. */
export function sleep({ scheduler }: Pick<Host, 'scheduler'>, us: number, interrupted: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (interrupted.aborted) {
      resolve(false);
      return;
    }
    const wake = () => {
      cancel();
      resolve(false);
    };
    const cancel = scheduler.after(us, () => {
      interrupted.removeEventListener('abort', wake);
      resolve(true);
    });
    interrupted.addEventListener('abort', wake, { once: true });
  });
}

export interface RunProgramOptions {
  readonly host: Host;
  readonly programs: Programs;
  readonly files: Files;
  /** Program and its words, as they are: no shell reads them. */
  readonly argv: readonly string[];
  readonly wallMs: () => number;
  /** Interrupts it; what has not ended two seconds later is left alone. */
  readonly signal?: AbortSignal | undefined;
  readonly outputLimitBytes: number;
}

/**
 * Runs a program without a terminal (EC11); `output` is stdout and stderr as they were written. 127 and a sentence for one that
 * is not there. Never rejects.
 */
export async function runProgram(
  options: RunProgramOptions,
): Promise<{ readonly exitCode: number; readonly output: string; readonly truncated: boolean }> {
  const { host, programs, files, argv, wallMs, signal } = options;
  const output = new KeptOutput(options.outputLimitBytes);
  const name = argv[0] ?? '';
  const program = findProgram(programs, name);
  if (program === undefined) {
    output.write(notFoundText(name, programs));
    return { exitCode: exitCodes.notFound, output: output.text, truncated: output.truncated };
  }
  const interrupt = new AbortController();
  const kill = new AbortController();
  let cancel: (() => void) | undefined;
  const onAbort = () => {
    interrupt.abort();
    cancel = host.scheduler.after(graceUs, () => kill.abort());
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  const exitCode = await execute({
    program,
    argv,
    host,
    files,
    wallMs,
    stdin: noInput,
    stdout: output,
    stderr: output,
    columns: undefined,
    interrupted: interrupt.signal,
    killed: kill.signal,
  });
  cancel?.();
  signal?.removeEventListener('abort', onAbort);
  return { exitCode, output: output.text, truncated: output.truncated };
}

export const findProgram = (programs: Programs, name: string): Program | undefined =>
  (programs.get(name) ?? basicPrograms.get(name))?.run;

export const programNames = (programs: Programs): string[] =>
  [...new Set([...programs.keys(), ...basicPrograms.keys()])].sort();

/** Names what is there instead. */
export const notFoundText = (name: string, programs: Programs): string =>
  `bash: ${name}: command not found. Programs here: ${programNames(programs).join(' ')}\n`;

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
