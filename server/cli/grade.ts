import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { CheckResult, GradeRun } from '../contract/grade.ts';
import type { RouterChoice, RuntimeKind } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import { createGrader, type Grader } from '../grading/grader.ts';
import { checkReport } from '../grading/results.ts';
import { QuotingError, splitArgv } from '../grading/split-argv.ts';
import type { Labs } from '../labs/lab-service.ts';
import { createLabs } from '../labs/labs.ts';
import { catalogDir } from '../labs/project-paths.ts';
import { createRuntimes } from '../labs/runtimes/runtimes.ts';
import { progressLine, summaryTable } from './grade-table.ts';

const help = `npm run lab -- grade LAB [options]

Starts the lab on a free VNS port, runs its checks against a router and ends it again.

  --router COMMAND   the router's program and arguments (the reference router); {host}, {port}, {vhost} and {rtable} are
                     filled in; without them "-s HOST -p PORT -v VHOST -r RTABLE" is appended, as classic routers take it
  --cwd FOLDER       where it runs (the current folder)
  --wrong FAULT      the reference router with a deliberate fault, may be repeated (npm run router -- --help lists them)
  --check ID         this check only, may be repeated
  --runtime RUNTIME  mininet or emulated (mininet where it can run, else emulated)
  --results FILE     writes Gradescope's results.json
  --verbose          every command with its output
  --help             this text

Exit code: 0 at full marks of the checks that were run, 1 below that, 2 when they could not be run.
`;

/** The last is that of a terminal that was closed. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const readyMs = 30_000;
/** Lines of the router's terminal that are shown when it ended. */
const lastWords = 15;

interface GradeOptions {
  readonly lab: string;
  readonly router: RouterChoice;
  readonly checks: readonly string[] | undefined;
  /** Undefined: the first that can run here. */
  readonly runtime: RuntimeKind | undefined;
  readonly results: string | undefined;
  readonly verbose: boolean;
}

/** What is wrong with the command line. */
class UsageError extends Error {}

/** `npm run lab -- grade …`; resolves with the exit code (GRADE9). */
export async function gradeCommand(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options !== 'help') return await grade(options);
    process.stdout.write(help);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n--help tells the options.`);
    else if (error instanceof AppError) console.error(`${error.problem.title}: ${error.message}`);
    else throw error;
    return 2;
  }
}

async function grade(options: GradeOptions): Promise<number> {
  // Said before minutes of checks are run for it.
  await mayWrite(options.results);
  const log = pino({ level: 'error' }, pino.destination(2));
  const labs = await createLabs({
    catalogDir,
    runtimes: createRuntimes(),
    defaultRuntime: options.runtime,
    log,
    vnsHost: '127.0.0.1',
    vnsPort: 0,
  });
  const grader = createGrader({ labs, log });
  const stop = (): void => void grader.close().then(() => labs.close());
  for (const signal of endings) process.once(signal, stop);
  try {
    grader.current(options.lab);
    say(`Starting ${labs.detail(options.lab).lab.title} on ${labs.defaultRuntime.kind} …`);
    await labs.start(options.lab, { router: options.router });
    await whenReady(labs, options.lab);
    const run = await runChecks(grader, options);
    report(run, options);
    if (run.error) showRouter(labs, options.lab);
    if (options.results !== undefined) {
      const text = `${JSON.stringify(grader.results(options.lab), null, 2)}\n`;
      await writeFile(options.results, text).catch(notWritten(options.results));
    }
    return exitCode(run, options.checks);
  } finally {
    for (const signal of endings) process.off(signal, stop);
    await grader.close();
    await labs.close();
  }
}

/** Throws UsageError where results cannot be written. */
async function mayWrite(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`--results ${file} is a folder: expected a file`);
  await access(found === undefined ? dirname(file) : file, constants.W_OK).catch(notWritten(file));
}

const notWritten =
  (file: string) =>
  (error: unknown): never => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--results ${file} cannot be written: ${why}`, { cause: error });
  };

async function runChecks(grader: Grader, { lab, checks }: GradeOptions): Promise<GradeRun> {
  const told = new Set<string>();
  const unlisten = grader.onProgress((run) => {
    for (const [index, check] of run.checks.entries()) {
      if (check.state === 'waiting' || (check.state === 'running' && !process.stderr.isTTY)) continue;
      const key = `${check.id} ${check.state}`;
      if (told.has(key)) continue;
      told.add(key);
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      process.stderr.write(progressLine(check, index, run.checks.length));
      if (check.state !== 'running') process.stderr.write('\n');
    }
  });
  grader.run(lab, checks);
  const run = await grader.settled(lab);
  unlisten();
  return run;
}

