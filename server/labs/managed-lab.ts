import type { FastifyBaseLogger } from 'fastify';
import type { BridgeEvent } from '../../bridge/index.ts';
import { nowMs } from '../clock.ts';
import type { LabMoment } from '../contract/moments.ts';
import type { LabDetail, LabEntry, StartLab } from '../contract/rest.ts';
import type {
  Chip,
  ChipId,
  LabEvent,
  LabStatus,
  Problem,
  RouterChoice,
  RuntimeKind,
  SecondChoice,
} from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { LabRun } from './lab-service.ts';
import { labStatus, unwatched } from './lab-status.ts';
import type { CatalogLab } from './load-lab.ts';
import { PacketRate } from './packet-rate.ts';
import { isReady, type LabFacts, missing, Readiness } from './readiness.ts';
import { checkRouterChoice } from './router-command.ts';
import { RunningLab, type RunningLabOptions } from './running-lab.ts';
import type { Runtime } from './runtimes/runtime.ts';
import { StatusHistory } from './status-history.ts';

const keptEvents = 200;
/** At most twenty snapshots a second. */
const tellEveryMs = 50;

type Started = 'startBridge' | 'precedence';

export interface ManagedLabDeps
  extends Pick<RunningLabOptions, 'runDirs' | 'vns' | 'vnsKey' | 'openflow' | 'routerEnv' | 'traceRecords' | Started> {
  readonly runtimes: readonly Runtime[];
  readonly defaultRuntime: RuntimeKind;
  readonly log: FastifyBaseLogger;
  readonly onStatus: (status: LabStatus) => void;
  readonly onEvent: (lab: string, event: LabEvent) => void;
}

/** One lab of the catalogue through all of its lives: stopped, starting, running, stopping, failed (LAB8 to LAB11). */
export class ManagedLab {
  readonly #catalog: CatalogLab;
  readonly #deps: ManagedLabDeps;
  readonly #waiting = new Set<() => void>();
  #phase: LabStatus['phase'] = 'stopped';
  #run: RunningLab | undefined;
  #opening: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #runtime: RuntimeKind;
  #startedMs = 0;
  #error: Problem | undefined;
  #failure: LabFacts['failure'];
  #readiness = new Readiness();
  #rate = new PacketRate();
  readonly #history = new StatusHistory();
  #packetsPerSecond = 0;
  #events: LabEvent[] = [];
  #lastEvent = 0;
  #viewers = 0;
  #arePointsAsked = false;
  #score: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #toldAtMs = 0;

  constructor(catalog: CatalogLab, deps: ManagedLabDeps) {
    this.#catalog = catalog;
    this.#deps = deps;
    this.#runtime = deps.defaultRuntime;
  }

