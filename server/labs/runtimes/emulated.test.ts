import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmulatorHandle } from '../../../bridge/index.ts';
import type { Pty } from '../../terminals/pty.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { until } from '../testing/until.ts';
import { createEmulatedRuntime } from './emulated.ts';
import { EmulatedNetwork } from './emulated-network.ts';
import type { Network } from './runtime.ts';

const size = { cols: 80, rows: 24 };
let tmpDir = '';
beforeAll(async () => {
  tmpDir = await mkdtemp(join(tmpdir(), 'pb-'));
});
afterAll(async () => {
  await rm(tmpDir, { recursive: true });
});

const runtime = () => createEmulatedRuntime({ tmpDir });
const prepare = () => runtime().prepare(twoHosts());
const start = async (): Promise<Network> => (await prepare()).start(size);
const runDirs = () => readdir(join(tmpDir, `patchbay-${process.getuid?.()}`));

/** What a terminal has shown so far. */
function screenOf(pty: Pty): () => string {
  let screen = '';
  pty.onData((data) => {
    screen += Buffer.from(data).toString();
  });
  return () => screen;
}

const lost = (network: Network) =>
  new Promise<{ why: string; asked: boolean }>((resolve) => {
    network.onLost((why, asked) => resolve({ why, asked }));
  });

test('[RUN10] the network is there at once: linked, every host ready', async () => {
  await using network = await start();
  await network.ready;
  expect(network.progress).toEqual({ linked: true, readyHosts: ['h1', 'h2'] });
  expect([network.pid, network.notes]).toEqual([undefined, []]);
});

test('[RUN10] its switch comes to the private socket and speaks OpenFlow 1.0', async () => {
  const prepared = await prepare();
  const bridge = createServer().listen(prepared.openflowSocket);
  await once(bridge, 'listening');
  const came = once(bridge, 'connection');
  const network = await prepared.start(size);
  try {
    const [connection] = await came;
    const [hello] = await once(connection, 'data');
    expect([...hello.subarray(0, 4)]).toEqual([1, 0, 0, 8]);
    connection.destroy();
  } finally {
    await network.close();
    bridge.close();
  }
});

