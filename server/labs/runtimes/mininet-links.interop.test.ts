import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '../../contract/lab.ts';
import { mininetScript } from '../project-paths.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { until } from '../testing/until.ts';
import { createMininetRuntime } from './mininet.ts';
import { noNetem, python } from './mininet-probe.ts';
import type { Network } from './runtime.ts';

const execute = promisify(execFile);
const { available, notes } = await createMininetRuntime().probe();
const skip = !available;
if (skip) process.stderr.write(`skipped, Mininet cannot run here: ${notes.join(' ')}\n`);
const hasNetem = !notes.includes(noNetem);

let tmpDir = '';
beforeAll(async () => {
  tmpDir = await mkdtemp(join(tmpdir(), 'pb-'));
});
afterAll(async () => {
  await rm(tmpDir, { recursive: true });
});

/** The lab's network with a switch that forwards by itself: no controller is needed. */
async function start(lab: Lab): Promise<Network> {
  const prepared = await createMininetRuntime({ tmpDir }).prepare(lab);
  const network = await prepared.start({ cols: 80, rows: 24 });
  let screen = '';
  network.console.onData((data) => {
    screen += Buffer.from(data).toString();
  });
  await network.ready;
  await until('a prompt', () => screen.endsWith('mininet> '));
  network.console.write('sh ovs-ofctl add-flow sw0 actions=normal && echo done.\r');
  await until('a flow', () => screen.includes('\ndone.') || screen.includes('\r\ndone.'));
  return network;
}

async function exec(network: Network, host: string, argv: string[], timeoutMs = 10_000): Promise<string> {
  return (await network.exec(host, argv, { timeoutMs })).output;
}

test.skipIf(skip)('[RUN2] echo, discard and iperf serve TCP and UDP when the hosts are ready', async () => {
  const services: Lab['hosts'][number]['services'] = [
    { kind: 'http', port: 80 },
    { kind: 'echo', port: 7 },
    { kind: 'discard', port: 9 },
    { kind: 'iperf', port: 5001 },
  ];
  await using network = await start(twoHosts({ server: { services } }));
  const h1 = (...argv: string[]) => exec(network, 'h1', argv);
  for (const protocol of ['tcp', 'udp'])
    expect(await h1('bash', '-c', `exec 3<>/dev/${protocol}/10.0.0.2/7; echo there and back >&3; head -n1 <&3`)).toBe(
      'there and back\n',
    );
  // Whoever discards reads to the end and says nothing.
  expect(await h1('bash', '-c', 'head -c 3000000 /dev/zero > /dev/tcp/10.0.0.2/9 && echo taken')).toBe('taken\n');
  const silent = await h1('bash', '-c', 'exec 3<>/dev/udp/10.0.0.2/9; echo a >&3; read -t 0.3 -u 3; echo $?');
  expect(Number(silent)).toBeGreaterThan(128);
  expect(await h1('iperf', '-c', '10.0.0.2', '-t', '0.5')).toMatch(/Mbits\/sec|Gbits\/sec/);
  expect(await h1('iperf', '-u', '-c', '10.0.0.2', '-t', '0.5', '-b', '1M')).toContain('Server Report');
  expect(await h1('wget', '-qO-', 'http://10.0.0.2/')).toContain('<h1>h2</h1>');
});

