import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { readPcap } from '../../packet/pcap.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { startProgram, testFiles } from '../testing/test-process.ts';
import { tcpdump } from './tcpdump.ts';

const capture = readFileSync(new URL('../../packet/fixtures/lab.pcap', import.meta.url));
const { frames } = readPcap(capture);
const frame = (at: number): Uint8Array => frames[at]?.frame ?? new Uint8Array(0);

function lab() {
  const scheduler = new VirtualScheduler();
  const client = new FakeNetwork(scheduler).add('client', 0x0a000164);
  const { eth0 } = client;
  const start = (...args: string[]) =>
    startProgram(tcpdump, ['tcpdump', ...args], client, { files: testFiles({ 'lab.pcap': capture }) });
  return { scheduler, eth0, start };
}
const heading = `tcpdump: verbose output suppressed, use -v[v]... for full protocol decode
listening on client-eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
`;
const request = '04:57:01.000250 ARP, Request who-has 10.0.1.1 (ff:ff:ff:ff:ff:ff) tell 10.0.1.100, length 28\n';

describe('tcpdump', () => {
  test('[EP68] prints what passes until the count, and how many it was', async () => {
    const { scheduler, eth0, start } = lab();
    const run = start('-n', '-c', '1');
    eth0.show(frame(0), 'out', 250);
    eth0.show(frame(1), 'in', 300);
    expect(await scheduler.settle(run.exit)).toBe(0);
    expect(run.written.stdout).toBe(request);
    expect(run.written.stderr).toBe(
      `${heading}1 packet captured\n2 packets received by filter\n0 packets dropped by kernel\n`,
    );
  });
  test('[EP68] Ctrl-C ends it with the counts; a filter and a direction select', async () => {
    const { scheduler, eth0, start } = lab();
    const run = start('-ni', 'client-eth0', '-Q', 'in', 'arp');
    eth0.show(frame(0), 'out', 250);
    eth0.show(frame(1), 'in', 300);
    eth0.show(frame(6), 'in', 400);
    run.interrupt();
    expect(await scheduler.settle(run.exit)).toBe(0);
    expect(run.written.stdout).toBe('04:57:01.000300 ARP, Reply 10.0.1.1 is-at 86:ac:45:06:a8:f7, length 28\n\n');
    expect(run.written.stderr).toContain(
      '1 packet captured\n1 packet received by filter\n0 packets dropped by kernel\n',
    );
  });
  test('[EP68] -w writes a capture that -r prints', async () => {
    const { scheduler, eth0, start } = lab();
    const run = start('-w', 'x.pcap', '-c', '2');
    eth0.show(frame(0), 'out', 250);
    eth0.show(frame(6), 'in', 400);
    await scheduler.settle(run.exit);
    const written = readPcap(run.files.read('x.pcap') ?? new Uint8Array(0));
    expect(written.frames.map((one) => [...one.frame])).toEqual([[...frame(0)], [...frame(6)]]);
    expect(run.written.stdout).toBe('');
  });
  test('[EP68] -r reads a file; times and dumps as asked', async () => {
    const { scheduler, start } = lab();
    const run = start('-r', 'lab.pcap', '-t', '-n', '-x', '-c', '1', 'icmp[icmptype] == icmp-echo');
    expect(await scheduler.settle(run.exit)).toBe(0);
    expect(run.written.stderr).toBe(
      'reading from file lab.pcap, link-type EN10MB (Ethernet), snapshot length 262144\n',
    );
    expect(run.written.stdout).toContain(
      'IP 10.0.1.100 > 192.168.2.2: ICMP echo request, id 94, seq 1, length 64\n\t0x0000:  4500 0054',
    );
    expect(run.written.stdout.split('\n')).toHaveLength(8);
  });
  test.each([
    [['port'], "tcpdump: can't parse filter expression: a port expected at position 5\n"],
    [['-i', 'eth7'], 'tcpdump: eth7: No such device exists\n(No such device exists)\n'],
    [['-c', '0'], 'tcpdump: invalid packet count 0\n'],
    [['-r', 'none'], 'tcpdump: none: No such file or directory\n'],
  ])('[EP68] %j is refused', async (args, stderr) => {
    const { scheduler, start } = lab();
    const run = start(...args);
    expect(await scheduler.settle(run.exit)).toBe(1);
    expect(run.written.stderr).toBe(stderr);
  });
});
