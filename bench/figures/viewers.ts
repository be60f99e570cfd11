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
/** As long as the engine takes to compile what viewers ask for, too. */
const warmUpSeconds = 8;
/** What p99 with two viewers may be of p99 with the trace switched off. */
const mostRatio = 1.2;

/** One round says little of a percentile: this many are one run. */
const roundsEach = 2;

interface Round extends LoadResult {
  /** From a frame's arrival in the bridge until it was handed on. */
  readonly dispatchP99Us: number;
}

/**
 * 2,000 packets a second with two viewers on other machines, and with one there and a page here: loss, one-way delay
 * between the hosts, delay in the bridge, and the longest task of the page. Beside them the same two viewers with the
 * trace switched off, a log that keeps nothing and nobody who follows it, in turns; and, for the whole price of being
 * looked at, nobody who looks at all.
 */
export async function measureViewers(runs: number, program: string, chromiumPath: string): Promise<Figure[]> {
  const { untraced, viewed, alone } = await inTurns(roundsEach * runs, program);
  const longest: number[] = [];
  const paged: Round[] = [];
  {
    await using console_ = await startConsole();
    await using page = await console_.openPage(chromiumPath);
    await using _viewer = await startViewer(console_.url, true);
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
      rounds.map((each) => each.lost),
      { goal: { atMost: 0 } },
    );
  const beside = (id: string, unit: string, rounds: readonly Round[], of: (each: Round) => number, peer: Peer) =>
    figure(id, unit, rounds.map(of), {
      peer: { name: peer.name, values: peer.rounds.map(of), inTurns: peer.inTurns ?? false },
      ...(peer.ratioAtMost !== undefined && { goal: { ratioAtMost: peer.ratioAtMost } }),
    });
  const p99 = ({ p99Ms }: Round): number => p99Ms;
  const dispatch = ({ dispatchP99Us }: Round): number => dispatchP99Us;
  const off = { name: 'two viewers, trace switched off', rounds: untraced, ratioAtMost: mostRatio, inTurns: true };
  const nobody = { name: 'without trace and viewers', rounds: alone };
  const nobodyInTurns = { ...nobody, inTurns: true };
  return [
    lost('two-viewers-2k', viewed),
    beside('two-viewers-2k-p99', 'ms', viewed, p99, off),
    beside('two-viewers-2k-bridge-p99', 'µs', viewed, dispatch, off),
    beside('two-viewers-2k-p99-of-nobody', 'ms', viewed, p99, nobodyInTurns),
    beside('two-viewers-2k-bridge-p99-of-nobody', 'µs', viewed, dispatch, nobodyInTurns),
    lost('page-2k', paged),
    beside('page-2k-p99', 'ms', paged, p99, nobody),
    beside('page-2k-bridge-p99', 'µs', paged, dispatch, nobody),
    figure('page-2k-longest-task', 'ms', longest, { goal: { atMost: 50 } }),
  ];
}

/** What a figure stands beside. */
interface Peer {
  readonly name: string;
  readonly rounds: readonly Round[];
  readonly ratioAtMost?: number;
  readonly inTurns?: boolean;
}

/**
 * The three ways to look, on consoles side by side and in turns: what another user of the machine takes for a while, it
 * takes from all of them.
 */
async function inTurns(rounds: number, program: string): Promise<Record<'untraced' | 'viewed' | 'alone', Round[]>> {
  await using untraced = await startViewed({ hasTrace: false, viewers: 2 });
  await using viewed = await startViewed({ hasTrace: true, viewers: 2 });
  await using alone = await startViewed({ hasTrace: false, viewers: 0 });
  const ways = [untraced, viewed, alone];
  for (const { run } of ways) await load(run, program, rate, warmUpSeconds);
  // There and back, so that none of them is always the first.
  for (let i = 0; i < rounds; i++, ways.reverse())
    for (const way of ways) way.rounds.push(await measured(way.run, program));
  return { untraced: untraced.rounds, viewed: viewed.rounds, alone: alone.rounds };
}

interface Viewed extends AsyncDisposable {
  readonly run: LabRun;
  readonly rounds: Round[];
}

/** A console and who looks at it, to be measured. */
async function startViewed({ hasTrace, viewers }: { hasTrace: boolean; viewers: number }): Promise<Viewed> {
  const console_ = await startConsole(hasTrace ? {} : { traceRecords: 1 });
  const looking: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    for (const viewer of looking) await viewer[Symbol.asyncDispose]();
    await console_[Symbol.asyncDispose]();
  };
  try {
    for (let i = 0; i < viewers; i++) looking.push(await startViewer(console_.url, hasTrace));
  } catch (error) {
    await close();
    throw error;
  }
  return { run: console_.run, rounds: [], [Symbol.asyncDispose]: close };
}

/** A process that views; it is on another machine in earnest, so here it has only the time that nobody else wants. */
async function startViewer(url: string, followsTrace: boolean): Promise<AsyncDisposable> {
  const argv = [process.execPath, join(root, 'dist/bench/viewer.js'), url, ...(followsTrace ? ['--trace'] : [])];
  // Where sessions are scheduled as groups, a nice process in a session of its own takes as much as all others together.
  const nicest = 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$@"';
  const viewer = spawn('sh', ['-c', nicest, 'viewer', ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
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
