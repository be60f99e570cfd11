import type { Worker } from 'node:worker_threads';
import { Listeners } from '../../bus/listeners.ts';
import { endThread, startThread } from '../../own-thread.ts';
import type { PointSource } from '../../trace/points/point-source.ts';
import type { EmulatorConfig, EmulatorExec, EmulatorHandle, EmulatorTerminal, TerminalSize } from './api.ts';
import { HostedTerminal } from './hosted-terminal.ts';
import type { FromThread, Opened, ToThread } from './protocol.ts';
import type { LinkQueues } from './queue-watch.ts';

/** How long a thread may take to say goodbye before it is ended. */
const closeMs = 2000;

/** A thread that loads its code while other things are opened, and waits for a network. */
export interface PreparedEmulator {
  /** Rejects with an Error that says what is wrong with the configuration, or that the thread is gone. */
  start(config: EmulatorConfig): Promise<EmulatorHandle>;
  /** Ends the thread, with the network that it runs. Idempotent. */
  discard(): Promise<void>;
}

/** Starts the thread of an emulated network before it is known who controls its switches. */
export function prepareEmulator(): PreparedEmulator {
  const emulator = new HostedEmulator(startThread(new URL('./thread', import.meta.url)));
  return {
    start: async (config) => {
      await emulator.start(config);
      return emulator;
    },
    discard: () => emulator.close(),
  };
}

/** Starts an emulated network on a thread of its own. Rejects with an Error that says what is wrong with its configuration. */
export async function startEmulator(config: EmulatorConfig): Promise<EmulatorHandle> {
  return await prepareEmulator().start(config);
}

class HostedEmulator implements EmulatorHandle {
  readonly #worker: Worker;
  readonly #terminals = new Map<number, HostedTerminal>();
  readonly #commands = new Map<number, { resolve: (result: EmulatorExec) => void; reject: (why: Error) => void }>();
  readonly #onLost = new Listeners<string>((cause) => {
    throw cause;
  });
  readonly #onQueues = new Listeners<readonly LinkQueues[]>((cause) => {
    throw cause;
  });
  #started: { resolve: () => void; reject: (why: Error) => void } | undefined;
  #lastId = 0;
  #gone: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#heard(message));
    worker.on('error', (error) => this.#lost(`The emulated network failed: ${error.message}`));
    worker.on('exit', (code) => this.#lost(`The emulated network's thread ended with ${code}`));
  }

  start(config: EmulatorConfig): Promise<void> {
    if (this.#gone !== undefined) return Promise.reject(new Error(this.#gone));
    return new Promise((resolve, reject) => {
      this.#started = { resolve, reject };
      this.#send({ kind: 'start', config });
    });
  }

  openConsole(size: TerminalSize): EmulatorTerminal {
    return this.#open({ kind: 'console' }, size);
  }
  openShell(host: string, size: TerminalSize): EmulatorTerminal {
    return this.#open({ kind: 'shell', host }, size);
  }
  openTest(name: string, size: TerminalSize): EmulatorTerminal {
    return this.#open({ kind: 'test', name }, size);
  }

  exec(
    host: string,
    argv: readonly string[],
    { outputLimitBytes, signal }: { readonly outputLimitBytes: number; readonly signal?: AbortSignal },
  ): Promise<EmulatorExec> {
    if (this.#gone !== undefined) return Promise.reject(new Error(this.#gone));
    const id = this.#nextId();
    return new Promise((resolve, reject) => {
      const abort = (): void => this.#send({ kind: 'abort', id });
      const settle = (): void => signal?.removeEventListener('abort', abort);
      this.#commands.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (why) => {
          settle();
          reject(why);
        },
      });
      this.#send({ kind: 'exec', id, host, argv, outputLimitBytes });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  watchPoints(source: PointSource | undefined): void {
    this.#send({ kind: 'points', ring: source?.ring });
  }

  onQueues(listener: (queues: readonly LinkQueues[]) => void): () => void {
    return this.#onQueues.add(listener);
  }

  onLost(listener: (why: string) => void): () => void {
    return this.#onLost.add(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(what: Opened, size: TerminalSize): EmulatorTerminal {
    const id = this.#nextId();
    const terminal = new HostedTerminal({
      input: (data) => this.#send({ kind: 'input', id, data }),
      resize: (to) => this.#send({ kind: 'resize', id, size: to }),
      taken: (bytes) => this.#send({ kind: 'taken', id, bytes }),
      hangUp: () => this.#send({ kind: 'hangUp', id }),
    });
    this.#terminals.set(id, terminal);
    this.#send({ kind: 'open', id, what, size });
    return terminal;
  }

  async #close(): Promise<void> {
    if (this.#gone !== undefined) return;
    await endThread(this.#worker, () => this.#send({ kind: 'close' }), closeMs);
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #heard(message: FromThread): void {
    switch (message.kind) {
      case 'started':
        this.#started?.resolve();
        this.#started = undefined;
        return;
      case 'failed':
        this.#started?.reject(new Error(message.message));
        this.#started = undefined;
        return;
      case 'output':
        this.#terminals.get(message.id)?.output(message.data);
        return;
      case 'exit':
        this.#terminals.get(message.id)?.exited(message.exitCode);
        this.#terminals.delete(message.id);
        return;
      case 'executed':
        this.#commands.get(message.id)?.resolve(message);
        this.#commands.delete(message.id);
        return;
      case 'queues':
        this.#onQueues.tell(message.queues);
        return;
      case 'closed':
        return;
    }
  }

  /** The thread is gone; unless it was closed, somebody must hear why. */
  #lost(why: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = this.#closing === undefined ? why : 'The network is closed';
    this.#started?.reject(new Error(this.#gone));
    for (const { reject } of this.#commands.values()) reject(new Error(this.#gone));
    this.#commands.clear();
    for (const terminal of this.#terminals.values()) terminal.exited(1);
    this.#terminals.clear();
    if (this.#closing === undefined) this.#onLost.tell(why);
  }
}
