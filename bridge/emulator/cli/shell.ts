import type { Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { Files, OutputStream, Program, Programs } from '../program/program.ts';
import { builtinPrograms } from './builtins.ts';
import { homeFolder } from './files.ts';
import type { History } from './history.ts';
import { Jobs, shellPid } from './jobs.ts';
import type { InputSource } from './keyboard.ts';
import { type BackgroundOutput, FileOutput, inputOf, noInput, Pipe } from './output.ts';
import { execute, exitCodes, findProgram, notFoundText } from './run-program.ts';
import {
  type Command,
  expandWord,
  type List,
  type Pipeline,
  parseShell,
  ShellSyntaxError,
  type Word,
} from './shell-syntax.ts';

export interface ShellOptions {
  readonly host: Host;
  readonly programs: Programs;
  readonly files: Files;
  readonly wallMs: () => number;
  readonly history: History;
  /** Where a job in the background prints. */
  readonly background: () => BackgroundOutput;
  /** Jobs are told when they start and end, and `exit` ends it. */
  readonly isInteractive: boolean;
}

/** What a line runs with. */
export interface ShellIo {
  readonly stdin: InputSource;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly interrupted: AbortSignal;
  readonly killed: AbortSignal;
  readonly columns: number | undefined;
}

/** A job has its own `$?`. */
interface Running extends ShellIo {
  readonly own: { status: number };
}

const usageError = 2;

/** The small shell of a host (EC20–EC29): one line at a time, with what stays between them. */
export class Shell {
  readonly options: ShellOptions;
  readonly jobs = new Jobs();
  readonly #variables: Map<string, string>;
  readonly #builtins: ReadonlyMap<string, Program>;
  readonly #own = { status: 0 };
  /** What `exit` asked for. */
  exitCode: number | undefined;

  constructor(options: ShellOptions) {
    this.options = options;
    this.#variables = new Map([
      ['HOME', homeFolder],
      ['HOSTNAME', options.host.name],
      ['PWD', homeFolder],
      ['USER', 'root'],
    ]);
    this.#builtins = builtinPrograms(this);
  }

  get status(): number {
    return this.#own.status;
  }
  get builtinNames(): readonly string[] {
    return [...this.#builtins.keys()];
  }

  /** Runs a line and resolves with its exit code; never rejects. */
  async run(line: string, io: ShellIo): Promise<number> {
    const own = this.#own;
    try {
      for (const list of parseShell(line)) {
        if (io.interrupted.aborted || this.exitCode !== undefined) break;
        if (list.isBackground) this.#startJob(list, io);
        else await this.#list(list, { ...io, own });
      }
      if (io.interrupted.aborted) own.status = exitCodes.interrupted;
    } catch (error) {
      const isSyntax = error instanceof ShellSyntaxError;
      const text = error instanceof Error ? error.message : String(error);
      io.stderr.write(`bash: ${isSyntax ? '' : 'the shell has a bug and gave the line up: '}${text}\n`);
      own.status = isSyntax ? usageError : exitCodes.bug;
    }
    return own.status;
  }

  setVariable(name: string, value: string): void {
    this.#variables.set(name, value);
  }

  #startJob(list: List, io: ShellIo): void {
    if (this.jobs.isFull) {
      io.stderr.write('bash: too many jobs run in the background\n');
      this.#own.status = 1;
      return;
    }
    const output = this.options.background();
    const job = this.jobs.start(list.source, output, (interrupted, killed) =>
      this.#list(list, {
        stdin: noInput,
        stdout: output,
        stderr: output,
        interrupted,
        killed,
        columns: io.columns,
        own: { status: this.#own.status },
      }),
    );
    this.#variables.set('!', String(job.pid));
    this.#own.status = 0;
    if (this.options.isInteractive) io.stdout.write(`[${job.number}] ${job.pid}\n`);
  }

  async #list({ steps }: List, io: Running): Promise<number> {
    const { own, interrupted } = io;
    for (const { pipeline, after } of steps) {
      if (interrupted.aborted) own.status = exitCodes.interrupted;
      if (interrupted.aborted || this.exitCode !== undefined) break;
      if ((after === 'success' && own.status !== 0) || (after === 'failure' && own.status === 0)) continue;
      own.status = await this.#pipeline(pipeline, io);
    }
    return own.status;
  }

  async #pipeline({ commands, isNegated, isTimed }: Pipeline, io: Running): Promise<number> {
    const { scheduler } = this.options.host;
    const startedUs = scheduler.nowUs();
    let stdin = io.stdin;
    const running: Promise<number>[] = [];
    commands.forEach((command, at) => {
      const isLast = at === commands.length - 1;
      const input = stdin;
      const pipe = isLast ? undefined : new Pipe((text) => io.stderr.write(text));
      if (pipe !== undefined) stdin = pipe;
      // Who writes to a pipe that nobody reads any more is interrupted, as SIGPIPE would end it.
      const life = new AbortController();
      const die = () => life.abort();
      if (io.interrupted.aborted) die();
      io.interrupted.addEventListener('abort', die);
      pipe?.onBroken(die);
      running.push(
        this.#command(command, { ...io, stdin: input, stdout: pipe ?? io.stdout, interrupted: life.signal }).finally(
          () => {
            io.interrupted.removeEventListener('abort', die);
            pipe?.end();
            if (input instanceof Pipe) input.break();
          },
        ),
      );
    });
    const codes = await Promise.all(running);
    if (isTimed) io.stderr.write(`\nreal\t${minutes(scheduler.nowUs() - startedUs)}\n`);
    const code = codes.at(-1) ?? 0;
    return isNegated ? (code === 0 ? 1 : 0) : code;
  }

  async #command(command: Command, io: Running): Promise<number> {
    const assignment = command.words.map(assignmentOf);
    const isAssignment = assignment.length > 0 && assignment.every((one) => one !== undefined);
    if (assignment[0] !== undefined && !isAssignment) {
      io.stderr.write('bash: NAME=value stands alone here: the programs have no environment\n');
      return usageError;
    }
    const opened = this.#redirected(command, io);
    if (opened === undefined) return 1;
    if (isAssignment) {
      for (const one of assignment)
        if (one !== undefined) this.setVariable(one.name, this.#expand(one.value, io).join(' '));
      return 0;
    }
    const argv = command.words.flatMap((word) => this.#expand(word, io));
    const [name] = argv;
    if (name === undefined) return 0;
    const { host, programs, files, wallMs } = this.options;
    const program = this.#builtins.get(name) ?? findProgram(programs, name);
    if (program === undefined) {
      opened.stderr.write(notFoundText(name, programs));
      return exitCodes.notFound;
    }
    return execute({ ...opened, program, argv, host, files, wallMs });
  }

  /** Undefined when a file cannot be opened, which is said. */
  #redirected({ redirects }: Command, io: Running): Running | undefined {
    let { stdin, stdout, stderr } = io;
    const { files } = this.options;
    const complain = (text: string) => io.stderr.write(text);
    for (const redirect of redirects) {
      if (redirect.kind === 'join') {
        if (redirect.descriptor === 1) stdout = redirect.to === 1 ? stdout : stderr;
        else stderr = redirect.to === 2 ? stderr : stdout;
        continue;
      }
      const [path, ...others] = this.#expand(redirect.path, io);
      if (path === undefined || others.length > 0) {
        complain('bash: ambiguous redirect\n');
        return undefined;
      }
      if (redirect.kind === 'read') {
        const data = files.read(path);
        if (data === undefined) {
          complain(`bash: ${path}: No such file or directory\n`);
          return undefined;
        }
        stdin = inputOf(data);
        continue;
      }
      try {
        files.write(path, new Uint8Array(0), { append: redirect.isAppending });
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        complain(`bash: ${path}: ${error.message}\n`);
        return undefined;
      }
      const file = new FileOutput(files, path, complain);
      if (redirect.descriptor !== 2) stdout = file;
      if (redirect.descriptor !== 1) stderr = file;
    }
    return { ...io, stdin, stdout, stderr };
  }

  #expand(word: Word, { own }: Running): string[] {
    const lookUp = (name: string) => (name === '?' ? String(own.status) : this.#value(name));
    return expandWord(word, lookUp, homeFolder);
  }

  #value(name: string): string {
    if (name === '$') return String(shellPid);
    if (name === '#') return '0';
    if (name === '0') return 'bash';
    return this.#variables.get(name) ?? '';
  }
}

function assignmentOf(word: Word): { readonly name: string; readonly value: Word } | undefined {
  const [first, ...rest] = word;
  if (first?.kind !== 'text' || first.isQuoted) return undefined;
  const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text);
  const [, name, text] = found ?? [];
  if (name === undefined || text === undefined) return undefined;
  return { name, value: [{ kind: 'text', text, isQuoted: false }, ...rest] };
}

function minutes(us: number): string {
  const seconds = us / 1e6;
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
}
