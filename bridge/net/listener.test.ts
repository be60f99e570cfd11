import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ListenAddress } from '../api.ts';
import type { Outlet, Session } from '../sessions/session.ts';
import { until } from '../testing/lab.ts';
import type { Connection, ConnectionLimits } from './connection.ts';
import { formatAddress, type Listener, listen } from './listener.ts';

/** A session that keeps what it hears and says what a test wants. */
class Recorder implements Session {
  readonly outlet: Connection;
  readonly chunks: number[] = [];
  readonly ends: string[] = [];
  readonly queue: boolean[] = [];
  constructor(outlet: Connection) {
    this.outlet = outlet;
  }
  open(): void {}
  receive(chunk: Uint8Array): void {
    this.chunks.push(chunk.length);
  }
  tick(): void {}
  ended(reason: string): void {
    this.ends.push(reason);
  }
}
const say = (outlet: Outlet, bytes: Uint8Array): void => {
  outlet.writer.append(bytes);
  outlet.flush();
};

interface Fixture extends AsyncDisposable {
  readonly listener: Listener;
  readonly sessions: Recorder[];
  readonly refused: string[];
  readonly faults: unknown[];
  dial(): Promise<Socket>;
}
async function start(
  options: { address?: ListenAddress; maxConnections?: number; limits?: ConnectionLimits } = {},
): Promise<Fixture> {
  const sessions: Recorder[] = [];
  const refused: string[] = [];
  const faults: unknown[] = [];
  const sockets: Socket[] = [];
  const listener = await listen(options.address ?? { kind: 'tcp', host: '127.0.0.1', port: 0 }, {
    nowMs: () => performance.now(),
    limits: options.limits,
    maxConnections: options.maxConnections ?? 10,
    onArrival: () => undefined,
    onFault: (_peer, cause) => faults.push(cause),
    onConnection: (connection) => {
      const session = new Recorder(connection);
      sessions.push(session);
      return { session, onQueue: (isFull) => session.queue.push(isFull) };
    },
    onRefused: (_peer, reason) => refused.push(reason),
    onFailed: () => undefined,
  });
  return {
    listener,
    sessions,
    refused,
    faults,
    dial: async () => {
      const { address } = listener;
      const before = sessions.length + refused.length;
      const socket = address.kind === 'unix' ? connect(address.path) : connect(address.port, address.host);
      socket.on('error', () => undefined);
      sockets.push(socket);
      await until(() => sessions.length + refused.length > before);
      return socket;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await listener.close();
    },
  };
}

