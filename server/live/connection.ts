import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import { nowMs } from '../clock.ts';
import type { ServerToClient } from '../contract/events.ts';
import type { LabStatus } from '../contract/status.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import { problemOf } from '../problem-of.ts';
import { TokenBucket } from '../token-bucket.ts';

export type PageSocket = Socket<Record<string, never>, ServerToClient>;

/** What a page may send: far above what typing, pasting and acknowledging a flood of output needs (LIVE3). */
const messagesPerSecond = 2000;
const bytesPerSecond = 4 * 1024 * 1024;
/** Unsent bytes above which a status waits and is replaced by the next, and above which the page is let go (LIVE4). */
const statusHoldBytes = 1024 * 1024;
const unsentLimitBytes = 8 * 1024 * 1024;

export interface ConnectionDeps {
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}

/** One page's socket: what comes in is limited and answered, what goes out is bounded. */
export class Connection {
  readonly #socket: PageSocket;
  readonly #deps: ConnectionDeps;
  readonly #messages = new TokenBucket(messagesPerSecond, 2 * messagesPerSecond, performance.now());
  readonly #bytes = new TokenBucket(bytesPerSecond, 2 * bytesPerSecond, performance.now());
  readonly #statuses = new Map<string, LabStatus>();
  #unsentBytes = 0;
  #gone = false;

  constructor(socket: PageSocket, deps: ConnectionDeps) {
    this.#socket = socket;
    this.#deps = deps;
    const { conn } = socket;
    conn.on('packet', ({ data }: { data?: unknown }) => this.#admit(sizeOf(data)));
    conn.on('packetCreate', ({ data }: { data?: unknown }) => this.#queued(sizeOf(data)));
    // The transport takes what is queued only when it has written what it took before.
    conn.on('flush', () => this.#flushed());
  }

  /** Handles every event by `dispatch`; what it throws becomes the answer, or is counted where none is asked for. */
  serve(dispatch: (event: string, payload: unknown) => unknown): void {
    this.#socket.onAny((event: string, ...args: unknown[]) => {
      if (this.#gone) return;
      const done = args.at(-1);
      if (event === 'ping' && isAnswer(done)) done(nowMs());
      else void this.#answer(dispatch, event, args[0], isAnswer(done) ? done : undefined);
    });
  }

  send<E extends keyof ServerToClient>(event: E, ...payload: Parameters<ServerToClient[E]>): void {
    if (!this.#gone) this.#socket.emit(event, ...payload);
  }

  /** The newest status of a lab counts: a slow page gets that one, not all. */
  sendStatus(status: LabStatus): void {
    if (this.#unsentBytes <= statusHoldBytes) this.send('lab:status', status);
    else this.#statuses.set(status.lab, status);
  }

  /** Says why and ends the connection. */
  end(error: AppError, reason: 'flood' | 'slow' | 'session'): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#socket.emit('problem', error.problem);
    this.#deps.metrics.closedSockets.inc({ reason });
    this.#deps.log.warn({ reason, socket: this.#socket.id }, 'page disconnected by the server');
    // A page that does not read would not take part in a goodbye either.
    if (reason === 'slow') this.#socket.request.socket.destroy();
    else this.#socket.disconnect(true);
  }

  async #answer(
    dispatch: (event: string, payload: unknown) => unknown,
    event: string,
    payload: unknown,
    done: ((answer: unknown) => void) | undefined,
  ): Promise<void> {
    try {
      const handled = dispatch(event, payload);
      // Without a wait where there is none: the answer goes out before anything that follows from it.
      const value = handled instanceof Promise ? await handled : handled;
      done?.({ ok: true, value });
    } catch (error) {
      const problem = problemOf(error, this.#deps.log);
      if (problem.code === 'bad-request') this.#deps.metrics.badEvents.inc();
      done?.({ ok: false, problem });
    }
  }

  #admit(bytes: number): void {
    const nowMs = performance.now();
    if (this.#messages.take(1, nowMs) && this.#bytes.take(bytes, nowMs)) return;
    const limit = `${messagesPerSecond} messages and ${bytesPerSecond} bytes a second`;
    this.end(new AppError('too-many', `The page sent more than ${limit}.`), 'flood');
  }

  #queued(bytes: number): void {
    this.#unsentBytes += bytes;
    if (this.#unsentBytes > unsentLimitBytes && !this.#gone)
      this.end(new AppError('too-many', 'The page reads too slowly: 8 MiB were waiting for it.'), 'slow');
  }

  #flushed(): void {
    this.#unsentBytes = 0;
    const statuses = [...this.#statuses.values()];
    this.#statuses.clear();
    for (const status of statuses) this.send('lab:status', status);
  }
}

function isAnswer(value: unknown): value is (answer?: unknown) => void {
  return typeof value === 'function';
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return data instanceof Uint8Array || data instanceof ArrayBuffer ? data.byteLength : 0;
}
