import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { startIperfServer } from '../services/iperf-server.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { startProgram } from '../testing/test-process.ts';
import { iperf } from './iperf.ts';

function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const h1 = network.add('h1', parseIpv4('10.0.0.1') ?? 0);
  const h2 = network.add('h2', parseIpv4('10.0.0.2') ?? 0);
  const start = (host: typeof h1, command: string) => startProgram(iperf, command.split(' '), host);
  return { scheduler, network, h1, h2, start };
}
const rates = (text: string) => [...text.matchAll(/([\d.]+ \w+\/sec)/g)].map(([rate]) => rate);

describe('iperf', () => {
  test('[EP60] TCP: both ends measure the rate, each interval and in all', async () => {
    const { scheduler, start, h1, h2 } = lab();
    const server = start(h2, 'iperf -s');
    const client = start(h1, 'iperf -c 10.0.0.2 -t 2 -i 1 -b 8M -l 1000');
    expect(await scheduler.settle(client.exit)).toBe(0);
    server.interrupt();
    expect(await scheduler.settle(server.exit)).toBe(0);
    expect(client.written.stdout).toBe(`------------------------------------------------------------
Client connecting to 10.0.0.2, TCP port 5001
TCP window size: 16.0 KByte (default)
------------------------------------------------------------
[  1] local 10.0.0.1 port 40000 connected with 10.0.0.2 port 5001
[ ID] Interval       Transfer     Bandwidth
[  1] 0.0000-1.0000 sec   977 KBytes  8.00 Mbits/sec
[  1] 1.0000-2.0000 sec   977 KBytes  8.00 Mbits/sec
[  1] 0.0000-2.0000 sec  1.91 MBytes  8.00 Mbits/sec
`);
    expect(server.written.stdout).toBe(`------------------------------------------------------------
Server listening on TCP port 5001
TCP window size:  128 KByte (default)
------------------------------------------------------------
[  1] local 10.0.0.2 port 5001 connected with 10.0.0.1 port 40000
[ ID] Interval       Transfer     Bandwidth
[  1] 0.0000-2.0000 sec  1.91 MBytes  8.00 Mbits/sec
`);
  });
  test('[EP60] -n sends that much, as fast as it goes', async () => {
    const { scheduler, start, h1, h2 } = lab();
    startIperfServer(h2, 5001);
    const client = start(h1, 'iperf -c 10.0.0.2 -n 10M');
    expect(await scheduler.settle(client.exit)).toBe(0);
    expect(client.written.stdout).toMatch(/10\.0 MBytes {2}[\d.]+ Gbits\/sec\n$/);
  });
  test('[EP61] UDP: the server tells the client jitter and loss', async () => {
    const { scheduler, start, h1, h2 } = lab();
    const server = start(h2, 'iperf -s -u -i 1');
    const client = start(h1, 'iperf -u -c 10.0.0.2 -t 2 -b 1M');
    expect(await scheduler.settle(client.exit)).toBe(0);
    server.interrupt();
    await scheduler.settle(server.exit);
    expect(client.written.stdout).toContain('Sending 1470 byte datagrams, IPG target: 11760.00 us (kalman adjust)\n');
    expect(client.written.stdout).toContain(`[  1] Sent 171 datagrams
[  1] Server Report:
[ ID] Interval       Transfer     Bandwidth        Jitter   Lost/Total Datagrams
[  1] 0.0000-2.0110 sec   245 KBytes  1.00 Mbits/sec   0.000 ms 0/171 (0%)
`);
    expect(rates(server.written.stdout)).toHaveLength(3);
    expect(server.written.stdout).toContain(
      '[  1] 0.0000-1.0000 sec   123 KBytes  1.01 Mbits/sec   0.000 ms 0/86 (0%)\n',
    );
  });
  test.each([
    ['iperf -c 10.0.0.2', 'tcp connect failed: Connection refused\n', 1],
    ['iperf -c nosuch', 'nosuch: Host name lookup failure\n', 1],
    ['iperf -c 10.0.0.2 -t x', "iperf: 'x' is not a number\n", 1],
    ['iperf -u -c 10.0.0.2 -t 1', 'read failed: Connection refused\n', 0],
  ])('[EP60] %s fails as it says', async (command, stderr, exit) => {
    const { scheduler, start, h1 } = lab();
    const run = start(h1, command);
    expect(await scheduler.settle(run.exit)).toBe(exit);
    expect(run.written.stderr).toBe(stderr);
  });
  test('[EP60] Ctrl-C tells what was measured until then', async () => {
    const { scheduler, start, h1, h2 } = lab();
    startIperfServer(h2, 5001);
    const client = start(h1, 'iperf -c 10.0.0.2 -b 1M -l 1250');
    await scheduler.runUntil(() => scheduler.nowUs() >= 3_000_000);
    client.interrupt();
    expect(await scheduler.settle(client.exit)).toBe(0);
    expect(client.written.stdout).toMatch(/\[ {2}1\] 0\.0000-3\.\d+ sec {3}\d+ KBytes {2}1.0\d Mbits\/sec\n$/);
  });
});
