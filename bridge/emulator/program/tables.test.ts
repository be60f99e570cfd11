import { expect, test } from 'vitest';
import { scriptedLab } from './testing/run.ts';
import { address } from './testing/scripted-host.ts';

const learned = () => {
  const lab = scriptedLab();
  const at = { interface: 'client-eth0' };
  lab.host.learn({ ...at, address: address('10.0.1.1'), mac: '02:00:00:00:0a:01', state: 'reachable' });
  lab.host.learn({ ...at, address: address('10.0.1.99'), mac: undefined, state: 'failed' });
  return lab;
};

test('[EP20] arp shows, sets and deletes neighbours', async () => {
  const { run } = learned();
  expect(await run('arp -n')).toBe(`Address                  HWtype  HWaddress           Flags Mask            Iface
10.0.1.1                 ether   02:00:00:00:0a:01   C                     client-eth0
10.0.1.99                        (incomplete)                              client-eth0
[0]`);
  expect(await run('arp -s 10.0.1.60 02:00:00:00:00:99')).toBe('[0]');
  expect(await run('arp -an 10.0.1.60')).toBe('? (10.0.1.60) at 02:00:00:00:00:99 [ether] PERM on client-eth0\n[0]');
  expect(await run('arp -d 10.0.1.60')).toBe('[0]');
  expect(await run('arp -d 10.0.1.60')).toBe('No ARP entry for 10.0.1.60\n[255]');
  expect(await run('arp -f x')).toMatch(/^arp: option -f is not here\nUsage:/);
});

test('[EP21] route lists, adds and deletes', async () => {
  const { run } = learned();
  expect(await run('route add -net 172.16.0.0 netmask 255.255.0.0 gw 10.0.1.1')).toBe('[0]');
  expect(await run('route -n')).toBe(`Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.0.1.1        0.0.0.0         UG    0      0        0 client-eth0
10.0.1.0        0.0.0.0         255.255.255.0   U     0      0        0 client-eth0
172.16.0.0      10.0.1.1        255.255.0.0     UG    0      0        0 client-eth0
[0]`);
  expect(await run('route del -net 172.16.0.0/16')).toBe('[0]');
  expect(await run('route del -net 172.16.0.0/16')).toBe('SIOCDELRT: No such process\n[7]');
  expect(await run('route add -host 10.1.1.1 reject')).toMatch(/^route: reject is not here\n/);
});

test('[EP22] ifconfig shows and changes an interface', async () => {
  const { host, run } = learned();
  expect(await run('ifconfig client-eth0 10.0.7.5/16 mtu 1400 hw ether 02:00:00:00:00:77')).toBe('[0]');
  expect(await run('ifconfig client-eth0')).toContain(`client-eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1400
        inet 10.0.7.5  netmask 255.255.0.0  broadcast 10.0.255.255
        ether 02:00:00:00:00:77  txqueuelen 1000  (Ethernet)
`);
  expect(await run('ifconfig client-eth0 down')).toBe('[0]');
  expect(host.interfaces[1]?.isUp).toBe(false);
  expect(await run('ifconfig client-eth0 promisc')).toMatch(/^ifconfig: promisc is not here\n/);
});

test('[EP23] hostname prints the name or the addresses, and changes nothing', async () => {
  const { run } = learned();
  expect([await run('hostname'), await run('hostname -I')]).toEqual(['client\n[0]', '10.0.1.100 \n[0]']);
  expect(await run('hostname evil')).toBe('hostname: you must be root to change the host name\n[1]');
});

test('[EP24] nslookup answers from the lab, and says so', async () => {
  const { run } = learned();
  const head = 'Server:\t\tlab\nAddress:\tnone, names of the lab\n\n';
  expect(await run('nslookup server1')).toBe(`${head}Name:\tserver1\nAddress: 192.168.2.2\n\n[0]`);
  expect(await run('nslookup 192.168.2.2')).toBe(`${head}2.2.168.192.in-addr.arpa\tname = server1.\n\n[0]`);
  expect(await run('nslookup foo')).toBe(`${head}** server can't find foo: NXDOMAIN\n\n[1]`);
});

test('[EP25] netstat shows routes and interfaces, and refuses what it has not', async () => {
  const { run } = learned();
  expect(await run('netstat -rn')).toContain(
    '0.0.0.0         10.0.1.1        0.0.0.0         UG        0 0          0 client-eth0\n',
  );
  expect(await run('netstat -tln')).toBe(`Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State      
tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN     
[0]`);
  expect(await run('netstat -u')).not.toContain(':80');
  expect(await run('netstat -p')).toMatch(/^netstat: option -p is not here\n/);
});

test('[EP30] [EP31] ip address and ip link, in full, brief and one line', async () => {
  const { run } = learned();
  expect(await run('ip -br a')).toBe(
    'lo               UNKNOWN        127.0.0.1/8 \nclient-eth0      UP             10.0.1.100/24 \n[0]',
  );
  expect(await run('ip addr add 10.0.0.1/24 dev client-eth0')).toBe('[0]');
  expect(await run('ip -o -4 a s dev client-eth0')).toContain(
    '2: client-eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global client-eth0\\       valid_lft forever preferred_lft forever\n',
  );
  expect(await run('ip addr add 10.0.0.1/24 dev client-eth0')).toBe('Error: ipv4: Address already assigned.\n[2]');
  expect(await run('ip link set dev client-eth0 mtu 1400 down')).toBe('[0]');
  expect(await run('ip -o link show client-eth0')).toContain(
    '<BROADCAST,MULTICAST> mtu 1400 qdisc pfifo_fast state DOWN mode DEFAULT',
  );
  expect(await run('ip -s link show client-eth0')).toContain('    RX:  bytes packets errors dropped  missed   mcast');
  expect(await run('ip link add foo type dummy')).toMatch(/^ip: "link add": interfaces come with the links/);
});

test('[EP32] [EP33] ip route and ip neighbour', async () => {
  const { run } = learned();
  expect(await run('ip r a 172.16.0.0/16 via 10.0.1.1')).toBe('[0]');
  expect(await run('ip r')).toBe(
    'default via 10.0.1.1 dev client-eth0 \n10.0.1.0/24 dev client-eth0 proto kernel scope link src 10.0.1.100 \n172.16.0.0/16 via 10.0.1.1 dev client-eth0 \n[0]',
  );
  expect(await run('ip route get 172.16.3.4')).toBe(
    '172.16.3.4 via 10.0.1.1 dev client-eth0 src 10.0.1.100 uid 0 \n    cache \n[0]',
  );
  expect(await run('ip n')).toBe(
    '10.0.1.1 dev client-eth0 lladdr 02:00:00:00:0a:01 REACHABLE \n10.0.1.99 dev client-eth0 FAILED \n[0]',
  );
  expect(await run('ip n flush dev client-eth0')).toBe('[0]');
  expect(await run('ip n')).toBe('[0]');
});

test('[EP2] what is not here is refused by name', async () => {
  const { run } = learned();
  expect(await run('ip rule')).toMatch(/^ip: object rule is not here\nUsage: ip/);
  expect(await run('ip -j a')).toMatch(/^ip: option -json is not here\n/);
  expect(await run('ip r add 1.1.1.1 dev client-eth0 src 10.0.1.100')).toBe('ip: "src" is not here\n[255]');
  expect(await run('ip foo')).toBe('Object "foo" is unknown, try "ip help".\n[1]');
  expect(await run('ping -R 10.0.1.1')).toMatch(/^ping: option -R is not here\n/);
});
