import { expect, test } from 'vitest';
import { arpRequest, broadcast, datagram, echo, ports } from './testing/frames.ts';
import { client, eth1, eth2, eth3, type InterfaceName, server1, server2, TestNetwork } from './testing/network.ts';
import { isWrong, type Wrong, wrongs } from './wrong.ts';

const hosts = {
  client: [client, eth3, 'eth3'],
  server1: [server1, eth1, 'eth1'],
  server2: [server2, eth2, 'eth2'],
} as const;

/** What each check of the lab comes down to in frames, as far as the router matters: its answers, line by line. */
function behaviour(wrong: readonly Wrong[]): Record<string, string[]> {
  const net = new TestNetwork({ wrong });
  for (const [host, own, on] of Object.values(hosts)) net.hear(on, arpRequest(host, own.address));
  const send = (on: InterfaceName, to: string, protocol: number, payload: number[], ttl = 64): string[] => {
    const [host, own] = on === 'eth3' ? hosts.client : on === 'eth1' ? hosts.server1 : hosts.server2;
    return net.hear(on, datagram({ from: host, via: own.mac, to, protocol, payload, ttl }));
  };
  const pings = (on: InterfaceName): string[] =>
    [eth1, eth2, eth3].flatMap(({ address }) => [1, 2, 3].flatMap((sequence) => send(on, address, 1, echo(sequence))));
  return {
    'arp-gateways': Object.values(hosts).flatMap(([host, own, on]) =>
      net.hear(on, arpRequest(host, own.address, { targetMac: broadcast })),
    ),
    'client-pings-router': pings('eth3'),
    'server1-pings-router': pings('eth1'),
    'server2-pings-router': pings('eth2'),
    'router-refuses-tcp': send('eth3', '10.0.1.1', 6, ports(40_000, 80, 20)),
    'ttl-exceeded': send('eth3', '192.168.2.2', 1, echo(1), 1),
    'net-unreachable': send('eth3', '192.168.2.3', 1, echo(1)),
    'ttl-1-to-router': send('eth3', '192.168.2.1', 1, echo(1), 1),
    'hosts-ping-hosts': [
      ...send('eth3', '192.168.2.2', 1, echo(1)),
      ...send('eth1', '10.0.1.100', 1, echo(1, { type: 0 })),
    ],
    'client-fetches': [
      ...send('eth3', '192.168.2.2', 6, ports(40_000, 80, 20)),
      ...send('eth1', '10.0.1.100', 6, ports(80, 40_000, 300)),
    ],
    traceroute: [
      ...send('eth3', '10.0.1.1', 17, ports(40_000, 33_434, 40), 1),
      ...send('eth3', '192.168.2.2', 17, ports(40_000, 33_434, 40), 1),
      ...send('eth3', '192.168.2.2', 17, ports(40_000, 33_434, 40), 2),
    ],
  };
}

const right = behaviour([]);

test('[RT47] a fault has a name of the list', () => {
  expect(isWrong('tcp-silent')).toBe(true);
  expect(isWrong('toString')).toBe(false);
});

test('[RT47] every check has a fault that fails it', () => {
  expect(
    Object.values(wrongs)
      .flatMap(({ fails }) => [...fails])
      .sort(),
  ).toEqual(Object.keys(right).sort());
});

test.each(Object.keys(wrongs).filter(isWrong))('[RT47] %s changes what its check sees and nothing else', (wrong) => {
  const seen = behaviour([wrong]);
  const changed = Object.keys(right).filter((check) => JSON.stringify(seen[check]) !== JSON.stringify(right[check]));
  expect(changed).toEqual([...wrongs[wrong].fails]);
});