describe('addresses', () => {
  test('[BR2] a port that is taken is an error that names it', async () => {
    await using first = await start();
    const taken = first.listener.address;
    await expect(start({ address: taken })).rejects.toThrow(
      `Cannot listen on ${formatAddress(taken)}: another program listens there`,
    );
  });

  test('[BR2] an address that this machine does not have, and a folder that is not there', async () => {
    await expect(start({ address: { kind: 'tcp', host: '192.0.2.1', port: 0 } })).rejects.toThrow(
      'Cannot listen on tcp 192.0.2.1:0: this machine does not have that address',
    );
    await expect(start({ address: { kind: 'unix', path: '/nowhere/of.sock' } })).rejects.toThrow(
      'Cannot listen on unix /nowhere/of.sock: its folder does not exist or may not be written',
    );
  });

  test('[BR2] a socket file that a killed program left behind is replaced, one in use is not; the end removes it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'patchbay-net-'));
    const address: ListenAddress = { kind: 'unix', path: join(dir, 'of.sock') };
    try {
      const dead = createServer();
      await new Promise<void>((resolve) => dead.listen(address.path, resolve));
      // What SIGKILL leaves: the file without anybody who listens.
      await rename(address.path, `${address.path}.kept`);
      await new Promise<void>((resolve) => dead.close(() => resolve()));
      await rename(`${address.path}.kept`, address.path);
      {
        await using lab = await start({ address });
        await lab.dial();
        await expect(start({ address })).rejects.toThrow('another program listens there');
      }
      expect(existsSync(address.path)).toBe(false);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe('connections', () => {
  test('[BR8] what a turn appends leaves in one write, in order', async () => {
    await using lab = await start();
    const socket = await lab.dial();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const [session] = lab.sessions;
    for (let i = 0; i < 100; i++) if (session) say(session.outlet, Uint8Array.of(i, i));
    await until(() => Buffer.concat(chunks).length === 200);
    expect(chunks).toHaveLength(1);
    expect(Buffer.concat(chunks)[199]).toBe(99);
  });

  test('[BR9] a peer that does not read: frames find no room, the queue says so, and drains when it reads again', async () => {
    await using lab = await start({ limits: { frameBytes: 100_000, totalBytes: 10_000_000, lingerMs: 200 } });
    const socket = await lab.dial();
    socket.pause();
    const [session] = lab.sessions;
    if (session === undefined) throw new Error('no session');
    let sent = 0;
    const frame = (i: number) => new Uint8Array(1000).fill(i % 251);
    for (let turn = 0; turn < 100_000 && !session.queue.includes(true); turn++) {
      if (session.outlet.hasRoom(1000)) {
        say(session.outlet, frame(sent));
        sent += 1;
      }
      if (turn % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(session.queue).toEqual([true]);
    expect(session.outlet.hasRoom(1000)).toBe(false);
    let read = 0;
    let isInOrder = true;
    socket.on('data', (chunk: Buffer) => {
      for (const byte of chunk) {
        isInOrder &&= byte === Math.floor(read / 1000) % 251;
        read += 1;
      }
    });
    socket.resume();
    await until(() => read === sent * 1000);
    expect(isInOrder).toBe(true);
    expect(session.queue).toEqual([true, false]);
    expect(session.outlet.hasRoom(1000)).toBe(true);
  });

  test('[BR10] of a flood three chunks a turn are worked on at most, so that everybody else has a turn in between', async () => {
    await using lab = await start();
    const socket = await lab.dial();
    const [session] = lab.sessions;
    if (session === undefined) throw new Error('no session');
    const { receive } = session;
    let inTurn = 0;
    let most = 0;
    session.receive = (chunk) => {
      receive.call(session, chunk);
      if (inTurn === 0) {
        setImmediate(() => {
          inTurn = 0;
        });
      }
      inTurn += 1;
      most = Math.max(most, inTurn);
    };
    const length = 8 * 1024 * 1024;
    socket.write(new Uint8Array(length));
    await until(() => session.chunks.reduce((sum, each) => sum + each, 0) === length, 10_000);
    expect(Math.max(...session.chunks)).toBe(65_536);
    expect(most).toBeLessThanOrEqual(3);
  });

  test('[BR6] a bug while one connection is worked on costs that connection, no other', async () => {
    await using lab = await start();
    const first = await lab.dial();
    const second = await lab.dial();
    const [hurt, fine] = lab.sessions;
    const bug = new Error('a bug');
    if (hurt !== undefined) {
      hurt.receive = () => {
        throw bug;
      };
    }
    first.write('x');
    second.write('x');
    await until(() => first.closed && fine?.chunks.length === 1);
    expect(lab.faults).toEqual([bug]);
    expect(hurt?.ends).toHaveLength(1);
    expect(fine?.ends).toEqual([]);
  });

  test('[BR11] one connection too many is closed and told', async () => {
    await using lab = await start({ maxConnections: 2 });
    await lab.dial();
    const second = await lab.dial();
    const third = await lab.dial();
    await until(() => third.closed);
    expect(lab.refused).toEqual(['2 connections are open already']);
    second.destroy();
    await until(async () => {
      await lab.dial();
      return lab.sessions.length === 3;
    });
  });

  test('[BR9] last words are delivered before the end; who does not take them is cut off', async () => {
    const limits = { frameBytes: 1e6, totalBytes: 1e8, lingerMs: 100 };
    await using lab = await start({ limits });
    const socket = await lab.dial();
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    const [session] = lab.sessions;
    if (session === undefined) throw new Error('no session');
    say(session.outlet, new TextEncoder().encode('goodbye'));
    session.outlet.end();
    session.outlet.end();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toBe('goodbye');
    await until(() => session.ends.length === 1);
    expect(session.ends).toEqual(['The connection was closed']);

    const deaf = await lab.dial();
    deaf.pause();
    const other = lab.sessions[1];
    if (other) say(other.outlet, new Uint8Array(20_000_000));
    other?.outlet.end();
    await until(() => other?.ends.length === 1, 2_000);
  });
});
