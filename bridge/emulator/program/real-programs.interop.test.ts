import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isEchoReply, macs, routedLab } from './testing/routed-lab.ts';

const needed = [
  'unshare',
  'ip',
  'ping',
  'traceroute',
  'arping',
  'arp',
  'route',
  'ifconfig',
  'netstat',
  'python3',
  'sysctl',
];
const missing = needed.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
const skip = process.getuid?.() !== 0 || missing.length > 0;
if (skip)
  process.stderr.write(`skipped, the real programs cannot run here: not root, or missing ${missing.join(' ')}\n`);

/** What the client types, in groups that each start from a fresh network. `# dup` doubles echo replies from there on;
 * `# later` lets an emulated host forget how many ICMP errors it sent, which the real one here does not count. */
const situations: Readonly<Record<string, readonly string[]>> = {
  'ping: replies, loss and errors': [
    'ping -c 2 -i 0.2 192.168.2.2',
    'ping -c 2 -i 0.2 -q 192.168.2.2',
    'ping -c 1 -s 4 192.168.2.2',
    'ping -c 1 -s 3000 192.168.2.2',
    'ping -c 2 -i 0.2 -t 1 192.168.2.2',
    'ping -c 1 -t 1 10.0.1.1',
    'ping -c 1 -W 8 192.168.2.99',
    'ping -c 3 10.0.1.97',
    'ping -c 2 -i 0.2 -W 0.3 -O 8.8.8.3',
    'ping -c 1 -W 1 7.7.7.7',
    'ping -c 2 -i 0.2 -M do -s 1473 192.168.2.2',
    'ping -c 1 -p ff00 192.168.2.2',
    'ping -c 1 -I client-eth0 192.168.2.2',
    'ping -c 1 -I 10.0.1.100 192.168.2.2',
    'ping -c 1 -I foo 192.168.2.2',
    'ping -c 1 -I 1.2.3.4 192.168.2.2',
    'ping -c 1 localhost',
    'ping -c 1 127.0.0.1',
    'ping -c 1 10.0.1.100',
    'ping -c 1 10.0.1.255',
    'ping -c 3 -w 1 8.8.8.3',
    'ping -c 3 -i 0.2 -l 3 192.168.2.2',
    'ping -c 1x 10.0.1.1',
    'ping -c 0 10.0.1.1',
    'ping -t 300 10.0.1.1',
    'ping -p xyz 10.0.1.1',
    'ping -M foo 10.0.1.1',
    'ping -Q 300 10.0.1.1',
    'ping -W -1 10.0.1.1',
    'ping',
  ],
  'ping: duplicates, and no route': [
    '# dup',
    'ping -c 3 -i 0.2 192.168.2.2',
    'ip route del default',
    'ping -c 1 192.168.2.2',
    'traceroute -n 192.168.2.2',
    'traceroute -I -n 192.168.2.2',
    'ip route get 9.9.9.9',
  ],
  traceroute: [
    'traceroute -n 10.0.1.1',
    'traceroute -n 192.168.2.2',
    '# later',
    'traceroute -nI -q1 192.168.2.2',
    'traceroute -n -q 1 -m 5 192.168.2.2',
    '# later',
    'traceroute -n -f 2 192.168.2.2 200',
    'traceroute -n -m 3 -w 0.5 8.8.8.3',
    'traceroute -F -n 192.168.2.2 1600',
    'traceroute -n -m 2 10.0.1.99',
    'traceroute -n 127.0.0.1',
    'traceroute -n -f 40 192.168.2.2',
    'traceroute -m 300 192.168.2.2',
    'traceroute -m x 192.168.2.2',
    'traceroute -m',
    'traceroute -q 30 192.168.2.2',
    'traceroute -w -1 192.168.2.2',
    'traceroute -w 1,2,3,4 192.168.2.2',
    'traceroute -n 192.168.2.2 70000',
    'traceroute -n 192.168.2.2 60 7',
    'traceroute -n -Z',
    'traceroute -n --foo',
  ],
  arping: [
    'arping -c 3 10.0.1.1',
    'arping -c 2 -b 10.0.1.1',
    'arping -f 10.0.1.1',
    'arping -q -c 1 10.0.1.1',
    'arping -c 2 10.0.1.99',
    'arping -c 5 -w 2 10.0.1.1',
    'arping -D -I client-eth0 -c 2 10.0.1.1',
    'arping -D -I client-eth0 -c 2 10.0.1.99',
    'arping -U -I client-eth0 -c 1 10.0.1.100',
    'arping -A -I client-eth0 -c 1 10.0.1.100',
    'arping -c 1 192.168.2.2',
    'arping -c 1 -I foo 10.0.1.1',
    'arping -c 1 -I lo 10.0.1.1',
    'arping -c 1 -s 1.2.3.4 10.0.1.1',
    'arping -c 1 10.0.1.100',
    'arping -c x 10.0.1.1',
    'arping -c 0 10.0.1.1',
  ],
  'arp, route and netstat': [
    'ping -c 1 -q 10.0.1.1',
    'arp -n',
    'arp -an',
    'arp -n 10.0.1.1',
    'arp -n 10.0.1.50',
    'arp -vn',
    'arp -n -i lo',
    'arp -d 10.0.1.1',
    'arp -s 10.0.1.60 02:00:00:00:00:99',
    'arp -n',
    'arp -an',
    'arp -s 9.9.9.9 02:00:00:00:00:99',
    'arp -s 10.0.1.61 xyz',
    'arp -d 10.0.1.50',
    'route -n',
    'route add -net 172.16.0.0/16 gw 10.0.1.1',
    'route add -net 172.17.0.0 netmask 255.255.0.0 gw 10.0.1.1',
    'route add -net 172.18.0.0 gw 10.0.1.1',
    'route add -host 1.2.3.4 dev client-eth0',
    'route add -host 1.2.3.5 gw 10.0.1.1 metric 5',
    'route add 1.2.3.6 gw 10.0.1.1',
    'route add 1.2.3.6 gw 10.0.1.1',
    'route add default gw 99.99.99.99',
    'route add -net 1.0.0.0/8 dev foo',
    'route -n',
    'route',
    'netstat -rn',
    'ip route',
    'route del -net 172.16.0.0/16',
    'route del -net 172.16.0.0/16',
    'route del default gw 10.0.1.1',
    'route -n',
    'netstat -tln',
    'netstat -i',
  ],
  ip: [
    'ip -br a',
    'ip a',
    'ip -4 a',
    'ip -o a',
    'ip -o l',
    'ip link',
    'ip a show foo',
    'ip addr show to 10.0.0.0/8',
    'ip addr add 10.0.0.1/24 brd + dev client-eth0',
    'ip addr add 10.0.0.1/24 brd + dev client-eth0',
    'ip addr add 10.0.0.2/24 brd + dev client-eth0',
    'ip addr add 10.0.6.2/33 dev client-eth0',
    'ip addr add 10.0.6.3/24',
    'ip addr add 10.0.6.3/24 dev foo',
    'ip addr add 10.0.6.3/24 dev client-eth0 foo',
    'ip a s client-eth0',
    'ip r',
    'ip addr del 10.0.0.7/24 dev client-eth0',
    'ip addr del 10.0.0.2/24 dev client-eth0',
    'ip addr flush',
    'ip route add 172.16.0.0/16 via 10.0.1.1',
    'ip route add 172.16.0.0/16 via 10.0.1.1',
    'ip route add 172.16.0.1/16 via 10.0.1.1',
    'ip route add 172.17.0.0/16 dev client-eth0',
    'ip route add 172.18.0.1 via 10.0.1.1 metric 5',
    'ip route add 172.19.0.0/16 via 99.9.9.9 dev client-eth0',
    'ip route add 172.19.0.0/16',
    'ip route add 172.19.0.0/16 via',
    'ip route add 172.19.0.0/16 via foo',
    'ip route add foo',
    'ip route add 172.19.0.0/16 foo bar',
    'ip r',
    'ip route show dev client-eth0',
    'ip route show via 10.0.1.1',
    'ip route show match 172.16.3.4',
    'ip route show 172.16.0.0/16',
    'ip route change 172.17.0.0/16 via 10.0.1.1',
    'ip route change 172.30.0.0/16 via 10.0.1.1',
    'ip route replace 172.20.0.0/16 via 10.0.1.1',
    'ip route get 172.16.3.4',
    'ip route get 10.0.1.1',
    'ip route get 10.0.1.100',
    'ip route get 127.0.0.1',
    'ip route get 10.0.1.255',
    'ip route get foo',
    'ip route del 172.16.0.0/16',
    'ip route del 172.16.0.0/16',
    'ip r',
    'ip route flush',
    'ping -c 1 -q 10.0.1.1',
    'ip n',
    'ip -br n',
    'ip n show dev client-eth0',
    'ip n del 10.0.1.1 dev client-eth0',
    'ip n add 10.0.1.60 lladdr 02:00:00:00:00:99 dev client-eth0',
    'ip n add 10.0.1.60 lladdr 02:00:00:00:00:99 dev client-eth0',
    'ip n add 10.0.1.62 dev client-eth0',
    'ip n add 10.0.1.62 lladdr foo dev client-eth0',
    'ip n add 10.0.1.62 lladdr 02:00:00:00:00:99',
    'ip n change 10.0.1.70 lladdr 02:00:00:00:00:98 dev client-eth0',
    'ip n change 10.0.1.60 lladdr 02:00:00:00:00:98 dev client-eth0',
    'ip n',
    'ip n get 10.0.1.80 dev client-eth0',
    'ip n del 10.0.1.90 dev client-eth0',
    'ip n flush',
    'ip link set client-eth0 mtu foo',
    'ip link set client-eth0 mtu 20',
    'ip link set client-eth0 address foo',
    'ip link set client-eth0 foo',
    'ip link set foo up',
    'ip link set',
    'ip link set client-eth0 mtu 1400',
    'ip link set dev client-eth0 address 02:00:00:00:00:55',
    'ip link set client-eth0 down',
    'ip l show client-eth0',
    'ip r',
    'ip link set client-eth0 up',
    'ip r',
    'ip addr flush dev client-eth0',
    'ip a show client-eth0',
    'ip r',
    'ip foo',
    'ip a foo bar',
    'ip -Z a',
  ],
  ifconfig: [
    'ifconfig -a',
    'ifconfig -s',
    'ifconfig foo',
    'ifconfig client-eth0 10.0.1.101 netmask 255.255.255.0',
    'ifconfig client-eth0',
    'ifconfig client-eth0 10.0.1.102/16',
    'ifconfig client-eth0 mtu 1400',
    'ifconfig client-eth0 hw ether 02:00:00:00:00:77',
    'ifconfig client-eth0',
    'ifconfig client-eth0 down',
    'ifconfig client-eth0',
    'ifconfig',
    'ifconfig client-eth0 up',
    'ifconfig client-eth0 foo',
    'ifconfig client-eth0 mtu x',
    'ifconfig client-eth0 hw ether x',
    'ifconfig client-eth0 0.0.0.0',
    'ifconfig client-eth0',
    'ifconfig foo 1.2.3.4',
  ],
};

