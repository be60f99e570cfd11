import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLab } from '../load-lab.ts';
import { catalogDir, projectDir } from '../project-paths.ts';
import { until } from '../testing/until.ts';
import { createMininetRuntime } from './mininet.ts';
import { childrenOf, isAlive, processOf } from './processes.ts';
import type { Network, PreparedNetwork } from './runtime.ts';

const size = { cols: 80, rows: 24 };
const { available, notes } = await createMininetRuntime().probe();
const skip = !available;
if (skip) process.stderr.write(`skipped, Mininet cannot run here: ${notes.join(' ')}\n`);
const { lab } = await loadLab(join(catalogDir, 'simple-router/lab.json'));

let tmpDir = '';
beforeAll(async () => {
  tmpDir = await mkdtemp(join(tmpdir(), 'pb-'));
});
afterAll(async () => {
  await rm(tmpDir, { recursive: true });
});

interface Lab {
  readonly prepared: PreparedNetwork;
  readonly network: Network;
  screen(): string;
}

async function start(): Promise<Lab> {
  const prepared = await createMininetRuntime({ tmpDir }).prepare(lab);
  const network = await prepared.start(size);
  let screen = '';
  network.console.onData((data) => {
    screen += Buffer.from(data).toString();
  });
  return { prepared, network, screen: () => screen };
}

/** Every process in the lab's pid namespace, seen from outside. */
async function processesOf(network: Network): Promise<number[]> {
  const found = [network.pid ?? 0];
  for (let at = 0; at < found.length; at++) found.push(...(await childrenOf(found[at] ?? 0)));
  return found;
}

/** The process of that name among them. */
async function pidOf(name: string, pids: readonly number[]): Promise<number> {
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  const pid = pids[names.findIndex((comm) => comm.trim() === name)];
  if (pid === undefined) throw new Error(`the lab has no process ${name}`);
  return pid;
}

async function noneLeft(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(processOf))).every((id) => id === undefined);
}

const lost = (network: Network) =>
  new Promise<{ why: string; asked: boolean }>((resolve) => {
    network.onLost((why, asked) => resolve({ why, asked }));
  });

test.skipIf(skip)('[RUN2] a lab comes up: hosts with their addresses and routes, services that answer', async () => {
  await using network = (await start()).network;
  await network.ready;
  expect(network.progress).toEqual({ linked: true, readyHosts: ['server1', 'server2', 'client'] });
  const exec = async (host: string, ...argv: string[]) => (await network.exec(host, argv, { timeoutMs: 5000 })).output;
  expect(await exec('client', 'ip', '-br', 'addr')).toMatch(/client-eth0@\S+ +UP +10\.0\.1\.100\/32 *$/m);
  expect(await exec('client', 'ip', 'route')).toBe(
    'default via 10.0.1.1 dev client-eth0 \n10.0.1.1 dev client-eth0 scope link \n',
  );
  expect(await exec('client', 'ip', '-6', 'addr')).toBe('');
  expect(await exec('server2', 'wget', '-qO-', 'http://172.64.3.10/')).toContain('<h1>server2</h1>');
  expect(await exec('client', 'ethtool', '-k', 'client-eth0')).toContain('tx-checksumming: off');
});

test.skipIf(skip)('[RUN3] the switch comes to the private socket and speaks OpenFlow 1.0', async () => {
  const { prepared, network } = await start();
  const bridge = createServer().listen(prepared.openflowSocket);
  try {
    const [connection] = await once(bridge, 'connection');
    const [hello] = await once(connection, 'data');
    expect([...hello.subarray(0, 4)]).toEqual([1, 0, 0, 8]);
    connection.destroy();
  } finally {
    await network.close();
    bridge.close();
  }
});

