import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type {
  AppConfig,
  BridgeConfig,
  BridgeEvent,
  BridgeHandle,
  ListenAddress,
  StartOptions,
  startBridge,
} from '../../bridge/index.ts';
import { machineEpochMs } from '../clock.ts';
import type { Lab } from '../contract/lab.ts';
import type { ChipId, RouterChoice, RouterProcess, SecondChoice } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import { noPtyNote } from '../terminals/open-pty.ts';
import type { Terminals } from '../terminals/terminal-service.ts';
import { createTerminals } from '../terminals/terminals.ts';
import { AllPoints } from './all-points.ts';
import { routerConfig, rtableText } from './lab-status.ts';
import { type Carrier, type Precedence, precedenceNote } from './precedence/precedence.ts';
import { routerSession } from './program-session.ts';
import { RouterProgram } from './router-program.ts';
import type { RunDirs } from './runtimes/run-dirs.ts';
import type { Network, Runtime } from './runtimes/runtime.ts';
import { SecondPrograms } from './second-programs.ts';
import type { VnsKey } from './vns-key.ts';

/** Flow entries of l2-learning: short enough that a student sees them go. */
const learning = { kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 } as const;
/** Bytes kept for the frames of each record: most are short, and one seen at several points is stored once. */
const frameBytesOfRecord = 128;
const snapLength = 2048;
const shellLimit = 32;
/** The command line is the same on both; the name says whose it is. */
const consoleTitles = { mininet: 'Mininet', emulated: 'Network' } as const;
const consoleSize = { cols: 80, rows: 24 };

export interface RunningLabOptions {
  readonly lab: Lab;
  readonly runtime: Runtime;
  readonly router: RouterChoice;
  readonly runDirs: RunDirs;
  /** Where routers connect; a port that is taken is replaced by a free one, and a note says so. */
  readonly vns: { readonly host: string; readonly port: number };
  /** What every router must know; undefined takes any. */
  readonly vnsKey: VnsKey | undefined;
  /** Further addresses for switches from outside. */
  readonly openflow: readonly ListenAddress[];
  readonly routerEnv: Readonly<Record<string, string>>;
  /** Records that the trace keeps; its memory is claimed as they come. */
  readonly traceRecords: number;
  readonly onChange: () => void;
  readonly onEvent: (event: { level: BridgeEvent['level']; text: string; reason: string }) => void;
  readonly onBridgeEvent: (event: BridgeEvent) => void;
  /** The lab cannot go on: its network or its bridge is gone. Called at most once; closing is the owner's. */
  readonly onLost: (chip: ChipId, why: string, asked: boolean) => void;
  readonly startBridge: typeof startBridge;
  readonly precedence: Pick<Precedence, 'lookAfter'>;
  readonly onFault: NonNullable<StartOptions['onListenerError']>;
}