function report(run: GradeRun, { checks, verbose }: GradeOptions): void {
  const shown = run.checks.filter((check) => isAsked(check, checks));
  for (const check of shown) {
    if (verbose)
      for (const { host, command, output } of check.steps) console.log(`\n${host}$ ${command}\n${output.trimEnd()}`);
    if (check.state === 'failed' || check.state === 'error') console.log(`\n${check.title}\n\n${checkReport(check)}`);
  }
  console.log(`\n${summaryTable(run, shown)}`);
  if (run.error) console.error(`\n${run.error.title}: ${run.error.detail}`);
}

const isAsked = ({ id }: CheckResult, checks: GradeOptions['checks']): boolean => checks?.includes(id) ?? true;

function exitCode(run: GradeRun, checks: GradeOptions['checks']): number {
  if (run.checks.every((check) => !isAsked(check, checks) || check.state === 'passed')) return 0;
  return run.error || run.state === 'stopped' ? 2 : 1;
}

/** Resolves when every part of the lab is there; rejects as soon as one cannot come any more. */
async function whenReady(labs: Labs, id: string): Promise<void> {
  const untilMs = performance.now() + readyMs;
  await new Promise<void>((settle, reject) => {
    const look = (): void => {
      const { phase, error, chips, routers } = labs.status(id);
      const ended = routers.find(({ state, process: program }) => state !== 'ready' && program?.state === 'ended');
      const waiting = chips.filter(({ state }) => state !== 'ok').map(({ label, detail }) => `${label}: ${detail}`);
      const fail = (why: string): void => end(() => reject(new AppError('network-failed', why)));
      if (phase === 'running' && waiting.length === 0) end(settle);
      else if (phase === 'failed' || phase === 'stopped') fail(error?.detail ?? 'The lab was stopped.');
      else if (ended && phase === 'running') {
        showRouter(labs, id);
        end(() => reject(new AppError('router-not-ready', `It ended before it was ready. ${waiting.join(' ')}`)));
      } else if (performance.now() > untilMs) fail(`It was not ready within ${readyMs / 1000} s. ${waiting.join(' ')}`);
    };
    const unlisten = labs.onStatus(({ lab }) => {
      if (lab === id) look();
    });
    const timer = setInterval(look, 100);
    const end = (act: () => void): void => {
      unlisten();
      clearInterval(timer);
      act();
    };
    look();
  });
}

/** The end of what the routers printed. */
function showRouter(labs: Labs, id: string): void {
  const { terminals } = labs.run(id);
  for (const { id: terminal, kind, title } of terminals.list()) {
    if (kind !== 'router') continue;
    const lines = (terminals.get(terminal)?.text() ?? '').trimEnd().split('\n').slice(-lastWords);
    console.error(`\nThe last lines of ${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Throws UsageError. */
function readOptions(args: readonly string[]): GradeOptions | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [lab, ...more] = positionals;
  if (lab === undefined || more.length > 0) throw new UsageError('expected the id of one lab: grade simple-router');
  const { runtime } = values;
  if (runtime !== undefined && runtime !== 'mininet' && runtime !== 'emulated')
    throw new UsageError(`--runtime "${runtime}" is neither mininet nor emulated`);
  return {
    lab,
    runtime,
    router: readRouter(values.router, values.cwd, values.wrong ?? []),
    checks: values.check,
    results: values.results,
    verbose: values.verbose ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        router: { type: 'string' },
        cwd: { type: 'string' },
        wrong: { type: 'string', multiple: true },
        check: { type: 'string', multiple: true },
        runtime: { type: 'string' },
        results: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readRouter(command: string | undefined, cwd: string | undefined, wrong: readonly string[]): RouterChoice {
  if (command === undefined) return { kind: 'reference', flags: wrong.map((name) => `--wrong=${name}`) };
  if (wrong.length > 0) throw new UsageError('--wrong is for the reference router, --router for another one');
  try {
    const argv = splitArgv(command);
    if (argv.length === 0) throw new UsageError('--router is empty');
    const isPlaced = argv.some((word) => /\{(host|port|vhost|rtable|key)\}/.test(word));
    const place = isPlaced ? [] : ['-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}'];
    return { kind: 'command', argv: [...argv, ...place], cwd: resolve(cwd ?? '.') };
  } catch (error) {
    if (error instanceof QuotingError) throw new UsageError(`--router: ${error.message}`, { cause: error });
    throw error;
  }
}
