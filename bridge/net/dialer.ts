import { connect, type Socket } from 'node:net';
import type { ListenAddress } from '../api.ts';
import type { Session } from '../sessions/session.ts';
import { every } from './clock.ts';
import { Connection, type ConnectionLimits } from './connection.ts';
import { formatAddress } from './listener.ts';

interface DialTimes {
  /** Pause after the first failure; it doubles with each one that follows, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long a connection may take to open. */
  readonly connectMs: number;
  /** How often sessions are told the time. */
  readonly tickMs: number;
}
/** Those of Open vSwitch. */
const dialTimes: DialTimes = { firstPauseMs: 1_000, longestPauseMs: 8_000, connectMs: 8_000, tickMs: 250 };

export interface DialOptions {
  /** A connection opened: who serves it. */
  readonly connected: (connection: Connection) => Session;
  /** An attempt failed, or a connection ended: why, and when the next attempt is. */
  readonly onPause?: ((reason: string, pauseMs: number) => void) | undefined;
  /** A bug of ours in the session; it costs the connection. Thrown on when nobody asks for it. */
  readonly onFault?: ((peer: string, cause: unknown) => void) | undefined;
  readonly times?: Partial<DialTimes> | undefined;
  readonly limits?: ConnectionLimits | undefined;
}

export interface Dialer {
  /** Whether a connection is open. */
  readonly isOpen: boolean;
  /** Ends the connection, last words delivered, and tries no more. Idempotent. */
  close(): Promise<void>;
}

/** Connects to an address, at once and again whenever that failed or ended, with pauses that grow (ES70–ES72). */
export function dial(address: ListenAddress, options: DialOptions): Dialer {
  return new Redialer(address, options);
}

class Redialer implements Dialer {
  readonly #address: ListenAddress;
  readonly #options: DialOptions;
  readonly #times: DialTimes;
  readonly #stopTicks: () => void;
  #socket: Socket | undefined;
  #connection: Connection | undefined;
  #pause: NodeJS.Timeout | undefined;
  #pauseMs = 0;
  #openedMs = 0;
  #closed: Promise<void> | undefined;

  constructor(address: ListenAddress, options: DialOptions) {
    this.#address = address;
    this.#options = options;
    this.#times = { ...dialTimes, ...options.times };
    this.#stopTicks = every(this.#times.tickMs, () => this.#connection?.tick());
    this.#dial();
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearTimeout(this.#pause);
      this.#stopTicks();
      const socket = this.#socket;
      if (socket === undefined) return resolve();
      socket.once('close', () => resolve());
      if (this.#connection === undefined) socket.destroy();
      else this.#connection.end();
    });
    return this.#closed;
  }

  #dial(): void {
    const address = this.#address;
    // A path is a socket file, or on Windows a named pipe.
    const socket = connect(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
    );
    this.#socket = socket;
    let reason = 'The connection was closed';
    const limit = setTimeout(() => socket.destroy(new Error('No answer')), this.#times.connectMs);
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.once('connect', () => {
      clearTimeout(limit);
      if (this.#closed === undefined) this.#serve(socket);
    });
    socket.once('close', () => {
      clearTimeout(limit);
      this.#socket = undefined;
      this.#connection = undefined;
      if (this.#closed === undefined) this.#wait(reason);
    });
  }

  #serve(socket: Socket): void {
    const { connected, limits, onFault = throwOn } = this.#options;
    this.#openedMs = performance.now();
    const connection = new Connection(socket, {
      peer: formatAddress(this.#address),
      nowMs: () => performance.now(),
      limits,
      onArrival: () => undefined,
      onFault,
    });
    this.#connection = connection;
    connection.serve({ session: connected(connection), onQueue: () => undefined });
  }

  /** A connection that lasted longer than the last pause begins the pauses anew. */
  #wait(reason: string): void {
    const { firstPauseMs, longestPauseMs } = this.#times;
    const lasted = this.#openedMs > 0 && performance.now() - this.#openedMs > this.#pauseMs;
    this.#openedMs = 0;
    this.#pauseMs = lasted ? firstPauseMs : Math.min(Math.max(firstPauseMs, 2 * this.#pauseMs), longestPauseMs);
    this.#pause = setTimeout(() => this.#dial(), this.#pauseMs);
    this.#options.onPause?.(reason, this.#pauseMs);
  }
}

function throwOn(peer: string, cause: unknown): void {
  setImmediate(() => {
    throw new Error(`The session of ${peer} failed`, { cause });
  });
}
