import { expect, test } from 'vitest';
import { arpReply, datagram, describeFrame, echo, ports } from '../router/testing/frames.ts';
import { client, eth1, eth3, labRtable, server1 } from '../router/testing/network.ts';
import { Oracle, type OracleOutput } from './oracle.ts';

const mask = '255.255.255.0';
function makeOracle() {
  const outputs: OracleOutput[] = [];
  const oracle = new Oracle({
    interfaces: [
      { name: 'eth1', ...eth1, mask },
      { name: 'eth2', mac: '0e:00:00:00:00:02', address: '172.64.3.1', mask },
      { name: 'eth3', ...eth3, mask },
    ],
    rtable: labRtable,
    onOutput: (output) => outputs.push(output),
  });
  const said = () =>
    outputs.splice(0).map(({ tUs, frame, because }) => `${tUs / 1e6} s [${because}] ${describeFrame(frame)}`);
  return { oracle, said };
}
const toServer = (id: number, ttl = 64) =>
  datagram({ from: client, via: eth3.mac, to: server1.address, protocol: 17, payload: ports(1, 2), ttl, id });

test('[WB95] it says what should be sent, when, and because of which frames', () => {
  const { oracle, said } = makeOracle();
  oracle.feed(11, 2, toServer(1), 10_000_000);
  oracle.feed(12, 2, toServer(2), 10_100_000);
  expect(said()).toEqual([`10 s [11] to ff:ff:ff:ff:ff:ff: arp who has 192.168.2.2 tell 192.168.2.1`]);
  oracle.feed(13, 0, arpReply(server1, eth1), 10_200_000);
  expect(said()).toEqual([
    '10.2 s [11,13] to 0a:00:00:00:01:02: 10.0.1.100 > 192.168.2.2 ttl 63, protocol 17, 8 bytes',
    '10.2 s [12,13] to 0a:00:00:00:01:02: 10.0.1.100 > 192.168.2.2 ttl 63, protocol 17, 8 bytes',
  ]);
});

test('[WB95] time passes for it as it is told: an hour later it gave up what waited then', () => {
  const { oracle, said } = makeOracle();
  oracle.feed(1, 2, arpReply(client, eth3), 0);
  oracle.feed(2, 2, toServer(1), 100_000);
  oracle.feed(3, 2, toServer(2, 1), 3_600_000_000);
  const lines = said();
  expect(lines.filter((line) => line.includes('who has 192.168.2.2'))).toHaveLength(5);
  expect(lines.some((line) => line.includes('[2]') && line.includes('icmp 3/1'))).toBe(true);
  // Whoever sends is known: he is told at once, an hour later, too.
  expect(lines.at(-1)).toMatch(/^3600 s \[3\] to 0a:00:00:00:03:64: 10\.0\.1\.1 > 10\.0\.1\.100 .*icmp 11\/0/);
});

test('[WB95] what it throws away it says why', () => {
  const { oracle } = makeOracle();
  const broken = toServer(1);
  broken[24] = 0;
  expect(oracle.feed(1, 2, broken, 0)).toBe('an IPv4 header whose checksum is wrong');
  const request = datagram({ from: client, via: eth3.mac, to: eth3.address, protocol: 1, payload: echo(1) });
  expect(oracle.feed(2, 2, request, 0)).toBeUndefined();
});