test('[RUN4] a command on a host: exit code, output, no shell reads it', async () => {
  await using network = await start();
  const exec = (argv: string[], timeoutMs = 5000) => network.exec('h1', argv, { timeoutMs });
  expect(await exec(['echo', '$HOME', '; id', '*'])).toMatchObject({
    exitCode: 0,
    signal: null,
    output: '$HOME ; id *\n',
    truncated: false,
    timedOut: false,
  });
  expect((await exec(['false'])).exitCode).toBe(1);
  expect((await exec(['no-such-program'])).exitCode).toBe(127);
  expect((await exec(['ping', '-c', '1', '127.0.0.1'])).output).toContain('1 received');
  await expect(network.exec('nobody', ['true'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'not-found' });
});

test('[RUN4] at the time-out and when aborted a command has ended', async () => {
  await using network = await start();
  const late = await network.exec('h1', ['ping', '-i', '0.05', '127.0.0.1'], { timeoutMs: 2000 });
  expect(late).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
  expect(late.output).toContain('icmp_seq=2');
  expect(late.durationMs).toBeLessThan(20_000);
  const controller = new AbortController();
  const waiting = network.exec('h1', ['sleep', '1000'], { timeoutMs: 60_000, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(waiting).rejects.toThrow('enough');
  const already = network.exec('h1', ['true'], { timeoutMs: 1000, signal: AbortSignal.abort(new Error('before')) });
  await expect(already).rejects.toThrow('before');
});

test('[RUN5] a shell on a host has its prompt, Ctrl-C reaches the program, and it ends when it is told to', async () => {
  await using network = await start();
  const pty = network.openShell('h1', size);
  const screen = screenOf(pty);
  await until('a prompt', () => screen().includes('h1$ '));
  pty.write('ping 127.0.0.1\r');
  await until('an answer', () => screen().includes('icmp_seq=1'));
  pty.write('\x03');
  await until('its statistics', () => /1 received|[2-9] received/.test(screen()));
  pty.write('echo $((6*7)) no\r');
  await until('another prompt', () => screen().split('h1$ ').length >= 3);
  const ended = new Promise((resolve) => pty.onExit(resolve));
  pty.kill('SIGHUP');
  expect(await ended).toMatchObject({ signal: null });
  expect(() => network.openShell('nobody', size)).toThrow(/no host "nobody"/);
});

test('[RUN5] Ctrl-C ends a command of the command line and never the command line', async () => {
  await using network = await start();
  const screen = screenOf(network.console);
  const prompts = () => screen().split('mininet> ').length - 1;
  await until('a prompt', () => prompts() === 1);
  network.console.write('h1 ping 127.0.0.1\r');
  await until('an answer', () => screen().includes('icmp_seq=1'));
  network.console.kill('SIGINT');
  await until('the prompt again', () => prompts() === 2);
  network.console.write('\x03');
  network.console.write('nobody ping h1\r');
  await until('an answer', () => /nobody/.test(screen().split('mininet> ').at(-2) ?? ''));
  network.console.write('nodes\r');
  await until('the nodes', () => /h1 h2/.test(screen()));
});

test('[RUN8] `exit` ends the network, and that was asked for', async () => {
  const network = await start();
  screenOf(network.console);
  const gone = lost(network);
  network.console.write('exit\r');
  expect(await gone).toEqual({ why: 'The network was ended from its command line.', asked: true });
  await expect(network.exec('h1', ['true'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'network-failed' });
  await network.close();
});

test('[RUN8] a network whose thread dies is lost with the reason, once, and commands under way say so', async () => {
  let die: (why: string) => void = () => undefined;
  let refuse: (why: Error) => void = () => undefined;
  const terminal = {
    onData() {},
    onExit() {},
    write() {},
    resize() {},
    pause() {},
    resume() {},
    interrupt() {},
    hangUp() {},
  };
  const emulator: EmulatorHandle = {
    openConsole: () => terminal,
    openShell: () => terminal,
    openTest: () => terminal,
    exec: () =>
      new Promise((_, reject) => {
        refuse = reject;
      }),
    watchPoints: () => undefined,
    onQueues: () => () => undefined,
    onLost: (listener) => {
      die = listener;
      return () => undefined;
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const network = new EmulatedNetwork({ lab: twoHosts(), emulator, size, discard: async () => undefined });
  const told: unknown[] = [];
  network.onLost((...what) => told.push(what));
  const running = network.exec('h1', ['sleep', '1000'], { timeoutMs: 60_000 });
  die("The emulated network's thread ended with 1");
  refuse(new Error('gone'));
  const why = "The emulated network's thread ended with 1.";
  await expect(running).rejects.toMatchObject({ code: 'network-failed', message: why });
  die('again');
  expect(told).toEqual([[why, false]]);
  expect(() => network.openShell('h1', size)).toThrow(why);
  // Whoever listens later hears of it, too.
  expect(await lost(network)).toEqual({ why, asked: false });
});

test('[RUN6] two copies at once do not see one another', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await using first = one;
  await using second = two;
  const state = async (network: Network) =>
    (await network.exec('h1', ['ip', 'link', 'show', 'h1-eth0'], { timeoutMs: 1000 })).output;
  await first.exec('h1', ['ip', 'link', 'set', 'h1-eth0', 'down'], { timeoutMs: 1000 });
  expect(await state(first)).toContain('state DOWN');
  expect(await state(second)).toContain('state UP');
  await first.close();
  expect(await state(second)).toContain('state UP');
});

test('[RUN6] close leaves nothing, at any moment, however often it is asked for', async () => {
  for (const waitMs of [0, 20]) {
    const network = await start();
    let told = false;
    network.onLost(() => {
      told = true;
    });
    const running = network.exec('h1', ['sleep', '1000'], { timeoutMs: 60_000 });
    const outcome = expect(running).rejects.toMatchObject({ code: 'network-failed' });
    await delay(waitMs);
    await Promise.all([network.close(), network.close()]);
    await outcome;
    expect(told).toBe(false);
  }
  await (await prepare()).discard();
  expect(await runDirs()).toEqual([]);
});

test('[RUN9] the emulated network lacks nothing of a lab', async () => {
  const link = { delayMs: 5, jitterMs: 1, lossPercent: 1, reorderPercent: 1, corruptPercent: 1, bandwidthMbps: 1 };
  const lab = twoHosts({ link, server: { services: [{ kind: 'iperf', port: 5001 }] } });
  expect(await runtime().lacks(lab)).toEqual([]);
});
