import { unlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ListenAddress } from '../api.ts';
import { Connection, type ConnectionLimits, type Service } from './connection.ts';

/** An address that cannot be listened on: the message names it and says why. */
export class ListenError extends Error {
  readonly address: ListenAddress;
  constructor(address: ListenAddress, why: string, options?: { cause?: unknown }) {
    super(`Cannot listen on ${formatAddress(address)}: ${why}`, options);
    this.name = 'ListenError';
    this.address = address;
  }
}

export interface ListenOptions {
  readonly nowMs: () => number;
  readonly limits?: ConnectionLimits | undefined;
  readonly onArrival: () => void;
  readonly onFault: (peer: string, cause: unknown) => void;
  /** Connections at once; another one is closed. */
  readonly maxConnections: number;
  readonly onConnection: (connection: Connection) => Service;
  readonly onRefused: (peer: string, reason: string) => void;
  /** The listener itself failed (out of file descriptors …); it goes on where it can. */
  readonly onFailed: (reason: string) => void;
}

/** An open listener and its connections. */
export interface Listener {
  /** Where it listens; a port 0 has become the real one. */
  readonly address: ListenAddress;
  tick(): void;
  /** Stops listening and ends every connection. Idempotent. */
  close(): Promise<void>;
}

/** `tcp 127.0.0.1:6653`, `unix /run/of.sock`. */
export const formatAddress = (address: ListenAddress): string =>
  address.kind === 'unix' ? `unix ${address.path}` : `tcp ${hostPort(address.host, address.port)}`;

const hostPort = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** Opens a listener; rejects with ListenError. A socket file that nobody listens on is replaced. */
export async function listen(address: ListenAddress, options: ListenOptions): Promise<Listener> {
  const connections = new Set<Connection>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    const peer = peerOf(socket, accepted);
    if (connections.size >= options.maxConnections) {
      socket.destroy();
      options.onRefused(peer, `${options.maxConnections} connections are open already`);
      return;
    }
    const { nowMs, onArrival, onFault, limits } = options;
    const connection = new Connection(socket, { peer, nowMs, onArrival, onFault, limits });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
    connection.serve(options.onConnection(connection));
  });

  await open(server, address);
  server.on('error', (error) => options.onFailed(error.message));
  return {
    address: boundAddress(server, address),
    tick: () => {
      for (const connection of connections) connection.tick();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.end();
      }),
  };
}

async function open(server: Server, address: ListenAddress): Promise<void> {
  try {
    await tryOpen(server, address);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && address.kind === 'unix' && !(await answers(address.path))) {
      await unlink(address.path);
      return tryOpen(server, address);
    }
    throw new ListenError(address, reasonOf(address, code) ?? message, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'permission denied',
  ENOENT: 'there is no such folder',
  ENOTFOUND: 'the name is unknown',
};

/** For a socket file libuv says EACCES where the system said ENOENT. */
const reasonOf = (address: ListenAddress, code: string): string | undefined =>
  address.kind === 'unix' && code === 'EACCES' ? 'its folder does not exist or may not be written' : reasons[code];

function tryOpen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether somebody listens on the socket file: a killed program leaves its file behind. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

function boundAddress(server: Server, address: ListenAddress): ListenAddress {
  if (address.kind === 'unix') return address;
  const bound: string | AddressInfo | null = server.address();
  return typeof bound === 'object' && bound !== null ? { ...address, port: bound.port } : address;
}

const peerOf = (socket: Socket, accepted: number): string =>
  socket.remoteAddress === undefined ? `local #${accepted}` : hostPort(socket.remoteAddress, socket.remotePort ?? 0);