  get entry(): LabEntry {
    const { id, title, summary, description, hours, topics, checks } = this.#catalog.lab;
    const points = checks.reduce((sum, check) => sum + check.points, 0);
    const about = { id, title, summary, description, hours, topics, checks: checks.length, points };
    return { ...about, score: this.#score, status: this.status };
  }

  get detail(): Omit<LabDetail, 'lacks'> {
    return { lab: this.#catalog.lab, guide: this.#catalog.guide, status: this.status };
  }

  lacks(): Promise<LabDetail['lacks']> {
    const { lab } = this.#catalog;
    return Promise.all(this.#deps.runtimes.map(async (each) => ({ kind: each.kind, reasons: await each.lacks(lab) })));
  }

  get events(): LabEvent[] {
    return [...this.#events];
  }

  /** What the map showed since the start, oldest first. */
  get history(): readonly LabMoment[] {
    return this.#history.moments;
  }

  get status(): LabStatus {
    return this.#snapshot(this.#chips());
  }

  /** The running lab; throws lab-not-running. */
  get run(): LabRun {
    const run = this.#run;
    if (run?.openedNetwork === undefined || this.#phase === 'stopping')
      throw new AppError('lab-not-running', `${this.#catalog.lab.title} is not running.`);
    return {
      lab: run.lab,
      bridge: run.bridge,
      network: run.network,
      terminals: run.terminals,
      whenReady: (timeoutMs) => this.#whenReady(run, timeoutMs),
      openShell: (host) => run.openShell(host),
    };
  }

  set viewers(viewers: number) {
    this.#viewers = viewers;
    const points = this.#run?.points;
    if (points !== undefined) points.viewers = viewers;
    this.#changed();
  }

  /** Resolves when the running lab is watched, or not any more. */
  async setPoints(areAsked: boolean): Promise<LabStatus> {
    this.#arePointsAsked = areAsked;
    await this.#run?.points?.ask(areAsked);
    this.#changed();
    return this.status;
  }

  set score(score: number) {
    this.#score = score;
    this.#changed();
  }

  /** Throws lab-running, runtime-unavailable, invalid-command. */
  async start({ runtime: kind, router }: StartLab): Promise<LabStatus> {
    const { runtimes, defaultRuntime } = this.#deps;
    const runtime = runtimes.find((each) => each.kind === (kind ?? defaultRuntime));
    if (runtime === undefined)
      throw new AppError('runtime-unavailable', `There is no runtime "${kind ?? defaultRuntime}" here.`);
    this.#checkRouter(router);
    const { available, notes } = await runtime.probe();
    if (!available) throw new AppError('runtime-unavailable', notes.join(' '));
    const lacks = await runtime.lacks(this.#catalog.lab);
    if (lacks.length > 0) throw new AppError('runtime-unavailable', lacks.join(' '));
    await this.#stopping;
    if (this.#phase === 'starting' || this.#phase === 'running')
      throw new AppError('lab-running', `${this.#catalog.lab.title} runs already.`);
    this.#begin(runtime.kind);
    const run = this.#newRun(runtime, router);
    this.#run = run;
    this.#opening = this.#open(run);
    this.#changed();
    return this.status;
  }

  /** Idempotent; resolves when every process of the lab is gone. */
  async stop(): Promise<LabStatus> {
    if (this.#phase === 'starting' || this.#phase === 'running') {
      this.#stopping = this.#stop('stopped');
      this.#tell('info', 'The lab was stopped', '');
    }
    await this.#stopping;
    return this.status;
  }

  async startRouter(name: string, choice: RouterChoice): Promise<LabStatus> {
    this.#checkRouter(choice);
    await this.#running.startRouter(name, choice);
    return this.status;
  }

  async stopRouter(name: string): Promise<LabStatus> {
    await this.#running.stopRouter(name);
    return this.status;
  }

  async startSecond(name: string, choice: SecondChoice): Promise<LabStatus> {
    this.#checkRouter(choice);
    await this.#running.startSecond(name, choice);
    return this.status;
  }

  async stopSecond(name: string): Promise<LabStatus> {
    await this.#running.stopSecond(name);
    return this.status;
  }

  async close(): Promise<void> {
    await this.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #running(): RunningLab {
    if (this.#run === undefined || this.#phase === 'stopping')
      throw new AppError('lab-not-running', `${this.#catalog.lab.title} is not running.`);
    return this.#run;
  }

  #checkRouter(choice: RouterChoice): void {
    checkRouterChoice(choice, this.#deps.routerEnv, this.#deps.vnsKey);
  }

  #begin(runtime: RuntimeKind): void {
    this.#phase = 'starting';
    this.#runtime = runtime;
    this.#startedMs = nowMs();
    this.#error = undefined;
    this.#failure = undefined;
    this.#readiness = new Readiness();
    this.#rate = new PacketRate();
    this.#history.clear();
    // Their `afterSeq` belongs to a log that is gone.
    this.#events = [];
  }

  #newRun(runtime: Runtime, router: RouterChoice): RunningLab {
    const { runDirs, vns, vnsKey, openflow, routerEnv, traceRecords, startBridge, precedence, log } = this.#deps;
    const run: RunningLab = new RunningLab({
      lab: this.#catalog.lab,
      runtime,
      router,
      runDirs,
      vns,
      vnsKey,
      openflow,
      routerEnv,
      traceRecords,
      startBridge,
      precedence,
      onChange: () => this.#changed(),
      onEvent: ({ level, text, reason }) => this.#tell(level, text, reason),
      onBridgeEvent: (event) => this.#bridgeEvent(run, event),
      onLost: (chip, why, asked) => this.#lost(chip, why, asked),
      onFault: (error) => log.error({ err: error, lab: this.#catalog.lab.id }, 'a part of a lab failed'),
    });
    return run;
  }

  async #open(run: RunningLab): Promise<void> {
    try {
      await run.open();
      await run.network.ready;
    } catch (error) {
      // Stopped or lost in the meantime: whoever did that says so.
      if (this.#phase !== 'starting') return;
      this.#fail(
        run.opens,
        error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error }),
      );
      return;
    }
    if (this.#phase !== 'starting') return;
    this.#phase = 'running';
    if (run.points !== undefined) run.points.viewers = this.#viewers;
    void run.points?.ask(this.#arePointsAsked);
    this.#tell('info', `The lab is up after ${((nowMs() - this.#startedMs) / 1000).toFixed(1)} s`, '');
  }

  #lost(chip: ChipId, why: string, asked: boolean): void {
    if (asked) {
      this.#stopping = this.#stop('stopped');
      this.#tell('info', 'The lab was stopped', why);
    } else {
      this.#fail(chip, new AppError(this.#phase === 'running' ? 'network-stopped' : 'network-failed', why));
    }
  }

  #fail(chip: ChipId, error: AppError): void {
    const { log } = this.#deps;
    log.warn({ err: error, lab: this.#catalog.lab.id }, 'lab failed');
    this.#error = error.problem;
    this.#failure = { chip, why: error.message };
    this.#tell('bad', error.message, '');
    this.#stopping = this.#stop('failed');
  }

  async #stop(then: 'stopped' | 'failed'): Promise<void> {
    this.#phase = 'stopping';
    this.#changed();
    await this.#run?.close();
    await this.#opening;
    this.#run = undefined;
    this.#opening = undefined;
    this.#packetsPerSecond = 0;
    this.#stopping = undefined;
    this.#phase = then;
    this.#changed();
  }

  #bridgeEvent(run: RunningLab, event: BridgeEvent): void {
    // That everybody leaves when a lab ends is no news.
    if (this.#phase === 'stopping') return;
    const epochMs = run.openedBridge?.state.epochMs ?? nowMs();
    this.#keep(epochMs + event.tUs / 1000, event.afterSeq, event);
  }

  #tell(level: LabEvent['level'], text: string, reason: string): void {
    this.#keep(nowMs(), this.#run?.openedBridge?.state.counters.logged ?? 0, { level, text, reason });
  }

  #keep(atMs: number, afterSeq: number, { level, text, reason }: Pick<LabEvent, 'level' | 'text' | 'reason'>): void {
    this.#lastEvent += 1;
    const event = { id: this.#lastEvent, atMs, afterSeq, level, text, reason };
    this.#events.push(event);
    if (this.#events.length > keptEvents) this.#events.shift();
    this.#deps.onEvent(this.#catalog.lab.id, event);
    this.#changed();
  }

  /** Resolves when the lab runs and every chip is ok. Rejects with network-failed, saying what is missing. */
  #whenReady(run: RunningLab, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        act();
      };
      const look = (): void => {
        if (this.#run !== run || this.#phase === 'stopping') {
          const why = this.#failure?.why ?? 'The lab was stopped.';
          settle(() => reject(new AppError('network-failed', why)));
        } else if (this.#phase === 'running' && isReady(this.#chips())) settle(resolve);
      };
      const timer = setTimeout(() => {
        const text = `The lab was not ready within ${timeoutMs / 1000} s. ${missing(this.#chips())}`;
        settle(() => reject(new AppError('network-failed', text)));
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  /** Something is different: pages hear of it at once, or in the next slot when they just heard. */
  #changed(): void {
    for (const look of [...this.#waiting]) look();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#toldAtMs = performance.now();
        const packetsIn = this.#run?.openedBridge?.state.counters.packetsIn;
        if (packetsIn !== undefined) this.#packetsPerSecond = this.#rate.sample(packetsIn, this.#toldAtMs);
        const { status } = this;
        this.#history.note(status, nowMs());
        this.#deps.onStatus(status);
      },
      Math.max(0, this.#toldAtMs + tellEveryMs - performance.now()),
    );
  }

  #chips(): Chip[] {
    return this.#readiness.read(this.#facts(), nowMs());
  }

  #facts(): LabFacts {
    return {
      lab: this.#catalog.lab,
      phase: this.#phase,
      runtime: this.#runtime,
      bridge: this.#run?.openedBridge?.state,
      network: this.#run?.openedNetwork?.progress,
      processes: this.#run?.processes ?? new Map(),
      failure: this.#failure,
    };
  }

  #snapshot(chips: Chip[]): LabStatus {
    const facts = this.#facts();
    const vns = facts.bridge?.listening.vns.find(({ kind }) => kind === 'tcp');
    const further = facts.bridge?.listening.openflow.flatMap((each) =>
      each.kind === 'tcp' ? [`${each.host}:${each.port}`] : [],
    );
    return labStatus({
      facts,
      seconds: this.#run?.seconds ?? new Map(),
      chips,
      startedMs: this.#startedMs,
      error: this.#error,
      vns: vns?.kind === 'tcp' ? { host: vns.host, port: vns.port } : this.#deps.vns,
      openflow: facts.bridge === undefined ? '' : ['private socket', ...(further ?? [])].join(', '),
      terminals: this.#run?.terminals.list() ?? [],
      packetsPerSecond: this.#packetsPerSecond,
      viewers: this.#viewers,
      notes: this.#run?.notes ?? [],
      queues: this.#run?.openedNetwork?.queues,
      points: this.#run?.points?.status ?? unwatched(this.#arePointsAsked),
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
