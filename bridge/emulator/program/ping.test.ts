import { expect, test } from 'vitest';
import { scriptedLab } from './testing/run.ts';
import { type Answer, address } from './testing/scripted-host.ts';

const from = (text: string, afterUs = 71): Answer => ({ afterUs, from: address(text), ttl: 63 });
const error = (text: string, type: number, code: number, afterUs = 50, mtu?: number): Answer => ({
  afterUs,
  from: address(text),
  type,
  code,
  ...(mtu === undefined ? {} : { mtu }),
});

test('[EP3] replies, statistics and exit code are those of iputils', async () => {
  const { host, run } = scriptedLab();
  host.answers = ({ sequence }) => [from('192.168.2.2', sequence === 1 ? 143 : 71)];
  expect(await run('ping -c 2 192.168.2.2')).toBe(`PING 192.168.2.2 (192.168.2.2) 56(84) bytes of data.
64 bytes from 192.168.2.2: icmp_seq=1 ttl=63 time=0.143 ms
64 bytes from 192.168.2.2: icmp_seq=2 ttl=63 time=0.071 ms

--- 192.168.2.2 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1000ms
rtt min/avg/max/mdev = 0.071/0.107/0.143/0.036 ms
[0]`);
  expect(host.pings[0]?.data[16]).toBe(16);
  expect(host.pings[0]?.dontFragment).toBe(true);
});

test('[EP3] a time has three digits that mean something', async () => {
  const { host, run } = scriptedLab();
  const took = [5, 1004, 12_345, 99_949, 99_950, 123_499];
  host.answers = ({ sequence }) => [from('192.168.2.2', took[sequence - 1] ?? 0)];
  const times = (await run('ping -c 6 192.168.2.2')).match(/time=\S+ ms/g);
  expect(times).toEqual(['0.005', '1.00', '12.3', '99.9', '100', '123'].map((text) => `time=${text} ms`));
});

test('[EP4] ICMP errors by their names, with their count and exit code 1', async () => {
  const { host, run } = scriptedLab();
  const answers = [
    error('10.0.1.1', 11, 0),
    error('10.0.1.1', 3, 0),
    error('10.0.1.1', 3, 1),
    error('10.0.1.1', 3, 2),
    error('10.0.1.1', 3, 3),
    error('10.0.1.1', 3, 4, 50, 1200),
    error('10.0.1.1', 3, 13),
  ];
  host.answers = ({ sequence }) => answers.slice(sequence - 1, sequence);
  expect(await run('ping -c 7 192.168.2.2')).toBe(`PING 192.168.2.2 (192.168.2.2) 56(84) bytes of data.
From 10.0.1.1 icmp_seq=1 Time to live exceeded
From 10.0.1.1 icmp_seq=2 Destination Net Unreachable
From 10.0.1.1 icmp_seq=3 Destination Host Unreachable
From 10.0.1.1 icmp_seq=4 Destination Protocol Unreachable
From 10.0.1.1 icmp_seq=5 Destination Port Unreachable
From 10.0.1.1 icmp_seq=6 Frag needed and DF set (mtu = 1200)
From 10.0.1.1 icmp_seq=7 Packet filtered

--- 192.168.2.2 ping statistics ---
7 packets transmitted, 0 received, +7 errors, 100% packet loss, time 6000ms

[1]`);
});

test('[EP5] requests that wait together are the pipe, duplicates are told, and a third is 33.3333%', async () => {
  const { host, run } = scriptedLab();
  host.answers = ({ sequence }) => [error('10.0.1.100', 3, 1, 3_050_000 - (sequence - 1) * 1_000_000)];
  expect(await run('ping -c 3 10.0.1.97')).toContain('+3 errors, 100% packet loss, time 2000ms\npipe 3\n[1]');
  host.answers = ({ sequence }) => (sequence === 2 ? [] : [from('10.0.1.1'), from('10.0.1.1', 80)]);
  expect(await run('ping -c 3 10.0.1.1')).toBe(`PING 10.0.1.1 (10.0.1.1) 56(84) bytes of data.
64 bytes from 10.0.1.1: icmp_seq=1 ttl=63 time=0.071 ms
64 bytes from 10.0.1.1: icmp_seq=1 ttl=63 time=0.080 ms (DUP!)
64 bytes from 10.0.1.1: icmp_seq=3 ttl=63 time=0.071 ms
64 bytes from 10.0.1.1: icmp_seq=3 ttl=63 time=0.080 ms (DUP!)

--- 10.0.1.1 ping statistics ---
3 packets transmitted, 2 received, +2 duplicates, 33.3333% packet loss, time 2000ms
rtt min/avg/max/mdev = 0.071/0.075/0.080/0.004 ms
[0]`);
});