test.skipIf(skip)('[RUN12] a bandwidth holds each way, and only on its link', async () => {
  const services: Lab['hosts'][number]['services'] = [{ kind: 'iperf', port: 5001 }];
  const lab = twoHosts({ link: { bandwidthMbps: 4, queueFrames: 30 }, server: { services } });
  Object.assign(lab.hosts[0] ?? {}, { services });
  lab.hosts.push({ name: 'h3', role: 'client', address: '10.0.0.3/24', services });
  lab.links.push({ a: { node: 'h3' }, b: { node: 'sw0', port: 3 } });
  await using network = await start(lab);
  const mbps = async (from: string, to: string) => {
    // Datagrams: what comes through is the link's rate, whatever a congestion control makes of it.
    const said = await exec(network, from, ['iperf', '-u', '-c', to, '-t', '2', '-b', '12M', '-f', 'k']);
    return Number(/Server Report:[\s\S]*?([\d.]+) Kbits\/sec/.exec(said)?.[1]) / 1e3;
  };
  const slow = [await mbps('h1', '10.0.0.2'), await mbps('h2', '10.0.0.1')];
  for (const rate of slow) {
    expect(rate).toBeGreaterThan(3);
    expect(rate).toBeLessThan(4.4);
  }
  expect(await mbps('h2', '10.0.0.3')).toBeGreaterThan(10);
  const queues = await exec(network, 'h1', ['tc', 'qdisc', 'show', 'dev', 'h1-eth0']);
  expect(queues).toMatch(/tbf .*rate 4Mbit[\s\S]*pfifo .*limit 30p/);
});

test.skipIf(skip || hasNetem)('[RUN9] a link that needs netem is not there in silence: the lab lacks it', async () => {
  const runtime = createMininetRuntime({ tmpDir });
  expect(await runtime.lacks(twoHosts({ link: { delayMs: 5, lossPercent: 1 } }))).toEqual([
    'The link h1–sw0 needs delay, loss, and this kernel has no netem.',
  ]);
  expect(await runtime.lacks(twoHosts({ link: { bandwidthMbps: 5 } }))).toEqual([]);
});

test.skipIf(skip)('[RUN12] delay and the like are netem’s, in words that tc understands', async () => {
  const everything = {
    bandwidthMbps: 10,
    delayMs: 12.5,
    jitterMs: 3,
    lossPercent: 1.5,
    duplicatePercent: 2,
    reorderPercent: 25,
    corruptPercent: 0.1,
  };
  const script = [
    'import json, subprocess, sys',
    `sys.path.insert(0, ${JSON.stringify(dirname(mininetScript))})`,
    'from lab.links import shaping',
    'steps = shaping("lo", json.loads(sys.argv[1]))',
    'said = [subprocess.run(step, capture_output=True, text=True).stderr.strip() for step in steps]',
    'print(json.dumps([" ".join(steps[0]), said[0]]))',
  ].join('\n');
  const argv = ['--net', python, '-B', '-c', script, JSON.stringify(everything)];
  const { stdout } = await execute('unshare', argv);
  const [line, said]: string[] = JSON.parse(stdout);
  expect(line).toBe(
    'tc qdisc add dev lo root handle 1: netem limit 65536 delay 12.5ms 3ms rate 10gbit loss 1.5% duplicate 2% reorder 25% corrupt 0.1%',
  );
  // The words were read; whether it can be done is the kernel's to say.
  expect(said).toMatch(hasNetem ? /^$/ : /Specified qdisc kind is unknown/);
});

test.skipIf(skip)('[RUN20] what waits for the bandwidth of a link is told, at the end where it waits', async () => {
  await using network = await start(twoHosts({ link: { bandwidthMbps: 0.2, queueFrames: 50 } }));
  await until('a word of tc', () => network.queues !== undefined);
  const empty = { waiting: 0, limit: 50 };
  expect(network.queues).toEqual([{ link: 0, there: empty, back: empty }]);
  await exec(network, 'h1', ['ping', '-c', '1', '10.0.0.2']);
  await exec(network, 'h1', [
    'bash',
    '-c',
    'for i in $(seq 60); do head -c 1000 /dev/zero > /dev/udp/10.0.0.2/9; done',
  ]);
  const waiting = () => network.queues?.[0]?.there.waiting ?? 0;
  await until('a queue', () => waiting() > 0);
  expect(waiting()).toBeLessThanOrEqual(50);
  await until('an empty queue', () => waiting() === 0);
});
