import { Worker } from 'node:worker_threads';
import type { BridgeConfig, BridgeEvent, BridgeState } from './api.ts';
import { BridgeGone } from './bridge-gone.ts';
import { Listeners } from './bus/listeners.ts';
import type { BridgeHandle } from './handle.ts';
import type { FromThread, ToThread } from './host-protocol.ts';
import { endThread, startThread } from './own-thread.ts';
import type { PointSource } from './trace/points/point-source.ts';
import { WorkbenchError } from './workbench/method.ts';
import type { AnswerOf, ArgumentOf, MethodName } from './workbench/methods.ts';

export interface StartOptions {
  /** A listener of the handle threw: a bug of the caller, which hurts nobody else. Default: it is thrown where nobody catches it. */
  readonly onListenerError?: (cause: unknown) => void;
  /** The thread's program; a test gives one that dies. */
  readonly thread?: URL;
}

/** How long a thread may take to say goodbye before it is ended. */
const closeMs = 3000;

/**
 * Starts a bridge on a thread of its own. Resolves when its listeners are open; rejects with an Error that says which
 * address cannot be used or what is wrong with the configuration.
 */
export async function startBridge(config: BridgeConfig, options: StartOptions = {}): Promise<BridgeHandle> {
  const worker =
    options.thread === undefined ? startThread(new URL('./host-thread', import.meta.url)) : new Worker(options.thread);
  const send = (message: ToThread): void => worker.postMessage(message);
  send({ kind: 'start', config });
  return new HostedBridge(worker, await started(worker), options);
}

type Started = Extract<FromThread, { kind: 'started' }>;

function started(worker: Worker): Promise<Started> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error) =>
      settle(() => reject(new Error(`The bridge's thread did not start: ${cause.message}`, { cause })));
    const onExit = (code: number) =>
      settle(() => reject(new Error(`The bridge's thread ended with ${code} as it started`)));
    const onMessage = (message: FromThread) =>
      settle(() => {
        if (message.kind === 'started') resolve(message);
        else
          reject(
            new Error(message.kind === 'failed' ? message.message : `The bridge's thread said ${message.kind} first`),
          );
      });
    const settle = (act: () => void): void => {
      worker.off('error', onError).off('exit', onExit).off('message', onMessage);
      act();
    };
    worker.on('error', onError).on('exit', onExit).on('message', onMessage);
  });
}

class HostedBridge implements BridgeHandle {
  readonly systemThread: number | undefined;
  readonly #worker: Worker;
  readonly #onState: Listeners<BridgeState>;
  readonly #onEvent: Listeners<BridgeEvent>;
  readonly #onTrace: Listeners<Uint8Array>;
  readonly #onLost: Listeners<string>;
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (why: Error) => void }>();
  #state: BridgeState;
  #lastId = 0;
  #gone: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, { state, systemThread }: Started, options: StartOptions) {
    const onThrow = options.onListenerError ?? throwLater;
    this.#worker = worker;
    this.systemThread = systemThread;
    this.#state = state;
    this.#onState = new Listeners(onThrow);
    this.#onEvent = new Listeners(onThrow);
    this.#onTrace = new Listeners(onThrow);
    this.#onLost = new Listeners(onThrow);
    worker.on('message', (message: FromThread) => this.#heard(message));
    worker.on('error', (error) => this.#lost(`The bridge's thread failed: ${error.message}`));
    worker.on('exit', (code) => this.#lost(`The bridge's thread ended with ${code}`));
  }

  get state(): BridgeState {
    return this.#state;
  }

  onState(listener: (state: BridgeState) => void): () => void {
    return this.#onState.add(listener);
  }
  onEvent(listener: (event: BridgeEvent) => void): () => void {
    return this.#onEvent.add(listener);
  }
  onLost(listener: (why: string) => void): () => void {
    return this.#onLost.add(listener);
  }
  onTrace(listener: (batch: Uint8Array) => void): () => void {
    const end = this.#onTrace.add(listener);
    if (this.#onTrace.size === 1) this.#send({ kind: 'trace', isWanted: true });
    return () => {
      const before = this.#onTrace.size;
      end();
      if (before === 1 && this.#onTrace.size === 0) this.#send({ kind: 'trace', isWanted: false });
    };
  }

  async readTrace(fromSeq: number, limit: number): Promise<Uint8Array> {
    return (await this.#ask((id) => ({ kind: 'readTrace', id, fromSeq, limit }))) as Uint8Array;
  }

  async call<M extends MethodName>(method: M, argument: ArgumentOf<M>): Promise<AnswerOf<M>> {
    // The thread answers by the method's type.
    return (await this.#ask((id) => ({ kind: 'call', id, method, argument }))) as AnswerOf<M>;
  }

  async watchPoints(source: PointSource | undefined): Promise<void> {
    await this.#ask((id) => ({ kind: 'points', id, source }));
  }

  async closeRouter(name: string, reason: string): Promise<void> {
    await this.#ask((id) => ({ kind: 'closeRouter', id, name, reason }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    if (this.#gone !== undefined) return;
    await endThread(this.#worker, () => this.#send({ kind: 'close' }), closeMs);
  }

  #ask(make: (id: number) => ToThread): Promise<unknown> {
    if (this.#gone !== undefined) return Promise.reject(new BridgeGone(this.#gone));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(make(id));
    });
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #heard(message: FromThread): void {
    switch (message.kind) {
      case 'state':
        this.#state = message.state;
        this.#onState.tell(message.state);
        return;
      case 'event':
        this.#state = message.state;
        this.#onEvent.tell(message.event);
        return;
      case 'trace':
        this.#onTrace.tell(message.batch);
        return;
      case 'read':
        this.#answer(message.id, message.batch);
        return;
      case 'done':
        this.#answer(message.id, undefined);
        return;
      case 'answer':
        this.#answer(message.id, message.answer);
        return;
      case 'refused':
        this.#refuse(message);
        return;
      default:
        return;
    }
  }

  #answer(id: number, answer: unknown): void {
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  #refuse({ id, code, message }: Extract<FromThread, { kind: 'refused' }>): void {
    this.#waiting.get(id)?.reject(code === undefined ? new Error(message) : new WorkbenchError(code, message));
    this.#waiting.delete(id);
  }

  /** The thread is gone; unless it was closed, somebody must hear why. */
  #lost(why: string): void {
    if (this.#gone !== undefined) return;
    this.#gone = this.#closing === undefined ? why : 'The bridge is closed';
    for (const { reject } of this.#waiting.values()) reject(new BridgeGone(this.#gone));
    this.#waiting.clear();
    if (this.#closing === undefined) this.#onLost.tell(why);
  }
}

function throwLater(cause: unknown): void {
  queueMicrotask(() => {
    throw cause;
  });
}
