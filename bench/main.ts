import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startConsole } from './console.ts';
import { type Figure, figure, machine } from './figure.ts';
import { measureCausality } from './figures/causality.ts';
import { measureCodec } from './figures/codec.ts';
import { measureEcho } from './figures/echo.ts';
import { measureEmulator } from './figures/emulator.ts';
import { measureFilter } from './figures/filter.ts';
import { measureIdleMemory } from './figures/idle-memory.ts';
import { measureLongLog } from './figures/long-log.ts';
import { measureLoad, measurePing } from './figures/pipeline.ts';
import { startSwitchAlone } from './figures/switch-alone.ts';
import { measureViewers } from './figures/viewers.ts';
import { type BenchOptions, help, readOptions, UsageError } from './options.ts';
import { compileLoad } from './support.ts';

/** Measures and prints; the exit code is 0 whatever the figures say, 2 for a wrong command line. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options === 'help') console.log(help);
    else await measure(options);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n--help tells the options.`);
    return 2;
  }
}

async function measure({ json, runs, wants }: BenchOptions): Promise<void> {
  const figures: Figure[] = [];
  const add = (more: readonly Figure[]): void => {
    figures.push(...more);
    if (!json) for (const one of more) console.log(line(one));
  };
  if (wants('codec')) add(measureCodec(runs));
  if (wants('emulator')) add(await measureEmulator(runs));
  if (wants('trace')) add([...measureFilter(runs), ...measureCausality(runs)]);
  if (wants('lab')) await measureLab(runs, add);
  if (wants('page')) await measurePages(runs, add);
  if (json) console.log(JSON.stringify({ machine: machine(), figures }, null, 2));
}

async function measureLab(runs: number, add: (figures: readonly Figure[]) => void): Promise<void> {
  const reason = whyNoLab();
  if (reason) {
    process.stderr.write(`lab figures left out: ${reason}\n`);
    return;
  }
  await using load = await compileLoad();
  await using console_ = await startConsole();
  add([figure('lab-start', 'ms', [console_.startMs])]);
  add(await measureEcho(console_.url, runs));
  {
    const testcontroller = onPath('ovs-testcontroller');
    await using alone = testcontroller === undefined ? undefined : await startSwitchAlone(testcontroller).catch(tell);
    add([await measureIdleMemory(runs), ...(await measurePing(console_.run, alone, runs))]);
  }
  add(await measureLoad(console_.run, runs, load.program, 'udp-10k'));
  const browser = chromiumPath();
  if (browser) {
    await using _page = await console_.openPage(browser);
    add(await measureLoad(console_.run, runs, load.program, 'udp-10k-page-open'));
  }
}

/** A peer that does not run here is left out, with its reason. */
function tell(error: unknown): undefined {
  process.stderr.write(`ping figures have no peer: ${error instanceof Error ? error.message : error}\n`);
}

/** What viewers cost, and what a long trace costs a viewer. */
async function measurePages(runs: number, add: (figures: readonly Figure[]) => void): Promise<void> {
  const browser = chromiumPath();
  const reason = browser === undefined ? 'chromium is not here' : whyNoLab();
  if (reason !== undefined || browser === undefined) {
    process.stderr.write(`page figures left out: ${reason}\n`);
    return;
  }
  await using load = await compileLoad();
  add(await measureViewers(runs, load.program, browser));
  add(await measureLongLog(runs, load.program, browser));
}

function whyNoLab(): string | undefined {
  if (process.getuid?.() !== 0) return 'Mininet needs root';
  return ['mn', 'ovs-vswitchd', 'gcc'].map((name) => (onPath(name) ? undefined : `${name} is not here`)).find(Boolean);
}

const chromiumPath = (): string | undefined => onPath('chromium');

function onPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function line({ id, unit, median, min, max, runs, ratio, goal, met }: Figure): string {
  const verdict = goal === undefined ? '' : `  goal ${goal} ${met ? 'met' : 'NOT met'}`;
  const beside = ratio === undefined ? '' : `  ratio ${ratio}`;
  return `${id.padEnd(28)} ${median} ${unit} (${min} … ${max}, ${runs} runs)${beside}${verdict}`;
}
