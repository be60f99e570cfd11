import { startConsole } from '../console.ts';
import { type Figure, figure } from '../figure.ts';
import { load } from './pipeline.ts';

const rate = 10_000;
/** Five records a packet, and what a page says while they come: a little more than the log keeps. */
const seconds = 22;
const scrollMs = 5000;
/** What `--trace-records` says a record may take, and what the server itself may. */
const recordBytes = 190;
const serverBytes = 400 * 1024 * 1024;
const pageBytes = 150 * 1024 * 1024;

/** A trace of a million records in the page: frames a second while it scrolls, and memory of server and page. */
export async function measureLongLog(runs: number, program: string, chromiumPath: string): Promise<Figure[]> {
  await using console_ = await startConsole();
  const { bridge } = console_.run;
  for (let tries = 0; bridge.state.counters.logged < 1_000_000 && tries < 3; tries++)
    await load(console_.run, program, rate, seconds);
  await using page = await console_.openPage(chromiumPath);
  const fps: number[] = [];
  for (let i = 0; i < runs; i++) fps.push(await page.scrollTrace(scrollMs));
  const mebi = (bytes: number): number => bytes / 1024 / 1024;
  return [
    figure('log-1m-scroll', 'fps', fps, { goal: { atLeast: 55 } }),
    figure('log-1m-server-memory', 'MiB', [mebi(process.memoryUsage().rss)], {
      goal: { atMost: Math.round(mebi(1_000_000 * recordBytes + serverBytes)) },
    }),
    figure('log-1m-page-memory', 'MiB', [mebi(await page.heapBytes())], { goal: { atMost: mebi(pageBytes) } }),
  ];
}
