import { existsSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { BridgeHandle } from '../../../bridge/index.ts';
import type { Lab } from '../../contract/lab.ts';
import type { LinkQueues } from '../../contract/status.ts';
import { AppError } from '../../errors.ts';
import { openPty } from '../../terminals/open-pty.ts';
import type { ProcessPty, Pty, PtyExit, PtySize } from '../../terminals/pty.ts';
import { deferred } from '../deferred.ts';
import { sharingExit } from '../sharing-exit.ts';
import { execIn } from './host-exec.ts';
import { watchInterfaces } from './mininet-points.ts';
import { watchTcQueues } from './mininet-queues.ts';
import { childNamed, childrenOf, killProcess, type ProcessId, processOf } from './processes.ts';
import { recordProcess } from './run-dirs.ts';
import type { ExecResult, Network, PointsWatch } from './runtime.ts';

/** What run_lab.py says on its status socket, one JSON object a line. */
const Report = Type.Union([
  Type.Object({ event: Type.Literal('network') }),
  Type.Object({ event: Type.Literal('host'), name: Type.String(), pid: Type.Integer() }),
  Type.Object({ event: Type.Literal('ready') }),
  Type.Object({ event: Type.Literal('failed'), reason: Type.String() }),
  Type.Object({
    event: Type.Literal('ended'),
    process: Type.String(),
    how: Type.String(),
    clean: Type.Boolean(),
  }),
]);
type Report = Static<typeof Report>;

/** The lab's own search path; nothing of the server's environment gets into a lab. */
export const labPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `unshare` follows its process 1 within milliseconds; only one that somebody stopped does not. */
const unshareTimeoutMs = 2000;

export interface MininetNetworkOptions {
  readonly lab: Lab;
  readonly runDir: string;
  readonly pty: ProcessPty;
  /** Listens on status.sock of the run directory; closed by the network. */
  readonly statusServer: Server;
  readonly notes: readonly string[];
  /** Deletes the run directory. */
  readonly discard: () => Promise<void>;
}

/** A lab in Mininet: one `unshare` process in a PTY with everything below it, and the line on which it reports. */
export class MininetNetwork implements Network {
  readonly console: Pty;
  readonly pid: number;
  readonly ready: Promise<void>;
  readonly notes: readonly string[];
  readonly #options: MininetNetworkOptions;
  readonly #pids = new Map<string, number>();
  readonly #exited: Promise<PtyExit>;
  readonly #ready = deferred<void>();
  #linked = false;
  #queues: readonly LinkQueues[] | undefined;
  #stopQueues: () => void = () => undefined;
  #init: ProcessId | undefined;
  #switchPid: number | undefined;
  #initKnown: Promise<void> | undefined;
  #ended: { why: string; asked: boolean } | undefined;
  #status: Socket | undefined;
  #onProgress: () => void = () => undefined;
  #onLost: (why: string, asked: boolean) => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(options: MininetNetworkOptions) {
    this.#options = options;
    this.notes = options.notes;
    this.pid = options.pty.pid;
    this.ready = this.#ready.promise;
    const exited = deferred<PtyExit>();
    this.#exited = exited.promise;
    this.console = sharingExit(options.pty, (exit) => {
      this.#exit(exit);
      exited.resolve(exit);
    });
    options.statusServer.once('connection', (socket) => this.#connected(socket));
  }

  get progress() {
    return { linked: this.#linked, readyHosts: [...this.#pids.keys()] };
  }

  get switchPid(): number | undefined {
    return this.#ended === undefined ? this.#switchPid : undefined;
  }

  get queues(): readonly LinkQueues[] | undefined {
    return this.#queues;
  }

  onProgress(listener: () => void): void {
    this.#onProgress = listener;
  }

  onLost(listener: (why: string, asked: boolean) => void): void {
    this.#onLost = listener;
    const ended = this.#ended;
    if (ended !== undefined && this.#closing === undefined) queueMicrotask(() => listener(ended.why, ended.asked));
  }

  openShell(host: string, size: PtySize): Pty {
    const enter = this.#enter(host);
    const env = { ...this.#env(host), LANG: 'C.UTF-8', TERM: 'xterm-256color', PS1: `${host}$ ` };
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const words = ['env', '-i', '-C', this.#scratch(host), ...assignments, 'bash', '--norc', '--noprofile', '-i'];
    return openPty({ argv: [...enter, ...words], cwd: '/', env: { PATH: labPath } }, size);
  }

  async exec(host: string, argv: readonly string[], options: { timeoutMs: number; signal?: AbortSignal }) {
    const place = { enter: this.#enter(host), cwd: this.#scratch(host), env: { ...this.#env(host), LANG: 'C' } };
    const result: ExecResult = await execIn(place, argv, options);
    if (this.#ended !== undefined) throw new AppError('network-failed', this.#ended.why);
    return result;
  }

  async watchPoints(bridge: Pick<BridgeHandle, 'watchPoints'>): Promise<PointsWatch> {
    await this.ready;
    const enter = this.#enterLab();
    return await watchInterfaces({ lab: this.#options.lab, enter, env: { PATH: labPath }, pids: this.#pids }, bridge);
  }

  /** Resolves when the last process of the lab is gone and its directory deleted. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#fail('the network was closed');
    this.#stopQueues();
    const { pty, statusServer, discard } = this.#options;
    // Process 1 of the namespace first: the kernel ends the others, and `unshare` exits when the last one is gone. To
    // kill it before that would be to look away: a thread of process 1 may still be at it when its leader is a zombie.
    const init = this.#init ?? (await this.#findInit());
    if (init !== undefined) await killProcess(init);
    const lastResort = setTimeout(() => pty.kill('SIGKILL'), init === undefined ? 0 : unshareTimeoutMs);
    await this.#exited;
    clearTimeout(lastResort);
    this.#status?.destroy();
    statusServer.close();
    await discard();
  }

  #connected(socket: Socket): void {
    this.#status = socket;
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => {
      const report: unknown = JSON.parse(line);
      if (Value.Check(Report, report)) this.#reported(report);
    });
    lines.on('error', () => undefined);
    this.#initKnown = this.#noteInit();
  }

  /** Process 1 outlives a killed server only if it was stopped at that moment: the next start finds it here. */
  async #noteInit(): Promise<void> {
    this.#init = await this.#findInit();
    if (this.#init !== undefined && this.#closing === undefined)
      await recordProcess(this.#options.runDir, this.#init).catch(() => undefined);
  }

  async #findInit(): Promise<ProcessId | undefined> {
    const [pid] = await childrenOf(this.#options.pty.pid);
    return pid === undefined ? undefined : await processOf(pid);
  }

  #reported(report: Report): void {
    switch (report.event) {
      case 'network':
        this.#linked = true;
        void this.#noteSwitch();
        break;
      case 'host':
        this.#pids.set(report.name, report.pid);
        break;
      case 'ready':
        void this.#initKnown?.then(() => {
          this.#watchQueues();
          this.#ready.resolve();
        });
        break;
      case 'failed':
        this.#lose(`Mininet could not build the network: ${report.reason}`, false);
        return;
      case 'ended':
        if (report.clean) this.#lose("The network was ended from Mininet's command line.", true);
        else this.#lose(`${report.process} ${report.how}.`, false);
        return;
    }
    this.#onProgress();
  }

  async #noteSwitch(): Promise<void> {
    await this.#initKnown;
    if (this.#init !== undefined) this.#switchPid = await childNamed(this.#init.pid, 'ovs-vswitchd');
  }

  #watchQueues(): void {
    if (this.#ended !== undefined || this.#init === undefined || this.#closing !== undefined) return;
    const place = { lab: this.#options.lab, enter: this.#enterLab(), env: { PATH: labPath }, pids: this.#pids };
    this.#stopQueues = watchTcQueues(place, (queues) => {
      this.#queues = queues;
      this.#onProgress();
    });
  }

  #exit({ exitCode, signal }: PtyExit): void {
    const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    this.#lose(`Mininet ${how}.`, false);
  }

  /** The first reason counts: what follows are its consequences. */
  #lose(why: string, asked: boolean): void {
    if (this.#ended !== undefined) return;
    this.#fail(why);
    this.#stopQueues();
    this.#ended = { why, asked };
    if (this.#closing === undefined) this.#onLost(why, asked);
  }

  #fail(why: string): void {
    this.#ready.reject(new AppError('network-failed', why));
  }

  /** argv that enters the lab's namespaces and then the host's network. */
  #enter(host: string): string[] {
    if (this.#ended !== undefined) throw new AppError('network-failed', this.#ended.why);
    if (!this.#options.lab.hosts.some(({ name }) => name === host))
      throw new AppError('not-found', `There is no host "${host}" in this lab.`);
    const pid = this.#pids.get(host);
    if (pid === undefined) throw new AppError('network-failed', `The host "${host}" is not ready yet.`);
    return [...this.#enterLab(), 'mnexec', '-a', String(pid)];
  }

  /** argv that enters the lab's namespaces. */
  #enterLab(): string[] {
    if (this.#init === undefined) throw new AppError('network-failed', 'The network is not ready yet.');
    const namespaces = ['--mount', '--pid', '--net', '--uts', '--ipc'];
    return ['nsenter', '--target', String(this.#init.pid), ...namespaces, '--'];
  }

  /** The host's folder; a file of the lab that is gone must not look like a command that failed. */
  #scratch(host: string): string {
    const { runDir } = this.#options;
    const folder = `${runDir}/hosts/${host}`;
    if (!existsSync(folder))
      throw new AppError('network-failed', `The lab's folder ${runDir} was deleted: stop the lab and start it again.`);
    return folder;
  }

  #env(host: string): Record<string, string> {
    return { PATH: labPath, HOME: this.#scratch(host) };
  }
}
