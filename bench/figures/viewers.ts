import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LabRun } from '../../server/labs/lab-service.ts';
import { startConsole } from '../console.ts';
import { type Figure, figure } from '../figure.ts';
import { root } from '../support.ts';
import { type LoadResult, load } from './pipeline.ts';

const rate = 2000;
const seconds = 10;
const warmUpSeconds = 3;
const viewers = 2;
/** What p99 with two viewers may be of p99 without trace and viewers. */
const mostRatio = 1.2;

interface Round extends LoadResult {
  /** From a frame's arrival in the bridge until it was handed on. */
  readonly dispatchP99Us: number;
}

/**
 * 2,000 packets a second with two viewers on other machines, and with one there and a page here, beside the same with a
 * trace that keeps nothing and nobody who looks: loss, one-way delay between the hosts, delay in the bridge, and the
 * longest task of the page.
 */
export async function measureViewers(runs: number, program: string, chromiumPath: string): Promise<Figure[]> {
  const alone = await roundsWith(runs, program, 1);
  const viewed = await roundsWith(runs, program, undefined, startViewers);
  const longest: number[] = [];
  const paged: Round[] = [];
  {
    await using console_ = await startConsole();
    await using page = await console_.openPage(chromiumPath);
    await using _viewer = await startViewer(console_.url);
    await load(console_.run, program, rate, warmUpSeconds);
    for (let i = 0; i < runs; i++) {
      await page.watchTasks();
      paged.push(await measured(console_.run, program));
      longest.push(await page.longestTaskMs());
    }
  }
  const lost = (id: string, rounds: readonly Round[]): Figure =>
    figure(
      `${id}-lost`,
      'packets',
      rounds.map((round) => round.lost),
      { goal: { atMost: 0 } },
    );
  const beside = (id: string, unit: string, rounds: readonly Round[], of: (round: Round) => number, goal?: number) =>
    figure(id, unit, rounds.map(of), {
      peer: { name: 'without trace and viewers', values: alone.map(of) },
      ...(goal !== undefined && { goal: { ratioAtMost: goal } }),
    });
  const p99 = ({ p99Ms }: Round): number => p99Ms;
  const dispatch = ({ dispatchP99Us }: Round): number => dispatchP99Us;
  return [
    lost('two-viewers-2k', viewed),
    beside('two-viewers-2k-p99', 'ms', viewed, p99, mostRatio),
    beside('two-viewers-2k-bridge-p99', 'µs', viewed, dispatch, mostRatio),
    lost('page-2k', paged),
    beside('page-2k-p99', 'ms', paged, p99),
    beside('page-2k-bridge-p99', 'µs', paged, dispatch),
    figure('page-2k-longest-task', 'ms', longest, { goal: { atMost: 50 } }),
  ];
}

/** Rounds with a trace of so many records, and viewers when they can be started. */
async function roundsWith(
  runs: number,
  program: string,
  traceRecords: number | undefined,
  start?: (url: string) => Promise<AsyncDisposable>,
): Promise<Round[]> {
  await using console_ = await startConsole(traceRecords === undefined ? {} : { traceRecords });
  await using _viewers = await start?.(console_.url);
  await load(console_.run, program, rate, warmUpSeconds);
  const rounds: Round[] = [];
  for (let i = 0; i < runs; i++) rounds.push(await measured(console_.run, program));
  return rounds;
}

async function startViewers(url: string): Promise<AsyncDisposable> {
  const all = await Promise.all(Array.from({ length: viewers }, () => startViewer(url)));
  return {
    [Symbol.asyncDispose]: () => Promise.all(all.map((each) => each[Symbol.asyncDispose]())).then(() => undefined),
  };
}

/** A process that views; it is on another machine in earnest, so here it has only the time that nobody else wants. */
async function startViewer(url: string): Promise<AsyncDisposable> {
  const argv = [process.execPath, join(root, 'dist/bench/viewer.js'), url];
  // Where sessions are scheduled as groups, a nice process in a session of its own takes as much as all others together.
  const nicest = 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$@"';
  const viewer = spawn('sh', ['-c', nicest, 'viewer', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await Promise.race([
    once(viewer.stdout, 'data'),
    once(viewer, 'exit').then(([code]) => Promise.reject(new Error(`the viewer ended with ${code}`))),
  ]);
  return {
    [Symbol.asyncDispose]: async () => {
      const ended = once(viewer, 'exit');
      viewer.kill();
      await ended;
    },
  };
}

async function measured(run: LabRun, program: string): Promise<Round> {
  const result = await load(run, program, rate, seconds);
  return { ...result, dispatchP99Us: run.bridge.state.counters.dispatchP99Us };
}
