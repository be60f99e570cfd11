import { homedir, tmpdir, userInfo } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { type ListenAddress, startBridge } from '../../bridge/index.ts';
import { setByWallClock } from '../clock.ts';
import type { LabMoment } from '../contract/moments.ts';
import type { DefaultRuntime, LabDetail, RuntimeInfo, StartLab } from '../contract/rest.ts';
import type { LabEvent, LabStatus, RouterChoice, RuntimeKind, SecondChoice } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { LabRun, Labs } from './lab-service.ts';
import { loadCatalog } from './load-lab.ts';
import { ManagedLab } from './managed-lab.ts';
import { Precedence } from './precedence/precedence.ts';
import { RunDirs } from './runtimes/run-dirs.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { chooseDefault } from './runtimes/runtimes.ts';
import type { VnsKey } from './vns-key.ts';

export interface LabsOptions {
  readonly catalogDir: string;
  readonly runtimes: readonly Runtime[];
  /** Of a lab whose start names none; undefined takes the first that can run here. */
  readonly defaultRuntime: RuntimeKind | undefined;
  readonly log: FastifyBaseLogger;
  /** Address on which routers connect; a port that is taken is replaced by a free one, 0 always takes a free one. */
  readonly vnsHost: string;
  readonly vnsPort: number;
  /** What routers must know; nothing unless given. */
  readonly vnsKey?: VnsKey | undefined;
  /** Addresses for switches from outside, beside the private socket; none unless given. */
  readonly openflow?: readonly ListenAddress[];
  /** Environment of the programs that play routers: a standard PATH, HOME and USER unless given. */
  readonly routerEnv?: Readonly<Record<string, string>>;
  /** Records that the trace of each lab keeps: 200,000 unless given. */
  readonly traceRecords?: number;
  /** Run directories are made below it. */
  readonly tmpDir?: string;
  /** What a test replaces. */
  readonly startBridge?: typeof startBridge;
  readonly precedence?: Precedence;
}

/** Loads the catalogue and cleans up after servers that were killed. Wrong labs are logged and left out. */
export async function createLabs(options: LabsOptions): Promise<Labs> {
  const { log, runtimes } = options;
  const { labs, wrong } = await loadCatalog(options.catalogDir);
  for (const { file, faults } of wrong) log.error({ file, faults }, 'wrong lab left out');
  const runDirs = new RunDirs(options.tmpDir ?? tmpdir());
  for (const sweep of [() => runDirs.sweep(), ...runtimes.map((each) => () => each.sweep())])
    await sweep().catch((error: unknown) => log.warn({ err: error }, 'leftovers could not be removed'));
  const standard = await chooseDefault(runtimes, options.defaultRuntime);
  const service = new LabService(runtimes, standard);
  const precedence = options.precedence ?? new Precedence(log);
  for (const lab of labs) {
    const managed = new ManagedLab(lab, {
      runDirs,
      runtimes,
      log,
      defaultRuntime: standard.kind,
      vns: { host: options.vnsHost, port: options.vnsPort },
      vnsKey: options.vnsKey,
      openflow: options.openflow ?? [],
      routerEnv: options.routerEnv ?? standardEnv(),
      traceRecords: options.traceRecords ?? 200_000,
      startBridge: options.startBridge ?? startBridge,
      precedence,
      onStatus: (status) => service.tellStatus(status),
      onEvent: (id, event) => service.tellEvent(id, event),
    });
    service.add(lab.lab.id, managed);
  }
  return service;
}

class LabService implements Labs {
  readonly #runtimes: readonly Runtime[];
  readonly defaultRuntime: DefaultRuntime;
  readonly #labs = new Map<string, ManagedLab>();
  readonly #onStatus = new Set<(status: LabStatus) => void>();
  readonly #onEvent = new Set<(lab: string, event: LabEvent) => void>();

  constructor(runtimes: readonly Runtime[], standard: DefaultRuntime) {
    this.#runtimes = runtimes;
    this.defaultRuntime = standard;
  }

  add(id: string, lab: ManagedLab): void {
    this.#labs.set(id, lab);
  }
  tellStatus(status: LabStatus): void {
    for (const listener of [...this.#onStatus]) listener(status);
  }
  tellEvent(id: string, event: LabEvent): void {
    for (const listener of [...this.#onEvent]) listener(id, event);
  }

  list() {
    return [...this.#labs.values()].map(({ entry }) => entry);
  }
  runtimes(): Promise<RuntimeInfo[]> {
    return Promise.all(this.#runtimes.map(async (each) => ({ kind: each.kind, ...(await each.probe()) })));
  }
  detail(id: string): Omit<LabDetail, 'lacks'> {
    return this.#lab(id).detail;
  }
  async lacks(id: string): Promise<LabDetail['lacks']> {
    return await this.#lab(id).lacks();
  }
  status(id: string): LabStatus {
    return this.#lab(id).status;
  }
  async start(id: string, request: StartLab): Promise<LabStatus> {
    const lab = this.#lab(id);
    if ([...this.#labs.values()].every(({ status: { phase } }) => phase === 'stopped' || phase === 'failed'))
      setByWallClock();
    return await lab.start(request);
  }
  async stop(id: string): Promise<LabStatus> {
    return await this.#lab(id).stop();
  }
  async startRouter(id: string, router: string, choice: RouterChoice): Promise<LabStatus> {
    return await this.#lab(id).startRouter(router, choice);
  }
  async stopRouter(id: string, router: string): Promise<LabStatus> {
    return await this.#lab(id).stopRouter(router);
  }
  async startSecond(id: string, router: string, choice: SecondChoice): Promise<LabStatus> {
    return await this.#lab(id).startSecond(router, choice);
  }
  async stopSecond(id: string, router: string): Promise<LabStatus> {
    return await this.#lab(id).stopSecond(router);
  }
  run(id: string): LabRun {
    return this.#lab(id).run;
  }
  events(id: string): LabEvent[] {
    return this.#lab(id).events;
  }
  history(id: string): readonly LabMoment[] {
    return this.#lab(id).history;
  }
  onStatus(listener: (status: LabStatus) => void): () => void {
    this.#onStatus.add(listener);
    return () => this.#onStatus.delete(listener);
  }
  onEvent(listener: (lab: string, event: LabEvent) => void): () => void {
    this.#onEvent.add(listener);
    return () => this.#onEvent.delete(listener);
  }
  setViewers(id: string, viewers: number): void {
    this.#lab(id).viewers = viewers;
  }
  async setPoints(id: string, areAsked: boolean): Promise<LabStatus> {
    return await this.#lab(id).setPoints(areAsked);
  }
  setScore(id: string, score: number): void {
    this.#lab(id).score = score;
  }
  async close(): Promise<void> {
    await Promise.all([...this.#labs.values()].map((lab) => lab.close()));
  }

  #lab(id: string): ManagedLab {
    const lab = this.#labs.get(id);
    if (lab === undefined) throw new AppError('not-found', `There is no lab "${id}".`);
    return lab;
  }
}

/** Nothing of the server's own environment: it may hold a password. */
function standardEnv(): Record<string, string> {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  // A container may run as a number that has no name and no home.
  const home = orElse(homedir, '/');
  const user = orElse(() => userInfo().username, String(process.getuid?.() ?? ''));
  return { PATH: path, HOME: home, USER: user, LANG: 'C.UTF-8' };
}

function orElse(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
