import { io, type Socket } from 'socket.io-client';
import type { Answer, ClientToServer, ServerToClient } from '../../../server/contract/events.ts';
import type { Problem } from '../../../server/contract/status.ts';
import { learnServerClock } from '../state/server-clock.ts';
import { ProblemError, unreachable } from './problem.ts';

/** Events that are answered: what each carries, and the value of its answer. */
type Asked<K extends keyof ClientToServer> =
  Parameters<ClientToServer[K]> extends [infer E, (answer: Answer<infer T>) => void] ? { payload: E; value: T } : never;
export type RequestEvent = {
  [K in keyof ClientToServer]: [Asked<K>] extends [never] ? never : K;
}[keyof ClientToServer];
type Payload<K extends Exclude<keyof ClientToServer, 'ping'>> = Parameters<ClientToServer[K]>[0];
type Value<K extends RequestEvent> = Asked<K>['value'];
export type SendEvent = Exclude<keyof ClientToServer, RequestEvent | 'ping'>;

/** How long an answer may take, milliseconds. */
const answerTimeoutMs = 10_000;
const reconnectMs = { first: 250, longest: 3_000 };

/** The wire hands binary over as ArrayBuffer in a browser; everybody else sees bytes. */
function withBytes<E>(event: E): E {
  if (typeof event === 'object' && event !== null && 'data' in event && event.data instanceof ArrayBuffer)
    return { ...event, data: new Uint8Array(event.data) };
  return event;
}

export interface LinkListener {
  /** Connected for the first time, or again: resume everything from here. */
  up?(again: boolean): void;
  /** `attempt` counts from 1 and goes up with each try. */
  down?(attempt: number): void;
  /** The server ended the connection and said why; it stays down until somebody tries again (UI25). */
  ended?(why: Problem): void;
  /** The handshake was refused, by its code (`unauthorized`). */
  refused?(reason: string): void;
}

/**
 * The one connection to the server (UI6): typed requests, and resuming. Whoever keeps something open on the server
 * (a watched lab, a joined terminal, a followed trace) opens it again in `onResume`.
 */
export class Live {
  readonly #socket: Socket;
  readonly #resume = new Set<() => void>();
  readonly #link = new Set<LinkListener>();
  #wasConnected = false;
  #lastDataMs = 0;
  /** Why the server is about to end the connection. */
  #why: Problem | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.onAny(() => {
      this.#lastDataMs = Date.now();
    });
    socket.on('connect', () => {
      const again = this.#wasConnected;
      this.#wasConnected = true;
      this.#lastDataMs = Date.now();
      for (const listener of this.#link) listener.up?.(again);
      if (again) for (const resume of this.#resume) resume();
    });
    socket.on('problem', (why: Problem) => {
      // Without a session the next handshake is refused, and the log-in comes.
      if (why.code !== 'unauthorized') this.#why = why;
    });
    socket.on('disconnect', (reason) => {
      const why = this.#why;
      this.#why = undefined;
      if (why !== undefined) {
        // Else the client library would try again by itself, and what ended it would end it again.
        socket.disconnect();
        for (const listener of this.#link) listener.ended?.(why);
        return;
      }
      for (const listener of this.#link) listener.down?.(1);
      // The server closed it on purpose: the client library does not try again by itself.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', (error) => {
      for (const listener of this.#link) listener.refused?.(error.message);
    });
    socket.io.on('reconnect_attempt', (attempt) => {
      for (const listener of this.#link) listener.down?.(attempt);
    });
  }

  get connected(): boolean {
    return this.#socket.connected;
  }
  /** Unix milliseconds of the last message, 0 before the first. */
  get lastDataMs(): number {
    return this.#lastDataMs;
  }

  connect(): void {
    this.#socket.connect();
  }
  /** Tries again now instead of waiting for the next attempt. */
  retry(): void {
    this.#socket.disconnect();
    this.#socket.connect();
  }
  close(): void {
    this.#wasConnected = false;
    this.#socket.disconnect();
  }

  /** Asks and resolves with the answer's value; throws ProblemError. Nothing is queued while disconnected. */
  async request<K extends RequestEvent>(event: K, payload: Payload<K>): Promise<Value<K>> {
    if (!this.#socket.connected) throw unreachable('The connection to the server is down.');
    let answer: Answer<Value<K>>;
    try {
      answer = await this.#socket.timeout(answerTimeoutMs).emitWithAck(event, payload);
    } catch (cause) {
      throw unreachable(`No answer to ${event} within ${answerTimeoutMs / 1000} s.`, cause);
    }
    this.#lastDataMs = Date.now();
    if (!answer.ok) throw new ProblemError(answer.problem);
    return withBytes(answer.value);
  }

  /** Tells without an answer; dropped while disconnected. */
  send<K extends SendEvent>(event: K, payload: Payload<K>): void {
    if (this.#socket.connected) this.#socket.emit(event, payload);
  }

  /** Round trip to the server in milliseconds; its clock is known better by it. */
  async ping(): Promise<number> {
    if (!this.#socket.connected) throw unreachable('The connection to the server is down.');
    const [began, askedMs] = [performance.now(), Date.now()];
    const saidMs: number = await this.#socket.timeout(answerTimeoutMs).emitWithAck('ping');
    this.#lastDataMs = Date.now();
    learnServerClock(askedMs, saidMs, this.#lastDataMs);
    return performance.now() - began;
  }

  /** Listens; the returned function stops it. Binary fields are Uint8Array. */
  on<K extends keyof ServerToClient>(event: K, listener: ServerToClient[K]): () => void {
    const name: string = event;
    const handler = (e: object) => {
      Reflect.apply(listener, undefined, [withBytes(e)]);
    };
    this.#socket.on(name, handler);
    return () => this.#socket.off(name, handler);
  }

  /** Called after each reconnection, in order of registration, when requests work again. */
  onResume(resume: () => void): () => void {
    this.#resume.add(resume);
    return () => this.#resume.delete(resume);
  }

  onLink(listener: LinkListener): () => void {
    this.#link.add(listener);
    return () => this.#link.delete(listener);
  }
}

/** The page's connection; main.tsx opens it once the session allows. */
export const live = new Live(
  io({
    autoConnect: false,
    transports: ['websocket'],
    reconnectionDelay: reconnectMs.first,
    reconnectionDelayMax: reconnectMs.longest,
  }),
);
