import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ListenAddress } from '../api.ts';
import type { Session } from '../sessions/session.ts';
import { until } from '../testing/lab.ts';
import type { Connection } from './connection.ts';
import { type Dialer, dial } from './dialer.ts';

const quick = { firstPauseMs: 20, longestPauseMs: 80, tickMs: 5 };

/** Who says a word when a connection opens, and keeps what it hears. */
class Talker {
  readonly heard: string[] = [];
  readonly ends: string[] = [];
  ticks = 0;

  serve(connection: Connection): Session {
    return {
      open: () => {
        connection.writer.append(new TextEncoder().encode('hello'));
        connection.flush();
      },
      receive: (chunk) => this.heard.push(new TextDecoder().decode(chunk)),
      tick: () => {
        this.ticks += 1;
      },
      ended: (reason) => this.ends.push(reason),
    };
  }
}

class Peer implements AsyncDisposable {
  readonly sockets: Socket[] = [];
  readonly heard: string[] = [];
  readonly #server: Server = createServer((socket) => {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => this.heard.push(data.toString()));
  });

  async open(address: { host: string; port: number } | { path: string }): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(address, () => resolve()));
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

test('[ES70] it connects at once over TCP, both sides hear one another, and sessions are told the time', async () => {
  await using peer = new Peer();
  const port = await peer.open({ host: '127.0.0.1', port: 0 });
  const talker = new Talker();
  const dialer = dial({ kind: 'tcp', host: '127.0.0.1', port }, { connected: (c) => talker.serve(c), times: quick });
  await until(() => peer.heard.length > 0);
  expect(peer.heard).toEqual(['hello']);
  expect(dialer.isOpen).toBe(true);
  peer.sockets[0]?.write('good day');
  await until(() => talker.heard.length > 0 && talker.ticks > 0);
  expect(talker.heard).toEqual(['good day']);
  await dialer.close();
  await dialer.close();
  expect(dialer.isOpen).toBe(false);
});

test('[ES70] it connects to a path', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'patchbay-dialer-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${dir.replace(/\W/g, '-')}` : join(dir, 'of.sock');
  {
    await using peer = new Peer();
    await peer.open({ path });
    const talker = new Talker();
    const dialer = dial({ kind: 'unix', path }, { connected: (c) => talker.serve(c), times: quick });
    await until(() => peer.heard.length > 0);
    expect(peer.heard).toEqual(['hello']);
    await dialer.close();
  }
  await rm(dir, { recursive: true, force: true });
});

test('[ES71] pauses double up to the longest, and a connection that lasts begins them anew', async () => {
  const pauses: number[] = [];
  const talker = new Talker();
  const unused = new Peer();
  const port = await unused.open({ host: '127.0.0.1', port: 0 });
  await unused[Symbol.asyncDispose]();
  const address: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port };
  const dialer: Dialer = dial(address, {
    connected: (c) => talker.serve(c),
    onPause: (_reason, pauseMs) => pauses.push(pauseMs),
    times: quick,
  });
  await until(() => pauses.length >= 5);
  expect(pauses.slice(0, 5)).toEqual([20, 40, 80, 80, 80]);
  await using peer = new Peer();
  await peer.open({ host: '127.0.0.1', port });
  await until(() => dialer.isOpen);
  await new Promise((resolve) => setTimeout(resolve, 100));
  pauses.length = 0;
  peer.sockets[0]?.destroy();
  await until(() => pauses.length > 0 && dialer.isOpen);
  expect(pauses).toEqual([20]);
  expect(talker.ends).toHaveLength(1);
  await dialer.close();
});

test('[ES72] close delivers the last words and tries no more', async () => {
  await using peer = new Peer();
  const port = await peer.open({ host: '127.0.0.1', port: 0 });
  let connection: Connection | undefined;
  const talker = new Talker();
  const connected = (c: Connection): Session => {
    connection = c;
    return talker.serve(c);
  };
  const dialer = dial({ kind: 'tcp', host: '127.0.0.1', port }, { connected, times: quick });
  await until(() => peer.heard.length > 0);
  connection?.writer.append(new TextEncoder().encode('farewell'));
  const closed = dialer.close();
  await closed;
  await until(() => peer.heard.length > 1);
  expect(peer.heard).toEqual(['hello', 'farewell']);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(peer.sockets).toHaveLength(1);
});

test('[ES72] close ends the pause of a dialer that has nobody to talk to', async () => {
  const talker = new Talker();
  const dialer = dial(
    { kind: 'unix', path: join(tmpdir(), 'patchbay-nobody.sock') },
    { connected: (c) => talker.serve(c), times: { ...quick, firstPauseMs: 60_000 } },
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  await dialer.close();
  expect(dialer.isOpen).toBe(false);
});

test('[ES73] a session that throws costs its connection and is told', async () => {
  await using peer = new Peer();
  const port = await peer.open({ host: '127.0.0.1', port: 0 });
  const faults: unknown[] = [];
  const dialer = dial(
    { kind: 'tcp', host: '127.0.0.1', port },
    {
      connected: (c) => ({ ...new Talker().serve(c), receive: () => faults.push('thrown') && fail() }),
      onFault: (_peer, cause) => faults.push(cause),
      times: quick,
    },
  );
  await until(() => peer.heard.length > 0);
  peer.sockets[0]?.write('x');
  await until(() => faults.length > 1 && peer.sockets.length > 1);
  expect(faults).toEqual(['thrown', new Error('a bug')]);
  await dialer.close();
});

function fail(): never {
  throw new Error('a bug');
}