test.skipIf(skip)('[RUN3] what comes while the switch stands still waits at its ports', async () => {
  await using network = (await start()).network;
  await network.ready;
  const exec = async (host: string, ...argv: string[]) => (await network.exec(host, argv, { timeoutMs: 5000 })).output;
  const received = async () =>
    Number(/server1-eth0:\s*\d+\s+(\d+)/.exec(await exec('server1', 'cat', '/proc/net/dev'))?.[1]);
  await exec('client', 'ip', 'neigh', 'replace', '10.0.1.1', 'lladdr', '02:00:00:00:00:01', 'dev', 'client-eth0');
  expect(await exec('client', 'ovs-ofctl', 'add-flow', 'sw0', 'in_port=3,udp,actions=output:1')).toBe('');
  const pid = await pidOf('ovs-vswitchd', await processesOf(network));
  const before = await received();
  const frames = 800;
  const send = `import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('192.168.2.2', 9)); [s.send(bytes(1400)) for _ in range(${frames})]`;
  process.kill(pid, 'SIGSTOP');
  try {
    expect(await exec('client', 'python3', '-c', send)).toBe('');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until('all have come', async () => (await received()) - before >= frames);
});

test.skipIf(skip)('[RUN3] what comes while the bridge stands still waits at the switch', async () => {
  const { prepared, network } = await start();
  const bridge = createServer().listen(prepared.openflowSocket);
  let alive: NodeJS.Timeout | undefined;
  try {
    const [connection] = await once(bridge, 'connection');
    connection.write(Uint8Array.of(1, 0, 0, 8, 0, 0, 0, 1));
    await network.ready;
    await once(connection, 'data');
    connection.pause();
    // Open vSwitch gives up a controller that says nothing for ten seconds, with all that waits for it.
    const echoRequest = Uint8Array.of(1, 2, 0, 8, 0, 0, 0, 2);
    alive = setInterval(() => connection.write(echoRequest), 1000);
    const exec = (...argv: string[]) => network.exec('client', argv, { timeoutMs: 5000 });
    await exec('ip', 'neigh', 'replace', '10.0.1.1', 'lladdr', '02:00:00:00:00:01', 'dev', 'client-eth0');
    const frames = 700;
    const send = `import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('192.168.2.2', 9)); [s.send(bytes(16)) for _ in range(${frames})]`;
    expect((await exec('python3', '-c', send)).output).toBe('');
    const pid = await pidOf('ovs-vswitchd', await processesOf(network));
    await until('the switch to have taken all', async () => {
      const [, ...sockets] = (await readFile(`/proc/${pid}/net/packet`, 'utf8')).trim().split('\n');
      return sockets.every((line) => line.trim().split(/\s+/)[6] === '0');
    });
    let stream = Buffer.alloc(0);
    connection.on('data', (chunk: Buffer) => {
      stream = Buffer.concat([stream, chunk]);
    });
    connection.resume();
    const packetIn = 10;
    const server1 = Buffer.of(192, 168, 2, 2);
    const told = () => {
      let count = 0;
      for (let at = 0, end = 0; at + 8 <= stream.length; at = end) {
        end = at + stream.readUInt16BE(at + 2);
        if (stream[at + 1] === packetIn && stream.subarray(at, end).includes(server1)) count += 1;
      }
      return count;
    };
    await until('all have come', () => told() >= frames);
    connection.destroy();
  } finally {
    clearInterval(alive);
    await network.close();
    bridge.close();
  }
});

test.skipIf(skip)('[RUN4] a command on a host: exit code, output in order and bounded, no shell reads it', async () => {
  await using network = (await start()).network;
  await network.ready;
  const exec = (argv: string[], timeoutMs = 5000) => network.exec('client', argv, { timeoutMs });
  expect(await exec(['echo', '$HOME', '; id', '*'])).toMatchObject({ exitCode: 0, output: '$HOME ; id *\n' });
  expect(await exec(['sh', '-c', 'echo a; echo b >&2; echo c; exit 3'])).toMatchObject({
    exitCode: 3,
    output: 'a\nb\nc\n',
    timedOut: false,
  });
  expect((await exec(['no-such-program'])).exitCode).toBe(127);
  const flood = await exec(['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x']);
  expect([flood.output.length, flood.truncated, flood.exitCode]).toEqual([256 * 1024, true, 0]);
  expect((await exec(['env'])).output).not.toContain('USER=');
  await expect(network.exec('nobody', ['id'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'not-found' });
});

test.skipIf(skip)('[RUN4] at the time-out everything that a command started is killed', async () => {
  await using network = (await start()).network;
  await network.ready;
  const before = (await processesOf(network)).length;
  const script = 'echo started; setsid sleep 1000 & (sleep 1000 &) ; sleep 1000';
  const result = await network.exec('client', ['bash', '-c', script], { timeoutMs: 300 });
  expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true, output: 'started\n' });
  expect(result.durationMs).toBeLessThan(20_000);
  await until('the same processes as before', async () => (await processesOf(network)).length === before);

  const controller = new AbortController();
  const waiting = network.exec('client', ['sleep', '1000'], { timeoutMs: 60_000, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 100);
  await expect(waiting).rejects.toThrow('enough');
  const left = await network.exec('client', ['sh', '-c', 'sleep 1000 & echo done'], { timeoutMs: 60_000 });
  expect(left).toMatchObject({ exitCode: 0, output: 'done\n', timedOut: false });
  await until('the same processes as before', async () => (await processesOf(network)).length === before);
});

test.skipIf(skip)('[RUN5] a shell on a host has its prompt, job control and a clean environment', async () => {
  await using network = (await start()).network;
  await network.ready;
  const pty = network.openShell('client', size);
  let screen = '';
  pty.onData((data) => {
    screen += Buffer.from(data).toString();
  });
  await until('a prompt', () => screen.includes('client$ '));
  expect(screen).not.toContain('no job control');
  pty.write('sleep 1000\r');
  await delay(200);
  pty.write('\x03');
  pty.write('echo $? $PATCHBAY_SECRET$((6*7)); pwd; ip -br link | grep -c client-eth0\r');
  await until('the answer', () => /130 42\r\n\S+\/hosts\/client\r\n1\r\n/.test(screen));
  pty.write('sleep 1000\r');
  await delay(100);
  pty.write('\x1a');
  await until('a stopped job', () => screen.includes('Stopped'));
  pty.kill('SIGKILL');
});

test.skipIf(skip)(
  '[RUN5] Ctrl-C, Ctrl-Z and Ctrl-\\ do not end the command line; a wrong command neither',
  async () => {
    const { network, screen } = await start();
    await using _ = network;
    const prompts = () => screen().split('mininet> ').length - 1;
    await until('a prompt', () => prompts() === 1);
    network.console.write('client ping 10.0.1.1\r');
    await until('a ping', () => screen().includes('PING 10.0.1.1'));
    network.console.write('\x1a\x1c\x03');
    await until('the prompt again', () => prompts() === 2);
    network.console.write('\x03');
    await until('a new prompt', () => prompts() === 3);
    network.console.write('py net.get("nobody")\r');
    network.console.write('nobody ping client\r');
    await until('an answer', () => screen().includes('Unknown command: nobody'));
    expect(network.progress.linked).toBe(true);
  },
);

test.skipIf(skip)('[RUN6] two copies at once do not see one another', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await using first = one.network;
  await using second = two.network;
  await Promise.all([first.ready, second.ready]);
  expect(one.prepared.openflowSocket).not.toBe(two.prepared.openflowSocket);
  await first.exec('client', ['ip', 'link', 'set', 'client-eth0', 'down'], { timeoutMs: 5000 });
  const state = async (network: Network) =>
    (await network.exec('client', ['cat', '/sys/class/net/client-eth0/operstate'], { timeoutMs: 5000 })).output;
  const brief = async (network: Network) =>
    (await network.exec('client', ['ip', '-br', 'link', 'show', 'client-eth0'], { timeoutMs: 5000 })).output;
  expect(await brief(first)).toContain('DOWN');
  expect(await brief(second)).toContain('UP');
  expect(await state(second)).toBeDefined();
  await first.close();
  expect(await brief(second)).toContain('UP');
});