/** Everything that one running lab consists of; what was opened is closed in the reverse order (LAB8, LAB9). */
export class RunningLab {
  readonly lab: Lab;
  readonly terminals: Terminals = createTerminals();
  readonly #options: RunningLabOptions;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #routers = new Map<string, RouterProgram>();
  readonly #seconds = new SecondPrograms(this.terminals);
  readonly #notes: string[] = [];
  #hasPrecedence = false;
  #bridge: BridgeHandle | undefined;
  #network: Network | undefined;
  #points: AllPoints | undefined;
  #opens: ChipId = 'network';
  #shells = 0;
  #lost = false;
  readonly #abort = new AbortController();
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: RunningLabOptions) {
    this.lab = options.lab;
    this.#options = options;
    this.#closers.push(() => this.terminals.close());
    this.terminals.onChange(options.onChange);
  }

  /** The part that a start which fails now fails at. */
  get opens(): ChipId {
    return this.#opens;
  }
  /** Undefined until it listens. */
  get openedBridge(): BridgeHandle | undefined {
    return this.#bridge;
  }
  /** Undefined until it is being built. */
  get openedNetwork(): Network | undefined {
    return this.#network;
  }
  /** Undefined until the network is there. */
  get points(): AllPoints | undefined {
    return this.#points;
  }
  /** What a person should know that is no error. */
  get notes(): readonly string[] {
    return this.#hasPrecedence ? [...this.#notes, precedenceNote] : this.#notes;
  }
  get bridge(): BridgeHandle {
    return opened(this.#bridge, 'controller');
  }
  get network(): Network {
    return opened(this.#network, 'network');
  }
  get processes(): Map<string, RouterProcess> {
    const entries = [...this.#routers].map(([name, { process }]) => [name, process] as const);
    return new Map(entries.flatMap(([name, process]) => (process === undefined ? [] : [[name, process]])));
  }

  /** Programs beside routers, by the router. */
  get seconds(): ReadonlyMap<string, RouterProcess> {
    return this.#seconds.processes;
  }

  /**
   * Opens the bridge, then the network, then the routers: each finds what it needs, so nothing has to retry. Resolves when
   * all of them are under way. Rejects when one cannot be opened or `close` came first; what was opened is then closed.
   */
  async open(): Promise<void> {
    this.#opening = this.#open(this.#abort.signal);
    try {
      await this.#opening;
    } catch (error) {
      await this.close();
      throw this.#options.runDirs.faultOf(error) ?? error;
    }
  }

  /** Resolves when nothing of the lab is left. Idempotent; it may come while the lab opens. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Throws not-found, lab-not-running, router-running, invalid-command. */
  async startRouter(name: string, choice: RouterChoice): Promise<void> {
    await this.#router(name).start(choice);
  }

  async stopRouter(name: string): Promise<void> {
    await this.#router(name).stop('The router was stopped in the page.');
  }

  /** Throws not-found, lab-not-running, router-running, invalid-command. */
  async startSecond(name: string, choice: SecondChoice): Promise<void> {
    if (!(await this.#seconds.start(name, choice))) throw this.#noRouter(name);
  }

  async stopSecond(name: string): Promise<void> {
    if (!(await this.#seconds.stop(name))) throw this.#noRouter(name);
  }

  /** Opens a shell on a host as a new terminal and returns its id. Throws not-found, network-failed, too-many. */
  openShell(host: string): string {
    if (this.terminals.list().filter(({ kind }) => kind === 'host').length >= shellLimit)
      throw new AppError('too-many', `${shellLimit} shells are open: close one first.`);
    const pty = this.network.openShell(host, consoleSize);
    this.#shells += 1;
    const id = `host:${host}:${this.#shells}`;
    const others = this.terminals.list().filter((each) => each.host === host).length;
    const title = others === 0 ? host : `${host} (${this.#shells})`;
    this.terminals.add({ id, title, kind: 'host', host, prompt: new RegExp(`^${host}\\$ $`), pty });
    return id;
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { lab, runtime, runDirs } = this.#options;
    const runDir = await runDirs.create();
    this.#closers.push(() => rm(runDir, { recursive: true, force: true }));
    const prepared = await runtime.prepare(lab);
    this.#closers.push(() => prepared.discard());
    signal.throwIfAborted();

    const bridge = await this.#openBridge(prepared.openflowSocket);
    signal.throwIfAborted();

    const network = await prepared.start(consoleSize);
    this.#closers.push(() => network.close());
    this.#network = network;
    const points = new AllPoints({ network, bridge, onChange: this.#options.onChange });
    this.#closers.push(() => points.close());
    this.#points = points;
    this.#notes.push(...network.notes);
    if (noPtyNote !== undefined && lab.routers.length > 0) this.#notes.push(noPtyNote);
    network.onLost((why, asked) => this.#lose('network', why, asked));
    network.onProgress(this.#options.onChange);
    this.terminals.add({
      id: 'mininet',
      title: consoleTitles[runtime.kind],
      kind: 'mininet',
      prompt: /^mininet> $/,
      pty: network.console,
      size: consoleSize,
    });
    signal.throwIfAborted();
    await this.#openRouters(bridge, runDir);
    signal.throwIfAborted();
    const leave = this.#options.precedence.lookAfter(
      () => this.#carriers(),
      (isGiven) => {
        this.#hasPrecedence = isGiven;
        this.#options.onChange();
      },
    );
    this.#closers.push(async () => leave());
  }

  async #openBridge(openflowSocket: string): Promise<BridgeHandle> {
    this.#opens = 'controller';
    const { startBridge, onBridgeEvent, onFault, onChange } = this.#options;
    const bridge = await startBridge(await this.#bridgeConfig(openflowSocket), { onListenerError: onFault }).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new AppError('network-failed', `The controller did not start: ${why}`, { cause: error });
      },
    );
    this.#closers.push(() => bridge.close());
    this.#bridge = bridge;
    this.#opens = 'network';
    bridge.onState(onChange);
    bridge.onEvent(onBridgeEvent);
    bridge.onLost((why) => this.#lose('controller', `${why}.`, false));
    onChange();
    return bridge;
  }

  async #bridgeConfig(openflowSocket: string): Promise<BridgeConfig> {
    const { lab, openflow, vnsKey, traceRecords } = this.#options;
    const app: AppConfig =
      lab.app === 'l2-learning'
        ? learning
        : {
            kind: 'vns-router',
            routers: lab.routers.map((each) => routerConfig(lab, each)),
            authKey: vnsKey?.bytes,
          };
    return {
      app,
      openflow: [{ kind: 'unix', path: openflowSocket }, ...openflow],
      vns: lab.routers.length === 0 ? [] : [{ kind: 'tcp', ...(await this.#vnsAddress()) }],
      // They run on this machine, started by this server: any port will do.
      seconds: lab.routers.length === 0 ? [] : [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
      switches: lab.switches.map(({ name, dpid }) => ({ name, dpid })),
      machineEpochMs: machineEpochMs(),
      trace: { records: traceRecords, frameBytes: traceRecords * frameBytesOfRecord, snapLength },
    };
  }

  async #vnsAddress(): Promise<{ host: string; port: number }> {
    const { host, port } = this.#options.vns;
    if (port === 0 || (await isFree(host, port))) return { host, port };
    this.#notes.push(`Port ${port} is taken: this lab's routers connect to another one.`);
    return { host, port: 0 };
  }

  async #openRouters(bridge: BridgeHandle, runDir: string): Promise<void> {
    const { lab, router: choice, routerEnv, vnsKey, onChange, onEvent } = this.#options;
    this.#closers.push(() => this.#seconds.close());
    for (const router of lab.routers) {
      const terminal = this.terminals.add({
        id: `router:${router.name}`,
        title: router.name,
        kind: 'router',
        // A router has no prompt: nothing is typed into it by buttons.
        prompt: /(?!)/,
        pty: undefined,
      });
      const rtableFile = join(runDir, lab.routers.length === 1 ? 'rtable' : `rtable.${router.name}`);
      await writeFile(rtableFile, rtableText(router));
      const shared = {
        router,
        epochMs: () => bridge.state.epochMs,
        keyFile: vnsKey?.file,
        rtableFile,
        runDir,
        env: routerEnv,
        onChange,
        onEvent: (level: BridgeEvent['level'], text: string, reason: string) => onEvent({ level, text, reason }),
      };
      const session = routerSession(bridge, router, connectAddress(bridge.state.listening.vns));
      const program = new RouterProgram({ ...shared, session, terminal });
      this.#closers.push(() => program.close());
      this.#routers.set(router.name, program);
      this.#seconds.add({ ...shared, bridge, vns: connectAddress(bridge.state.listening.seconds ?? []) });
      await program.start(choice);
    }
  }

  /** What each packet passes. None in the emulated network: there the switch is one of this process's threads, too. */
  #carriers(): Carrier[] {
    const switchPid = this.#network?.switchPid;
    if (switchPid === undefined) return [];
    const carriers: Carrier[] = [{ part: 'switch', pid: switchPid, thread: switchPid }];
    const thread = this.#bridge?.systemThread;
    if (thread !== undefined) carriers.push({ part: 'bridge', pid: process.pid, thread });
    for (const { state, pid } of this.processes.values())
      if (state === 'running') carriers.push({ part: 'router', pid, thread: pid });
    return carriers;
  }

  /** After the first loss the rest falls, too: only the first is the reason. */
  #lose(chip: ChipId, why: string, asked: boolean): void {
    if (this.#lost || this.#closing !== undefined) return;
    this.#lost = true;
    this.#options.onLost(chip, why, asked);
  }

  #router(name: string): RouterProgram {
    const program = this.#routers.get(name);
    if (program === undefined) throw this.#noRouter(name);
    return program;
  }

  /** Why there is none of this name, or not yet. */
  #noRouter(name: string): AppError {
    const { routers, title } = this.lab;
    return routers.some((each) => each.name === name)
      ? new AppError('lab-not-running', `${title} is still starting: its routers come after its network.`)
      : new AppError('not-found', `There is no router "${name}" in this lab.`);
  }

  async #close(): Promise<void> {
    this.#abort.abort(new AppError('lab-not-running', 'The lab was stopped.'));
    // What is being opened just now must be there to be closed.
    await this.#opening?.catch(() => undefined);
    const faults: unknown[] = [];
    for (const closer of this.#closers.splice(0).reverse())
      await closer().catch((fault: unknown) => faults.push(fault));
    for (const fault of faults) this.#options.onFault(fault);
  }
}

function opened<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new AppError('lab-not-running', `The lab is starting: its ${name} is not there yet.`);
  return part;
}

/** Whether a port can be listened on now; somebody may still take it before we do, and then the start fails and says so. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

/** Where a router on this machine connects: an address that stands for all of them cannot be connected to. */
function connectAddress(listening: readonly ListenAddress[]): { host: string; port: number } {
  const place = listening.find(({ kind }) => kind === 'tcp');
  if (place?.kind !== 'tcp') throw new Error('a bridge with routers listens for them, found no TCP port');
  const all: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  return { host: all[place.host] ?? place.host, port: place.port };
}
