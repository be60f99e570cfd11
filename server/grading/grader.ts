import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { nowMs } from '../clock.ts';
import type { CheckResult, GradeRun, StepResult } from '../contract/grade.ts';
import type { Check, Lab } from '../contract/lab.ts';
import type { LabStatus } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { LabRun, Labs } from '../labs/lab-service.ts';
import { describeEnd } from '../labs/router-end.ts';
import { type GradescopeResults, gradescopeResults } from './results.ts';
import { runStep } from './run-step.ts';
import { logEnd } from './step-log.ts';
import { labVariables, type Variables } from './variables.ts';

/** How long a router that broke off may take to tell how it ended. */
const lastWordsMs = 700;
const lookMs = 20;

/** The checks of all labs; one run a lab at a time (GRADE1). Every method throws AppError('not-found') for an unknown lab. */
export interface Grader {
  /** The last run; state `idle` before the first. */
  current(lab: string): GradeRun;
  /** Starts the checks named, or all, and answers at once. Throws lab-not-running, router-not-ready, checks-running, bad-request. */
  run(lab: string, checks?: readonly string[]): GradeRun;
  /** Ends a run; what was not judged by then is skipped. Idempotent. */
  stop(lab: string): Promise<GradeRun>;
  /** Resolves with the run when it is over, at once when none is under way. */
  settled(lab: string): Promise<GradeRun>;
  /** The last run in Gradescope's format. */
  results(lab: string): GradescopeResults;
  onProgress(listener: (run: GradeRun) => void): () => void;
  /** Stops all runs. */
  close(): Promise<void>;
}

export interface GraderDeps {
  readonly labs: Labs;
  readonly log: BaseLogger;
}

/** What is known of one lab's checks. */
interface Book {
  readonly lab: Lab;
  run: GradeRun;
  abort: AbortController | undefined;
  over: Promise<void>;
}

/** Why a run ended early, when somebody wanted it to. */
class Stopped extends Error {}

export function createGrader({ labs, log }: GraderDeps): Grader {
  const books = new Map<string, Book>();
  const listeners = new Set<(run: GradeRun) => void>();

  const bookOf = (id: string): Book => {
    const known = books.get(id);
    if (known) return known;
    const { lab } = labs.detail(id);
    const book: Book = { lab, run: freshRun(lab), abort: undefined, over: Promise.resolve() };
    books.set(id, book);
    return book;
  };

  const publish = (book: Book, change: Partial<GradeRun>): void => {
    const checks = change.checks ?? book.run.checks;
    book.run = { ...book.run, ...change, score: checks.reduce((sum, { score }) => sum + score, 0) };
    for (const listener of listeners) listener(book.run);
  };
  const setCheck = (book: Book, id: string, change: Partial<CheckResult>): void => {
    publish(book, { checks: book.run.checks.map((check) => (check.id === id ? { ...check, ...change } : check)) });
  };

  async function execute(book: Book, chosen: readonly Check[], running: LabRun, abort: AbortController): Promise<void> {
    const { id } = book.lab;
    const { signal } = abort;
    const unwatch = labs.onStatus((status) => {
      const fault = status.lab === id ? whyUnfit(status) : undefined;
      if (fault) abort.abort(fault);
    });
    try {
      const variables = labVariables(book.lab, labs.status(id));
      for (const check of chosen) {
        if (signal.aborted) break;
        await runCheck(check, { book, running, variables, signal });
      }
    } finally {
      unwatch();
    }
    const reason = signal.aborted ? await finalReason(signal.reason, () => labs.status(id)) : undefined;
    finish(book, chosen, reason);
  }

  interface Running {
    readonly book: Book;
    readonly running: LabRun;
    readonly variables: Variables;
    readonly signal: AbortSignal;
  }

  async function runCheck(check: Check, { book, running, variables, signal }: Running): Promise<void> {
    const startMs = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startMs);
    setCheck(book, check.id, { state: 'running', steps: [] });
    const steps: (StepResult | undefined)[] = check.steps.map(() => undefined);
    const runOne = async (index: number): Promise<void> => {
      const step = check.steps[index];
      if (!step) return;
      const fromSeq = await logEnd(running.bridge);
      signal.throwIfAborted();
      steps[index] = await aborted(runStep(step, { lab: book.lab, run: running, variables, fromSeq, signal }), signal);
      setCheck(book, check.id, { steps: steps.filter((result) => result !== undefined), durationMs: durationMs() });
    };
    try {
      if (check.parallel) await Promise.all(check.steps.map((_, index) => runOne(index)));
      else for (const index of check.steps.keys()) await runOne(index);
      // The router may have died of the last packet; the news of it travels slower than the verdict.
      const fault = whyUnfit(labs.status(book.lab.id));
      if (fault) throw fault;
      const passed = steps.every((result) => result?.passed);
      const score = passed ? check.points : 0;
      setCheck(book, check.id, { state: passed ? 'passed' : 'failed', score, durationMs: durationMs() });
    } catch (error) {
      const stopped = signal.aborted && signal.reason instanceof Stopped;
      setCheck(book, check.id, { state: stopped ? 'skipped' : 'error', durationMs: durationMs() });
      if (stopped) return;
      const reason = signal.aborted ? signal.reason : error;
      if (reason instanceof AppError) {
        book.abort?.abort(reason);
        return;
      }
      log.error({ err: reason, lab: book.lab.id, check: check.id }, 'check failed to run');
      book.abort?.abort(new AppError('internal', `Check ${check.id} could not be run: ${messageOf(reason)}`));
    }
  }

  function finish(book: Book, chosen: readonly Check[], reason: unknown): void {
    const { id } = book.lab;
    const left = new Set(chosen.map((check) => check.id));
    const checks = book.run.checks.map((check) =>
      left.has(check.id) && check.state === 'waiting' ? { ...check, state: 'skipped' as const } : check,
    );
    book.abort = undefined;
    const stopped = reason instanceof Stopped;
    const problem = reason instanceof AppError ? { error: reason.problem } : {};
    publish(book, { state: stopped ? 'stopped' : 'done', checks, ...problem });
    log.info({ lab: id, score: book.run.score, of: book.run.maxScore, state: book.run.state }, 'checks ended');
    const complete = checks.every(({ state }) => state === 'passed' || state === 'failed');
    if (complete) labs.setScore(id, book.run.score);
  }

  const stop = async (id: string): Promise<GradeRun> => {
    const book = bookOf(id);
    book.abort?.abort(new Stopped());
    await book.over;
    return book.run;
  };

  return {
    current: (id) => bookOf(id).run,
    run(id, ids) {
      const book = bookOf(id);
      if (book.abort) throw new AppError('checks-running', `The checks of ${book.lab.title} are under way.`);
      const running = labs.run(id);
      const fault = whyUnfit(labs.status(id));
      if (fault) throw fault;
      const chosen = choose(book.lab, ids);
      const abort = new AbortController();
      // Every step of a parallel check listens.
      setMaxListeners(0, abort.signal);
      book.abort = abort;
      const { error: _, ...last } = book.run;
      const waiting = new Map(freshRun(book.lab).checks.map((check) => [check.id, check]));
      const isChosen = new Set(chosen.map((check) => check.id));
      const checks = last.checks.map((check) => (isChosen.has(check.id) ? (waiting.get(check.id) ?? check) : check));
      book.run = { ...last, checks };
      publish(book, { state: 'running', startedMs: nowMs() });
      book.over = execute(book, chosen, running, abort);
      return book.run;
    },
    stop,
    async settled(id) {
      const book = bookOf(id);
      await book.over;
      return book.run;
    },
    results: (id) => gradescopeResults(bookOf(id).run),
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([...books.keys()].map(stop));
      listeners.clear();
    },
  };
}