test.skipIf(skip)('[RUN6] close leaves no process and no directory, at any moment', async () => {
  for (const waitMs of [0, 30, 100, 200, 300]) {
    const { network } = await start();
    let isReady = false;
    network.ready.then(
      () => {
        isReady = true;
      },
      () => {},
    );
    await delay(waitMs);
    const pids = await processesOf(network);
    const wasReady = isReady;
    await Promise.all([network.close(), network.close()]);
    expect(await noneLeft(pids)).toBe(true);
    if (!wasReady) await expect(network.ready).rejects.toMatchObject({ code: 'network-failed' });
  }
  const { network } = await start();
  await network.ready;
  const pids = await processesOf(network);
  expect(pids.length).toBeGreaterThan(10);
  await network.close();
  expect(await noneLeft(pids)).toBe(true);
  expect((await readdir(join(tmpDir, `patchbay-${process.getuid?.()}`))).length).toBe(0);
});

test.skipIf(skip)('[RUN8] a part that is killed from outside is named, and the rest goes with it', async () => {
  const cases = [
    ['ovs-vswitchd', /^ovs-vswitchd was ended by SIGKILL\.$/],
    ['ovsdb-server', /^ovsdb-server was ended by SIGKILL\.$/],
    ['unshare', /^Mininet was ended by SIGKILL\.$/],
  ] as const;
  for (const [name, expected] of cases) {
    const { network } = await start();
    await network.ready;
    const pids = await processesOf(network);
    const victim = await pidOf(name, pids);
    const gone = lost(network);
    process.kill(victim, 'SIGKILL');
    expect(await gone).toEqual({ why: expect.stringMatching(expected), asked: false });
    await until('nothing is left', () => noneLeft(pids));
    await expect(network.exec('client', ['id'], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'network-failed' });
    await network.close();
  }
});