/** Sends each echo reply that leaves for the client once more. */
const duplicator = `
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(('r-eth0', 0))
print('ready', flush=True)
seen = set()
while True:
    frame, where = s.recvfrom(65535)
    if where[2] != 4 or frame[12:14] != b'\\x08\\x00' or frame[23] != 1 or frame[34] != 0: continue
    if frame[38:42] in seen: continue
    seen.add(frame[38:42])
    s.send(frame)
`;
const setup = `
set -e
mount -t tmpfs tmpfs /run; mkdir /run/netns
for n in client router server; do
  ip netns add $n; ip netns exec $n ip link set lo up
  ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
ip link add client-eth0 netns client type veth peer name r-eth0 netns router
ip link add server-eth0 netns server type veth peer name r-eth1 netns router
ip -n client link set client-eth0 address ${macs.client} up
ip -n router link set r-eth0 address ${macs.routerLeft} up
ip -n router link set r-eth1 address ${macs.routerRight} up
ip -n server link set server-eth0 address ${macs.server} up
ip -n client addr add 10.0.1.100/24 brd + dev client-eth0
ip -n router addr add 10.0.1.1/24 brd + dev r-eth0
ip -n router addr add 192.168.2.1/24 brd + dev r-eth1
ip -n server addr add 192.168.2.2/24 brd + dev server-eth0
ip -n client route add default via 10.0.1.1
ip -n server route add default via 192.168.2.1
ip -n router route add blackhole 8.8.8.3
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=10000
ip netns exec server sysctl -qw net.ipv4.icmp_ratelimit=0
for n in client router server; do ip netns exec $n ping -c 1 -W 1 -q 127.0.0.1 > /dev/null; done
ip netns exec server ping -c 1 -W 1 -q 10.0.1.100 > /dev/null
ip -n client neigh flush all
set +e
export LC_ALL=C
run() { echo "\\$ $*"; timeout 30 ip netns exec client "$@" 2>&1; echo "[$?]"; }
`;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pb-programs-'));
  await writeFile(join(dir, 'duplicate.py'), duplicator);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Runs the lines in a fresh network of namespaces that ends with the command. */
