import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { encodeVns } from '../protocols/vns/message.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'router-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the router to its end; its exit code and what it printed. */
async function run(...args: string[]): Promise<[number, string]> {
  const file = join(folder, 'out');
  const code = await main(['-s', '127.0.0.1', ...args], openSync(file, 'w'));
  return [code, readFileSync(file, 'utf8')];
}

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: string }> {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: String(address.port) };
}

test('[RT46] nobody listens: a sentence and exit code 1', async () => {
  const { server, port } = await listen(() => {});
  await new Promise((resolve) => server.close(resolve));
  expect(await run('-p', port)).toEqual([
    1,
    `Nobody listens on 127.0.0.1:${port}: start the lab first, or say where it is with -s and -p.\n`,
  ]);
});

test('[RT41] the reason of a CLOSE is the last thing said', async () => {
  const { server, port } = await listen((socket) => {
    socket.end(encodeVns({ kind: 'close', message: 'the lab was stopped' }));
  });
  const [code, text] = await run('-p', port);
  server.close();
  expect(code).toBe(1);
  expect(text.split('\n').slice(0, 2)).toEqual([
    `Connected to 127.0.0.1:${port} as virtual host vrhost, topology 0.`,
    'The server ended the session: the lab was stopped',
  ]);
});

test('[RT44] a server of something else and one that hangs up are told apart', async () => {
  const http = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect((await run('-p', http.port))[1]).toMatch(/\nThe server does not speak VNS: a message of \d+ bytes/);
  http.server.close();
  const short = await listen((socket) => socket.end());
  expect((await run('-p', short.port))[1]).toMatch(/\nThe server closed the connection\.\n$/);
  short.server.close();
});

test('[RT2] a routing table over unknown interfaces is refused when the hardware is known', async () => {
  const rtable = join(folder, 'rtable');
  writeFileSync(rtable, '10.0.0.0 0.0.0.0 255.0.0.0 eth7\n');
  const { server, port } = await listen((socket) =>
    socket.write(encodeVns({ kind: 'hardwareInfo', entries: [{ kind: 'name', value: 'eth1' }] })),
  );
  const [code, text] = await run('-p', port, '-r', rtable);
  server.close();
  expect(code).toBe(1);
  expect(text).toContain(`${rtable}:1: there is no interface "eth7" (the server announced eth1)`);
});