test('[EP6] nobody answers: -W or ten seconds; after an answer, twice the slowest or an interval', async () => {
  const took = async (line: string, answered: boolean) => {
    const { host, scheduler, run } = scriptedLab();
    host.answers = ({ sequence }) => (answered && sequence === 1 ? [from('10.0.1.9')] : []);
    await run(line);
    return scheduler.nowUs() / 1e6;
  };
  expect(await took('ping -c 1 10.0.1.9', false)).toBe(10);
  expect(await took('ping -c 2 -W 0.5 10.0.1.9', false)).toBe(1.5);
  expect(await took('ping -c 2 -W 5 10.0.1.9', true)).toBe(2);
  expect(await took('ping -c 5 -w 2 10.0.1.9', false)).toBe(2);
});

test('[EP6] with -w requests go on until enough came; fewer than -c are a failure', async () => {
  const { host, run } = scriptedLab();
  host.answers = ({ sequence }) => (sequence === 1 ? [] : [from('10.0.1.9')]);
  expect(await run('ping -c 1 -w 5 10.0.1.9')).toContain('2 packets transmitted, 1 received, 50% packet loss');
  expect(await run('ping -c 3 -w 1 10.0.1.9')).toMatch(/\[1\]$/);
});

test('[EP7] Ctrl-C says the statistics and exits by what came', async () => {
  const { host, run } = scriptedLab();
  host.answers = () => [from('10.0.1.9')];
  expect(await run('ping -q 10.0.1.9', 2500)).toBe(`PING 10.0.1.9 (10.0.1.9) 56(84) bytes of data.

--- 10.0.1.9 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 2000ms
rtt min/avg/max/mdev = 0.071/0.071/0.071/0.000 ms
[0]`);
  host.answers = () => [];
  expect(await run('ping 10.0.1.9', 100)).toMatch(
    /1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n\[1\]$/,
  );
});

test('[EP8] sizes, patterns, DF, names and outstanding replies', async () => {
  const { host, run } = scriptedLab();
  host.answers = () => [from('192.168.2.2')];
  expect(await run('ping -c 1 -s 4 192.168.2.2')).toMatch(
    /4\(32\) bytes of data.\n12 bytes from 192.168.2.2: icmp_seq=1 ttl=63\n/,
  );
  expect(await run('ping -c 1 server1')).toContain('64 bytes from server1 (192.168.2.2): icmp_seq=1');
  expect(await run('ping -c 1 -p ff00 192.168.2.2')).toMatch(/^PATTERN: 0xff00\nPING/);
  expect(host.pings.at(-1)?.data.slice(16, 19)).toEqual(Uint8Array.of(0xff, 0, 0xff));
  expect(await run('ping -c 1 -M do -s 1473 -W 1 192.168.2.2')).toContain(
    'ping: local error: message too long, mtu=1500\n\n---',
  );
  expect(await run('ping -c 1 -s 1473 192.168.2.2')).toContain('1481 bytes from');
  expect(host.pings.at(-1)?.dontFragment).toBe(false);
  host.answers = ({ data }) => [
    { ...from('192.168.2.2'), data: Uint8Array.from(data, (byte, at) => (at === 20 ? 9 : byte)) },
  ];
  expect(await run('ping -c 1 192.168.2.2')).toContain(
    'time=0.071 ms\nwrong data byte #20 should be 0x14 but was 0x9\n#16\t10 11 12 13 9 15 ',
  );
  host.answers = () => [];
  expect(await run('ping -c 2 -O -W 1 192.168.2.2')).toContain('\nno answer yet for icmp_seq=1\n');
});

test('[EP9] what cannot start says why, and exits with 2; a wrong number with 1', async () => {
  const { host, run } = scriptedLab();
  expect(await run('ping foo')).toBe('ping: foo: Name or service not known\n[2]');
  expect(await run('ping -c x 10.0.1.1')).toBe("ping: invalid argument: 'x'\n[1]");
  expect(await run('ping -t 300 10.0.1.1')).toBe("ping: invalid argument: '300': out of range: 0 <= value <= 255\n[1]");
  expect(await run('ping')).toBe('ping: usage error: Destination address required\n[1]');
  expect(await run('ping -Z 10.0.1.1')).toMatch(
    /^ping: invalid option -- 'Z'\n\nUsage\n {2}ping \[options\] <destination>[\s\S]*\[2\]$/,
  );
  expect(await run('ping -f 10.0.1.1')).toMatch(/^ping: option -f is not here: a flood .*\n\[2\]$/);
  expect(await run('ping -i 0.001 10.0.1.1')).toContain(
    'ping: cannot flood; minimal interval allowed for user is 2ms\n[2]',
  );
  expect(await run('ping 10.0.1.255')).toMatch(/^ping: Do you want to ping broadcast\?/);
  expect(await run('ping -I foo 10.0.1.1')).toBe('ping: SO_BINDTODEVICE foo: No such device\n[2]');
  host.routes.remove({ destination: 0, prefix: 0 });
  expect(await run('ping -c 1 192.168.2.2')).toBe('ping: connect: Network is unreachable\n[2]');
});