function onLinux(lines: readonly string[]): Promise<string> {
  const duplicate = `coproc ip netns exec router python3 ${join(dir, 'duplicate.py')}; read -r _ <&"\${COPROC[0]}"`;
  const script = lines
    .filter((line) => line !== '# later')
    .map((line) => (line === '# dup' ? duplicate : `run ${line}`))
    .join('\n');
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];
  return new Promise((resolve, reject) => {
    execFile(
      'unshare',
      [...namespaces, 'bash', '-c', `${setup}${script}\nexit 0`],
      { maxBuffer: 1 << 24 },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(`${error.message}: ${stderr}`))),
    );
  });
}

async function onEmulated(lines: readonly string[]): Promise<string> {
  const lab = routedLab();
  let text = '';
  for (const line of lines) {
    if (line === '# dup') lab.copies = (frame) => (isEchoReply(frame) ? 2 : 1);
    else if (line === '# later') lab.later();
    else text += `$ ${line}\n${await lab.run(line.split(' '))}`;
  }
  return text;
}

/** Times, counts of packets and what belongs to a veth pair are not the program's. */
const normalized = (text: string): string[] =>
  text
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/, time \d+ms/g, ', time Tms')
    .replace(/= [\d.]+\/[\d.]+\/[\d.]+\/[\d.]+ ms/g, '= T ms')
    .replace(/ {2}[\d.]+ ?ms/g, '  T ms')
    .replace(/((?:RX|TX) packets) \d+ {2}bytes \d+ \([^)]*\)/g, '$1 N')
    .replace(/^(client-eth0|lo)( +\d+) +\d+( +0 +0 0) +\d+/gm, '$1$2 N$3 N')
    .replace(/client-eth0@if\d+( ?)/g, (_, space) => `client-eth0${space === '' ? '' : '     '}`)
    .replace(/ link-netns\S* \S+/g, '')
    .replace(/qdisc \S+/g, 'qdisc Q')
    .replace(/Temporary failure in name resolution/g, 'Name or service not known')
    .split('\n');

for (const [name, lines] of Object.entries(situations)) {
  test.skipIf(skip)(`[EP40] as on Linux, line by line: ${name}`, { timeout: 240_000 }, async () => {
    const [real, emulated] = await Promise.all([onLinux(lines), onEmulated(lines)]);
    expect(normalized(emulated)).toEqual(normalized(real));
  });
}
