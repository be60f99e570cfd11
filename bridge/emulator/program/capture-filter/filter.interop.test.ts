import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readPcap } from '../../../packet/pcap.ts';
import { compileFilter } from './filter.ts';

const folder = fileURLToPath(new URL('../../../packet/fixtures/', import.meta.url));
const captures = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => ({ path: folder + name, frames: readPcap(readFileSync(folder + name)).frames }));
const version = spawnSync('tcpdump', ['--version'], { encoding: 'utf8' });

/** How many frames of each capture it selects. The captures have no two frames of one time but those it must count. */
function theirs(filter: string): { chosen: string[]; refused: boolean } {
  let refused = false;
  const chosen = captures.map(({ path }) => {
    const { stdout, status } = spawnSync('tcpdump', ['-n', '-r', path, '-w', '-', filter], { maxBuffer: 1 << 26 });
    refused ||= status !== 0;
    if (status !== 0) return '';
    return readPcap(stdout)
      .frames.map(({ frame, timeNs }) => `${timeNs} ${Buffer.from(frame).toString('hex')}`)
      .join('\n');
  });
  return { chosen, refused };
}
function ours(filter: string): string[] {
  const wants = compileFilter(filter);
  return captures.map(({ frames }) =>
    frames
      .filter(({ frame, length }) => wants(frame, length))
      .map(({ frame, timeNs }) => `${timeNs} ${Buffer.from(frame).toString('hex')}`)
      .join('\n'),
  );
}

const filters = `arp
rarp
ip
ip6
icmp
icmp6
igmp
tcp
udp
not arp
! ip
host 10.0.1.100
src host 10.0.1.100
dst host 10.0.1.100
src 192.168.2.2
dst 192.168.2.2
not host 10.0.1.1
ip host 10.0.1.1
arp host 10.0.1.1
ip src 10.0.1.1
src and dst host 10.0.1.100
src or dst host 192.168.2.2
host 10.0.1.1 or 192.168.2.2
net 10.0.1.0/24
net 10.0.1
net 10
src net 192.168.0.0/16
dst net 10.0.1.0 mask 255.255.255.0
not net 10.0.0.0/8
port 80
tcp port 80
udp port 53
port 53
src port 80
dst port 80
port http
port 67 or 68
tcp port 6633 or 6653
portrange 33434-33440
udp portrange 67-68
tcp src portrange 1000-60000
ether host 02:00:00:00:00:01
ether src 02:00:00:00:00:01
ether dst ff:ff:ff:ff:ff:ff
ether proto 0x0806
ether proto \\arp
ether proto 0x88cc
ether broadcast
ether multicast
broadcast
multicast
ip multicast
ip proto 1
ip proto \\tcp
ip proto 17
proto 17
ip6 proto 58
less 60
greater 1000
len > 500
len <= 42
icmp[icmptype] == 8
icmp[icmptype] = icmp-echo
icmp[0] == 0 or icmp[0] == 11
icmp[icmptype] != icmp-echo
not icmp[icmptype] == 8
tcp[13] & 2 != 0
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[tcpflags] == tcp-syn
tcp[13] = 18
tcp[2:2] = 80
udp[4:2] > 40
ip[8] < 3
ip[0] & 0xf != 5
ip[6:2] & 0x1fff != 0
ip[6:2] & 0x3fff != 0
ip[2:2] - ((ip[0] & 0xf) << 2) > 1000
arp[6:2] = 1
ether[0] & 1 = 1
ether[12:2] = 0x86dd
ip6[6] = 58
vlan
vlan 42
vlan and arp
vlan and vlan and ip
not vlan and udp
tcp and not port 6653
icmp and host 192.168.2.2
(tcp or udp) and host 192.168.2.2
tcp port 80 and (tcp[13] & 1 != 0 or tcp[13] & 4 != 0)
arp or icmp and host 10.0.1.200
ip and not (tcp or udp or icmp)
udp and not port 53 and not portrange 33434-33534
tcp[100000] = 1 or arp
len = 42 and arp
icmp[0] * 2 = 16
ip[8] % 2 = 1 && udp`.split('\n');

const wrong = [
  'host',
  '10.0.1.1',
  'ether proto arp',
  'port',
  'tcp port',
  'port 99999',
  'net 10.0.1.1/24',
  'host 10.0.1.1 and',
  '(arp',
  'arp)',
  'tcp[0:3] = 1',
  'ether host 10.0.1.1',
  'and arp',
  'arp arp',
  'icmp[0]',
  'net 10.0.0.0/33',
];

describe.skipIf(!`${version.stdout}${version.stderr}`.includes('libpcap'))('against libpcap', () => {
  test.each(filters)('[EP67] %s', (filter) => {
    const { chosen, refused } = theirs(filter);
    expect(refused).toBe(false);
    expect(ours(filter)).toEqual(chosen);
  });
  test('[EP67] the filters do select something, and leave something out', () => {
    const counts = filters.map((filter) => ours(filter).join('\n').split('\n').filter(Boolean).length);
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(filters.length * 0.9);
    expect(new Set(counts).size).toBeGreaterThan(30);
  });
  test.each(wrong)('[EP67] both refuse %s', (filter) => {
    expect(theirs(filter).refused).toBe(true);
    expect(() => compileFilter(filter)).toThrow(/ at position \d+$/);
  });
});
