import type { Socket } from 'node:net';
import { Writer } from '../codec/writer.ts';
import type { Outlet, Session } from '../sessions/session.ts';

export interface ConnectionLimits {
  /** Bytes that may wait before frames find no room; what the protocol itself says is still taken. */
  readonly frameBytes: number;
  /** Bytes that may wait at all: a peer that lets more pile up does not read and is let go. */
  readonly totalBytes: number;
  /** How long an ended connection may take to deliver its last words. */
  readonly lingerMs: number;
}
const connectionLimits: ConnectionLimits = {
  frameBytes: 1024 * 1024,
  totalBytes: 4 * 1024 * 1024,
  lingerMs: 1000,
};

export interface ConnectionOptions {
  readonly peer: string;
  readonly nowMs: () => number;
  readonly limits?: ConnectionLimits | undefined;
  /** Bytes came and are about to be worked on. */
  readonly onArrival: () => void;
  /** A bug of ours: what was thrown while this connection was worked on. It costs this connection, no other. */
  readonly onFault: (peer: string, cause: unknown) => void;
}

/** Who serves a connection. */
export interface Service {
  readonly session: Session;
  /** Frames begin to find no room (true), or all that waited has gone (false). */
  readonly onQueue: (isFull: boolean) => void;
}

/** Node reads at most this at once; a chunk of this size means that more is waiting. */
const fullChunk = 65_536;
const keepAliveMs = 10_000;

/**
 * One accepted socket: gives its session what comes, a few chunks a turn of the event loop at most so that a flood
 * starves nobody (BR10), and sends what was appended in one write a turn (BR8), with a bound on what waits (BR9).
 */
export class Connection implements Outlet {
  readonly peer: string;
  readonly #socket: Socket;
  readonly #nowMs: () => number;
  readonly #limits: ConnectionLimits;
  readonly #onArrival: () => void;
  readonly #onFault: (peer: string, cause: unknown) => void;
  #onQueue: (isFull: boolean) => void = () => undefined;
  #writer = new Writer(4096);
  /** While the kernel takes no more, its bytes are the socket's, and the other writer goes on. */
  #spare = new Writer(16);
  #inFlight = 0;
  #isScheduled = false;
  #isEnding = false;
  #isFull = false;
  #session: Session | undefined;
  #linger: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.peer = options.peer;
    this.#nowMs = options.nowMs;
    this.#limits = options.limits ?? connectionLimits;
    this.#onArrival = options.onArrival;
    this.#onFault = options.onFault;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.#ended('The connection was closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#ended(describeSocketError(error)));
    socket.on('close', () => {
      clearTimeout(this.#linger);
      this.#ended('The connection was closed');
    });
  }

  get writer(): Writer {
    return this.#writer;
  }

  /** Opens the session that serves this connection. */
  serve({ session, onQueue }: Service): void {
    this.#session = session;
    this.#onQueue = onQueue;
    this.#guard(() => session.open(this.#nowMs()));
  }

  tick(): void {
    this.#guard(() => this.#session?.tick(this.#nowMs()));
  }

  /** Whether a frame's message of this length may be appended; false from a connection that is ending. */
  hasRoom(lengthBytes: number): boolean {
    if (this.#isEnding) return false;
    if (this.#inFlight + this.#writer.length + lengthBytes <= this.#limits.frameBytes) return true;
    if (!this.#isFull) {
      this.#isFull = true;
      this.#onQueue(true);
    }
    return false;
  }

  flush(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#write());
  }

  /** Delivers what was appended, then closes; a peer that does not take it is cut off. Idempotent. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#linger = setTimeout(() => this.#socket.destroy(), this.#limits.lingerMs);
    this.flush();
  }

  /** Closes at once. */
  destroy(): void {
    this.#isEnding = true;
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isEnding) return;
    if (chunk.length >= fullChunk) {
      // What the stream has read ahead already may still come in this turn.
      this.#socket.pause();
      setImmediate(() => this.#socket.resume());
    }
    this.#onArrival();
    this.#guard(() => this.#session?.receive(chunk, this.#nowMs()));
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#onFault(this.peer, cause);
      this.destroy();
    }
  }

  #write(): void {
    this.#isScheduled = false;
    const { length } = this.#writer;
    if (this.#socket.destroyed) {
      this.#writer.reset();
      return;
    }
    if (this.#inFlight > 0) {
      if (this.#inFlight + length > this.#limits.totalBytes) {
        this.#socket.destroy(new Error(`It does not read: ${this.#inFlight + length} bytes wait`));
      }
      return;
    }
    if (length > 0 && !this.#socket.writableEnded) {
      this.#socket.write(this.#writer.bytes.subarray(0, length), () => this.#written());
      // Nothing buffered: the kernel has taken all of it and the memory is ours again.
      if (this.#socket.writableLength === 0) this.#writer.reset();
      else {
        this.#inFlight = length;
        [this.#writer, this.#spare] = [this.#spare, this.#writer];
      }
    }
    if (this.#inFlight === 0) this.#idle();
  }

  #written(): void {
    if (this.#inFlight === 0) return;
    this.#inFlight = 0;
    this.#spare.reset();
    if (this.#writer.length > 0) this.flush();
    else this.#idle();
  }

  #idle(): void {
    if (this.#isEnding) this.#socket.end();
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#onQueue(false);
  }

  #ended(reason: string): void {
    const session = this.#session;
    this.#session = undefined;
    this.#guard(() => session?.ended(reason));
  }
}

function describeSocketError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNRESET':
      return 'The connection was reset';
    case 'EPIPE':
      return 'The connection was closed';
    case 'ETIMEDOUT':
      return 'The peer no longer answers';
    default:
      return error.message;
  }
}