function freshRun(lab: Lab): GradeRun {
  const checks = lab.checks.map(
    ({ id, title, requirement, points }): CheckResult => ({
      id,
      title,
      requirement,
      points,
      score: 0,
      state: 'waiting',
      durationMs: 0,
      steps: [],
    }),
  );
  const maxScore = lab.checks.reduce((sum, { points }) => sum + points, 0);
  return { lab: lab.id, state: 'idle', startedMs: 0, score: 0, maxScore, checks };
}

function choose(lab: Lab, ids: readonly string[] | undefined): readonly Check[] {
  if (ids === undefined) return lab.checks;
  const unknown = ids.filter((id) => !lab.checks.some((check) => check.id === id));
  if (unknown.length > 0 || ids.length === 0) {
    const known = lab.checks.map(({ id }) => id).join(', ');
    throw new AppError('bad-request', `checks: expected some of ${known}, found ${unknown.join(', ') || 'none'}.`);
  }
  return lab.checks.filter(({ id }) => ids.includes(id));
}

/** Why the checks cannot run, or cannot go on. */
function whyUnfit(status: LabStatus): AppError | undefined {
  if (status.phase !== 'running') return new AppError('lab-not-running', `The lab is ${status.phase}.`);
  const router = status.routers.find(({ state }) => state !== 'ready');
  if (!router) return undefined;
  const { name, state, process } = router;
  const text = process?.state === 'ended' ? `${name} ${describeEnd(process)}.` : `${name} is ${state}, expected ready.`;
  return new AppError('router-not-ready', text);
}

/** The reason in its final words: how a program ended is known a moment after its session broke off. */
async function finalReason(reason: unknown, status: () => LabStatus): Promise<unknown> {
  if (!(reason instanceof AppError && reason.code === 'router-not-ready')) return reason;
  const isOpen = (): boolean =>
    status().routers.some(
      ({ state, process }) => state !== 'ready' && process && !process.stopped && !process.lastPacket,
    );
  for (const untilMs = performance.now() + lastWordsMs; performance.now() < untilMs && isOpen(); ) await pause(lookMs);
  return whyUnfit(status()) ?? reason;
}

/** Like the promise, but rejects as soon as the signal says so: a command that hangs must not hang the run. */
function aborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
