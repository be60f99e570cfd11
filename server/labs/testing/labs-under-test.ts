import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { LabStatus, RouterChoice, RuntimeKind } from '../../contract/status.ts';
import type { LabRun, Labs } from '../lab-service.ts';
import { createLabs, type LabsOptions } from '../labs.ts';
import { catalogDir } from '../project-paths.ts';
import { createEmulatedRuntime } from '../runtimes/emulated.ts';
import { createMininetRuntime } from '../runtimes/mininet.ts';
import { childrenOf } from '../runtimes/processes.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { until } from './until.ts';

export const simpleRouter = 'simple-router';
export const reference: RouterChoice = { kind: 'reference' };
const create = { mininet: createMininetRuntime, emulated: createEmulatedRuntime };

/** What must be the same on every runtime (RUN10): test titles and what they do. */
export type Scenarios = Readonly<Record<string, (bench: LabsUnderTest) => Promise<void>>>;

/** Labs of a server on one runtime, for the tests of one file; its directories are gone at the end. */
export class LabsUnderTest {
  readonly kind: RuntimeKind;
  #tmpDir = '';

  constructor(kind: RuntimeKind) {
    this.kind = kind;
    beforeAll(async () => {
      this.#tmpDir = await mkdtemp(join(tmpdir(), 'pb-'));
    });
    afterAll(async () => {
      await rm(this.#tmpDir, { recursive: true });
    });
  }

  /** Of this file's tests; there while they run. */
  get tmpDir(): string {
    return this.#tmpDir;
  }

  /** Where the labs of this user have their run directories. */
  runDirs(): Promise<string[]> {
    return readdir(this.runDirBase);
  }
  get runDirBase(): string {
    return join(this.#tmpDir, `patchbay-${process.getuid?.()}`);
  }

  runtime(tmpDir = this.#tmpDir): Runtime {
    return create[this.kind]({ tmpDir });
  }

  /** A server's labs, closed at the end of the test. */
  async open(options: Partial<LabsOptions> = {}): Promise<Labs & AsyncDisposable> {
    const tmpDir = options.tmpDir ?? this.#tmpDir;
    const labs = await createLabs({
      catalogDir,
      runtimes: [this.runtime(tmpDir)],
      log: pino({ level: 'silent' }),
      defaultRuntime: this.kind,
      vnsHost: '127.0.0.1',
      vnsPort: 0,
      tmpDir,
      ...options,
    });
    return Object.assign(labs, { [Symbol.asyncDispose]: () => labs.close() });
  }
}

/** Starts a lab; resolves when its network is being built. */
export async function started(labs: Labs, router = reference, id = simpleRouter): Promise<LabRun> {
  await labs.start(id, { router });
  return await until('a run', () => {
    const { phase, error } = labs.status(id);
    if (phase === 'failed') throw new Error(`the lab failed: ${error?.detail}`);
    try {
      return labs.run(id);
    } catch {
      return undefined;
    }
  });
}

/** Starts a lab; resolves when it runs and every chip is ok. */
export async function ready(labs: Labs, router = reference, id = simpleRouter): Promise<LabRun> {
  const run = await started(labs, router, id);
  await run.whenReady(20_000);
  return run;
}

/** What one ping says. */
export async function ping(run: LabRun, host = 'client', address = '192.168.2.2'): Promise<string> {
  return (await run.network.exec(host, ['ping', '-c', '1', '-W', '2', address], { timeoutMs: 5000 })).output;
}

export function reaches(labs: Labs, wanted: LabStatus['phase'], id = simpleRouter): Promise<LabStatus> {
  return until(`phase ${wanted}`, () => labs.status(id).phase === wanted && labs.status(id));
}

export const chipOf = (labs: Labs, chip: string) => labs.status(simpleRouter).chips.find((each) => each.id === chip);

/** Everything that this process or `root` has started, by name; without what compiles TypeScript for a thread, which is no lab's. */
export async function descendants(root: number = process.pid): Promise<{ pid: number; name: string }[]> {
  const pids = [root];
  for (let at = 0; at < pids.length; at++) pids.push(...(await childrenOf(pids[at] ?? 0)));
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  const found = pids.map((pid, index) => ({ pid, name: names[index]?.trim() ?? '' })).slice(1);
  return found.filter(({ name }) => name !== 'esbuild');
}

/** Whether a runtime can run here; says once why not, so that what is skipped is told. */
export async function canRun(kind: RuntimeKind): Promise<boolean> {
  const { available, notes } = await create[kind]().probe();
  if (!available) process.stderr.write(`skipped, ${kind} cannot run here: ${notes.join(' ')}\n`);
  return available;
}
