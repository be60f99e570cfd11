import type { Process, Program, Programs } from '../program/program.ts';
import { basicPrograms } from './basic-programs.ts';
import type { History } from './history.ts';
import type { Job, Jobs } from './jobs.ts';

/** What the builtins need of their shell. */
interface Shell {
  readonly options: { readonly isInteractive: boolean; readonly history: History; readonly programs: Programs };
  readonly jobs: Jobs;
  readonly status: number;
  readonly builtinNames: readonly string[];
  exitCode: number | undefined;
  setVariable(name: string, value: string): void;
}

/** What only the shell itself can do (EC24); each looks like a program. */
export function builtinPrograms(shell: Shell): ReadonlyMap<string, Program> {
  const { jobs } = shell;

  async function found({ argv, stderr }: Process, take: (job: Job) => Promise<number>): Promise<number> {
    const job = jobs.find(argv[1] ?? '');
    if (job !== undefined) return take(job);
    stderr.write(`bash: ${argv[0]}: ${argv[1] ?? 'current'}: no such job\n`);
    return 1;
  }

  /** Ctrl-C goes to the job, and then it is waited for. */
  async function attend(job: Job, { interrupted }: Process): Promise<number> {
    const interrupt = () => job.interrupt.abort();
    if (interrupted.aborted) interrupt();
    interrupted.addEventListener('abort', interrupt);
    const code = await job.done;
    interrupted.removeEventListener('abort', interrupt);
    jobs.remove(job);
    return code;
  }

  return new Map<string, Program>([
    ['bg', said('bg: nothing is ever stopped here, so there is nothing to set going again')],
    ['cd', said('cd: there is one folder here, /root; name files by their paths')],
    ['clear', clear],
    [
      'exit',
      async ({ argv, stderr }) => {
        if (!shell.options.isInteractive) {
          stderr.write('exit: the shell of a host stays as long as its network; `exit` alone ends the network\n');
          return 1;
        }
        const code = argv[1] === undefined ? shell.status : Number(argv[1]);
        shell.exitCode = Number.isInteger(code) ? code & 0xff : 2;
        return shell.exitCode;
      },
    ],
    [
      'export',
      async ({ argv, stderr }) => {
        for (const word of argv.slice(1)) {
          const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
          if (name === undefined) {
            stderr.write(`bash: export: \`${word}': not a valid identifier\n`);
            return 1;
          }
          if (value !== undefined) shell.setVariable(name, value);
        }
        return 0;
      },
    ],
    [
      'fg',
      (process) =>
        found(process, (job) => {
          process.stdout.write(`${job.source}\n`);
          return attend(job, process);
        }),
    ],
    ['help', async (process) => help(process, shell)],
    [
      'history',
      async ({ stdout }) => {
        shell.options.history.lines.forEach((line, at) => {
          stdout.write(`${String(at + 1).padStart(5)}  ${line}\n`);
        });
        return 0;
      },
    ],
    [
      'jobs',
      async ({ stdout }) => {
        for (const job of jobs.list) stdout.write(jobs.line(job));
        jobs.takeEnded();
        return 0;
      },
    ],
    [
      'kill',
      async (process) => {
        const words = process.argv.filter((word) => !/^-(\d+|[A-Z]+|s)$/.test(word));
        if (words.length < 2) {
          process.stderr.write('bash: kill: usage: kill %JOB | PID\n');
          return 2;
        }
        return found({ ...process, argv: words }, async (job) => {
          job.interrupt.abort();
          if (process.argv.includes('-9') || process.argv.includes('-KILL')) job.kill.abort();
          return 0;
        });
      },
    ],
    [
      'wait',
      async (process) => {
        if (process.argv[1] !== undefined) return found(process, (job) => waitFor(job, process));
        for (const job of [...jobs.list]) await waitFor(job, process);
        return process.interrupted.aborted ? 130 : 0;
      },
    ],
  ]);
}

/** Ctrl-C ends the waiting, not the job. */
function waitFor(job: Job, { interrupted }: Process): Promise<number> {
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve(130);
    interrupted.addEventListener('abort', () => resolve(130), { once: true });
    void job.done.then(resolve);
  });
}

const said =
  (sentence: string): Program =>
  async ({ stderr }) => {
    stderr.write(`bash: ${sentence}\n`);
    return 1;
  };

async function clear({ stdout }: Process): Promise<number> {
  stdout.write('\x1b[H\x1b[2J\x1b[3J');
  return 0;
}

async function help({ stdout, host }: Process, shell: Shell): Promise<number> {
  const programs = [...shell.options.programs, ...basicPrograms].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...programs.map(([name]) => name.length));
  stdout.write(`The shell of the emulated host ${host.name}. Programs:\n`);
  for (const [name, { summary }] of programs) stdout.write(`  ${name.padEnd(width)}  ${summary}\n`);
  stdout.write(`Of the shell itself: ${shell.builtinNames.join(' ')} time\n`);
  stdout.write('Between commands: ; && || ! & |   files: > >> <   $NAME $? \'…\' "…"\n');
  stdout.write('Keys: Tab completes, Ctrl-R searches, Ctrl-C interrupts, Ctrl-D ends the input\n');
  return 0;
}
