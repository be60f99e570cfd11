import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import type { NetworkConfig } from '../config.ts';
import { startDhcpClient } from '../host/dhcp-client.ts';
import { createNetwork } from '../network.ts';
import { startProgram } from '../testing/test-process.ts';
import type { Impairments } from '../wire.ts';
import { programs } from './programs.ts';

const port = (node: string) => ({ node, port: 0 });

/** Two hosts and the wire between them; h2 serves everything. */
function lab(impairments: Impairments = { delayUs: 100 }) {
  const scheduler = new VirtualScheduler();
  const config: NetworkConfig = {
    seed: 7,
    hosts: [
      {
        name: 'h1',
        interfaces: [{ mac: '02:00:00:00:00:01', address: '10.0.0.1', prefix: 24 }],
        routes: [],
        services: [],
      },
      {
        name: 'h2',
        interfaces: [{ mac: '02:00:00:00:00:02', address: '10.0.0.2', prefix: 24 }],
        routes: [],
        services: [
          { kind: 'http', port: 80 },
          { kind: 'echo', port: 7 },
          { kind: 'discard', port: 9 },
          { kind: 'iperf', port: 5001 },
          { kind: 'dhcp', first: '10.0.0.50', last: '10.0.0.60', gateway: '10.0.0.2' },
        ],
      },
    ],
    switches: [],
    links: [{ a: port('h1'), b: port('h2'), impairments }],
  };
  const network = createNetwork(config, scheduler);
  const start = (name: string, words: string) => {
    const host = network.hosts.get(name);
    const program = programs.get(words.split(' ')[0] ?? '');
    if (host === undefined || program === undefined) throw new Error(`${name} ${words}`);
    return startProgram(program.run, words.split(' '), host);
  };
  const run = async (words: string) => {
    const started = start('h1', words);
    return { exit: await scheduler.settle(started.exit), ...started.written, files: started.files };
  };
  return { scheduler, network, start, run };
}

describe('programs and services on two emulated hosts', () => {
  test('[EP56] wget fetches a megabyte, whole, also through a link that loses every twentieth frame', async () => {
    for (const impairments of [{ delayUs: 100 }, { delayUs: 1000, loss: 0.05 }]) {
      const { run, network } = lab(impairments);
      const { exit, stderr, files } = await run('wget http://h2/1M');
      expect(exit).toBe(0);
      expect(stderr).toContain('‘1M’ saved [1048576/1048576]');
      const lines = new TextDecoder().decode(files.read('1M')).split('\n');
      expect(lines.every((line, i) => i === 16_384 || line.startsWith(String(i % 256).padStart(5, '0')))).toBe(true);
      network.close();
    }
  });
  test('[EP57] what is not there is told as on Linux', async () => {
    const { run } = lab();
    expect((await run('wget -t 1 http://10.0.0.2:81/')).stderr).toContain('failed: Connection refused.\n');
    expect((await run('wget -t 1 http://10.0.0.77/')).stderr).toContain('failed: No route to host.\n');
    expect((await run('wget -t 1 http://10.9.0.1/')).stderr).toContain('failed: Network is unreachable.\n');
    expect(await run('curl -sS http://10.0.0.2:81/')).toMatchObject({ exit: 7 });
    expect(await run('nc -zv 10.0.0.2 7')).toMatchObject({ stderr: expect.stringContaining('[tcp/echo] succeeded!') });
    expect(await run('nc -zu 10.0.0.2 5')).toMatchObject({ exit: 1 });
  });
  test('[EP60] iperf measures the bandwidth of the link', async () => {
    const { run } = lab({ bandwidthBps: 10_000_000, delayUs: 1000, queueFrames: 100 });
    const { stdout } = await run('iperf -c 10.0.0.2 -t 2');
    const rate = Number(/([\d.]+) Mbits\/sec\n$/.exec(stdout)?.[1]);
    expect(rate).toBeGreaterThan(8.5);
    expect(rate).toBeLessThan(10);
  });
  test('[EP61] iperf over UDP measures the loss of the link', async () => {
    const { run } = lab({ delayUs: 1000, loss: 0.1 });
    const { stdout } = await run('iperf -u -c 10.0.0.2 -t 5 -b 5M');
    const [, lost, total] = /(\d+)\/(\d+) \([\d.]+%\)\n$/.exec(stdout) ?? [];
    expect(Number(total)).toBeGreaterThan(2100);
    expect(Number(lost) / Number(total)).toBeGreaterThan(0.07);
    expect(Number(lost) / Number(total)).toBeLessThan(0.13);
  });
  test('[EP55] echo and discard', async () => {
    const { start, scheduler } = lab();
    const echo = start('h1', 'nc -N 10.0.0.2 7');
    echo.type('hello');
    echo.type(undefined);
    expect(await scheduler.settle(echo.exit)).toBe(0);
    expect(echo.written.stdout).toBe('hello');
    const discard = start('h1', 'nc -N 10.0.0.2 9');
    discard.type('hello');
    discard.type(undefined);
    expect(await scheduler.settle(discard.exit)).toBe(0);
    expect(discard.written.stdout).toBe('');
  });
  test('[EP68] tcpdump sees the ping of its neighbour', async () => {
    const { start, scheduler, run } = lab();
    const seen = start('h2', 'tcpdump -tn -c 4 arp or icmp');
    await run('ping -c 1 10.0.0.2');
    expect(await scheduler.settle(seen.exit)).toBe(0);
    expect(seen.written.stdout.replace(/id \d+/g, 'id N')).toBe(`ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28
ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02, length 28
IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64
IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64
`);
  });
  test('[EP62] a host without an address gets one by DHCP', async () => {
    const { network, scheduler } = lab();
    const host = network.hosts.get('h1');
    const eth0 = host?.interfaces[1];
    if (host === undefined || eth0 === undefined) throw new Error('no h1');
    eth0.removeAddress(parseIpv4('10.0.0.1') ?? 0, 24);
    const lease = await scheduler.settle(startDhcpClient(host, eth0.name).bound());
    expect(lease).toMatchObject({ address: parseIpv4('10.0.0.50') });
  });
});
