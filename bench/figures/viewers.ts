import type { LabRun } from '../../server/labs/lab-service.ts';
import { startConsole } from '../console.ts';
import { type Figure, figure } from '../figure.ts';
import type { ViewedPage } from '../page.ts';
import { type LoadResult, load } from './pipeline.ts';

const rate = 2000;
const seconds = 10;
const warmUpSeconds = 3;
/** What p99 with two viewers may be of p99 without trace and viewers. */
const mostRatio = 1.2;

interface Round extends LoadResult {
  /** From a frame's arrival in the bridge until it was handed on. */
  readonly dispatchP99Us: number;
}

/**
 * 2,000 packets a second with two pages open, beside the same with a trace that keeps nothing and no page: loss, one-way
 * delay between the hosts, delay in the bridge, and the longest task of either page.
 */
export async function measureViewers(runs: number, program: string, chromiumPath: string): Promise<Figure[]> {
  const alone: Round[] = [];
  {
    await using console_ = await startConsole({ traceRecords: 1 });
    await load(console_.run, program, rate, warmUpSeconds);
    for (let i = 0; i < runs; i++) alone.push(await measured(console_.run, program));
  }
  const viewed: Round[] = [];
  const longest: number[] = [];
  {
    await using console_ = await startConsole();
    await using first = await console_.openPage(chromiumPath);
    await using second = await console_.openPage(chromiumPath);
    const pages: readonly ViewedPage[] = [first, second];
    await load(console_.run, program, rate, warmUpSeconds);
    for (let i = 0; i < runs; i++) {
      for (const { watchTasks } of pages) await watchTasks();
      viewed.push(await measured(console_.run, program));
      longest.push(Math.max(...(await Promise.all(pages.map(({ longestTaskMs }) => longestTaskMs())))));
    }
  }
  const beside = (id: string, unit: string, of: (round: Round) => number): Figure =>
    figure(`two-viewers-2k-${id}`, unit, viewed.map(of), {
      peer: { name: 'without trace and viewers', values: alone.map(of) },
      goal: { ratioAtMost: mostRatio },
    });
  return [
    figure(
      'two-viewers-2k-lost',
      'packets',
      viewed.map(({ lost }) => lost),
      { goal: { atMost: 0 } },
    ),
    beside('p99', 'ms', ({ p99Ms }) => p99Ms),
    beside('bridge-p99', 'µs', ({ dispatchP99Us }) => dispatchP99Us),
    figure('two-viewers-2k-longest-task', 'ms', longest, { goal: { atMost: 50 } }),
  ];
}

async function measured(run: LabRun, program: string): Promise<Round> {
  const result = await load(run, program, rate, seconds);
  return { ...result, dispatchP99Us: run.bridge.state.counters.dispatchP99Us };
}
