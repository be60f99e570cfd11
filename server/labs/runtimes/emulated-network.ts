import { type BridgeHandle, type EmulatorHandle, type EmulatorTerminal, linkPoints } from '../../../bridge/index.ts';
import type { Lab } from '../../contract/lab.ts';
import type { LinkQueues } from '../../contract/status.ts';
import { AppError } from '../../errors.ts';
import type { Pty, PtyExit, PtySize } from '../../terminals/pty.ts';
import { sharingExit } from '../sharing-exit.ts';
import { networkConfig } from './emulated-config.ts';
import type { ExecResult, Network, PointsWatch } from './runtime.ts';

const outputLimitBytes = 256 * 1024;
/** A program that was interrupted has this long for its last words. */
const lastWordsMs = 500;

export interface EmulatedNetworkOptions {
  readonly lab: Lab;
  readonly emulator: EmulatorHandle;
  readonly size: PtySize;
  /** Deletes the run directory. */
  readonly discard: () => Promise<void>;
}

/** A lab in the emulated network: its hosts are ready when it is there. */
export class EmulatedNetwork implements Network {
  readonly console: Pty;
  readonly ready = Promise.resolve();
  readonly pid = undefined;
  readonly switchPid = undefined;
  readonly notes: readonly string[] = [];
  readonly progress: Network['progress'];
  readonly #options: EmulatedNetworkOptions;
  #queues: readonly LinkQueues[] = [];
  #ended: { why: string; asked: boolean } | undefined;
  #onLost: (why: string, asked: boolean) => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EmulatedNetworkOptions) {
    const { emulator, lab, size } = options;
    this.#options = options;
    this.progress = { linked: true, readyHosts: lab.hosts.map(({ name }) => name) };
    this.console = sharingExit(asPty(emulator.openConsole(size)), () =>
      this.#lose('The network was ended from its command line.', true),
    );
    emulator.onLost((why) => this.#lose(`${why}.`, false));
  }

  get queues(): readonly LinkQueues[] {
    return this.#queues;
  }

  /** Nothing comes about bit by bit here, but queues grow and shrink. */
  onProgress(listener: () => void): void {
    this.#options.emulator.onQueues((queues) => {
      this.#queues = queues;
      listener();
    });
  }

  onLost(listener: (why: string, asked: boolean) => void): void {
    this.#onLost = listener;
    const ended = this.#ended;
    if (ended !== undefined && this.#closing === undefined) queueMicrotask(() => listener(ended.why, ended.asked));
  }

  openShell(host: string, size: PtySize): Pty {
    this.#check(host);
    return asPty(this.#options.emulator.openShell(host, size));
  }

  async exec(
    host: string,
    argv: readonly string[],
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecResult> {
    this.#check(host);
    signal?.throwIfAborted();
    const startedMs = performance.now();
    const abort = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort();
    }, timeoutMs);
    const stop = (): void => abort.abort();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const running = this.#options.emulator.exec(host, argv, { outputLimitBytes, signal: abort.signal });
      const { exitCode, output, truncated } = await orGivenUp(running, abort.signal);
      signal?.throwIfAborted();
      // The thread ends its programs before it ends: an exit code from then on is not the command's own.
      if (this.#ended !== undefined) throw new Error('The command was ended with its network.');
      // As on a real host, where a time-out kills: what it would have said of itself does not count.
      const how = timedOut ? { exitCode: null, signal: 'SIGKILL' } : { exitCode, signal: null };
      return { ...how, output, truncated, timedOut, durationMs: performance.now() - startedMs };
    } catch (error) {
      signal?.throwIfAborted();
      if (this.#ended !== undefined) throw new AppError('network-failed', this.#ended.why, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  async watchPoints(bridge: Pick<BridgeHandle, 'watchPoints'>): Promise<PointsWatch> {
    const { emulator, lab } = this.#options;
    const source = linkPoints(networkConfig(lab));
    await bridge.watchPoints(source);
    emulator.watchPoints(source);
    return {
      // It is lost only together with the network.
      onLost: () => undefined,
      close: async () => {
        emulator.watchPoints(undefined);
        // A bridge that is gone watches nothing.
        await bridge.watchPoints(undefined).catch(() => undefined);
      },
    };
  }

  /** Idempotent; resolves when the thread is gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#ended ??= { why: 'The network was closed.', asked: true };
    await this.#options.emulator.close();
    await this.#options.discard();
  }

  #check(host: string): void {
    if (this.#ended !== undefined) throw new AppError('network-failed', this.#ended.why);
    if (!this.#options.lab.hosts.some(({ name }) => name === host))
      throw new AppError('not-found', `There is no host "${host}" in this lab.`);
  }

  /** The first reason counts: what follow are its consequences. */
  #lose(why: string, asked: boolean): void {
    if (this.#ended !== undefined) return;
    this.#ended = { why, asked };
    if (this.#closing === undefined) this.#onLost(why, asked);
  }
}

/** A program that does not heed its interruption is left to itself, with what it said so far unheard. */
async function orGivenUp<T extends { output: string; truncated: boolean; exitCode: number | null }>(
  running: Promise<T>,
  signal: AbortSignal,
): Promise<Pick<T, 'output' | 'truncated' | 'exitCode'>> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => {
      timer = setTimeout(() => resolve({ exitCode: null, output: '', truncated: false }), lastWordsMs);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    running.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    });
  });
}

/** A command line of the emulated network as the terminals know it: signals become what a terminal line makes of them. */
function asPty(terminal: EmulatorTerminal): Pty {
  return {
    onData: (listener) => terminal.onData(listener),
    onExit: (listener: (exit: PtyExit) => void) => terminal.onExit((exitCode) => listener({ exitCode, signal: null })),
    write: (data) => terminal.write(data),
    resize: (size) => terminal.resize(size),
    pause: () => terminal.pause(),
    resume: () => terminal.resume(),
    kill: (signal) => {
      if (signal === 'SIGINT') terminal.interrupt();
      else terminal.hangUp();
    },
  };
}
