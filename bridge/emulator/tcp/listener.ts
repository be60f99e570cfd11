import type { Endpoint, TcpListener, TcpSocket } from '../host/api.ts';
import type { Connection } from './connection.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { Socket } from './socket.ts';

/** Handshakes that a listener has open at most (ET10). */
const maxHandshakes = 128;

/** LISTEN: handshakes that are under way, and connections that wait to be accepted. */
export class Listener implements TcpListener {
  readonly local: Endpoint;
  readonly #backlog: number;
  readonly #closed: (listener: Listener) => void;
  readonly #handshakes = new Set<Connection>();
  readonly #established: { readonly socket: Socket; readonly connection: Connection }[] = [];
  readonly #accepting: ((socket: TcpSocket | undefined) => void)[] = [];
  #isClosed = false;

  constructor(local: Endpoint, backlog: number, closed: (listener: Listener) => void) {
    this.local = local;
    this.#backlog = Math.max(1, backlog);
    this.#closed = closed;
  }

  get waiting(): number {
    return this.#established.length;
  }

  /** False: a SYN gets no answer, and comes again. */
  get hasRoom(): boolean {
    return this.#handshakes.size < maxHandshakes && this.#established.length < this.#backlog;
  }

  /** Looks after a connection until a program takes it. */
  add(connection: Connection): void {
    this.#handshakes.add(connection);
    const owner: ConnectionOwner = {
      mayEstablish: () => this.#accepting.length > 0 || this.#established.length < this.#backlog,
      established: () => this.#establish(connection),
      readable: () => undefined,
      writable: () => undefined,
      ended: () => this.#handshakes.delete(connection),
    };
    connection.owner = owner;
  }

  async accept(): Promise<TcpSocket | undefined> {
    if (this.#isClosed) return undefined;
    const next = this.#established.shift();
    if (next !== undefined) return next.socket;
    return new Promise((resolve) => this.#accepting.push(resolve));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closed(this);
    for (const connection of [...this.#handshakes]) connection.abort();
    for (const { connection } of this.#established.splice(0)) connection.abort();
    for (const resolve of this.#accepting.splice(0)) resolve(undefined);
  }

  #establish(connection: Connection): void {
    this.#handshakes.delete(connection);
    const socket = new Socket(connection);
    connection.owner = socket;
    const accept = this.#accepting.shift();
    if (accept === undefined) this.#established.push({ socket, connection });
    else accept(socket);
  }
}