test.skipIf(skip)('[RUN8] a terminal that hangs up is the reason only where nothing hung it up', async () => {
  for (const isKilled of [true, false]) {
    const { network } = await start();
    await network.ready;
    const [init] = await childrenOf(network.pid ?? 0);
    const [mininet] = await childrenOf(init ?? 0);
    if (network.pid === undefined || mininet === undefined) throw new Error('the lab has no process of Mininet');
    const gone = lost(network);
    process.kill(mininet, 'SIGHUP');
    if (isKilled) {
      await until('Mininet to be gone', async () => (await processOf(mininet)) === undefined);
      process.kill(network.pid, 'SIGKILL');
    }
    expect(await gone).toEqual({ why: `Mininet was ended by ${isKilled ? 'SIGKILL' : 'SIGHUP'}.`, asked: false });
    await network.close();
  }
});

test.skipIf(skip)('[RUN8] `exit` ends the network, and that was asked for', async () => {
  const { network } = await start();
  await network.ready;
  const gone = lost(network);
  network.console.write('exit\r');
  expect(await gone).toEqual({ why: "The network was ended from Mininet's command line.", asked: true });
  await network.close();
});

test.skipIf(skip)(
  '[RUN7] a killed server leaves no process, and the next start removes its directory only',
  async () => {
    const other = await start();
    await other.network.ready;
    const base = join(tmpDir, `patchbay-${process.getuid?.()}`);
    const mine = await readdir(base);
    const script = [
      `import { createMininetRuntime } from ${JSON.stringify(join(projectDir, 'dist/server/labs/runtimes/mininet.js'))};`,
      `const prepared = await createMininetRuntime({ tmpDir: ${JSON.stringify(tmpDir)} }).prepare(${JSON.stringify(lab)});`,
      `const network = await prepared.start({ cols: 80, rows: 24 });`,
      `network.console.onData(() => {});`,
      `await network.ready;`,
      `console.log(network.pid);`,
      `setInterval(() => {}, 1000);`,
    ].join('\n');
    const argv = ['--input-type=module', '-e', script];
    const server = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(server.stdout, 'data');
    const unshare = await processOf(Number(line));
    const pids = [Number(line), ...(await childrenOf(Number(line)))];
    expect(pids.length).toBe(2);
    server.kill('SIGKILL');
    await once(server, 'exit');
    await until('nothing is left', () => noneLeft(pids));
    expect(unshare && (await isAlive(unshare))).toBe(false);

    expect((await readdir(base)).length).toBe(2);
    await createMininetRuntime({ tmpDir }).sweep();
    expect(await readdir(base)).toEqual(mine);
    const still = await other.network.exec('client', ['echo', 'alive'], { timeoutMs: 5000 });
    expect(still.output).toBe('alive\n');
    await other.network.close();
  },
);
