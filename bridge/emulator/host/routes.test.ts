import { expect, test } from 'vitest';
import { ipv4Text } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import type { EmulatedHost } from './host.ts';
import { Cable, ip, pair, station } from './testing/pair.ts';

const routesOf = ({ routes }: EmulatedHost): string[] =>
  routes
    .list()
    .map(
      ({ destination, prefix, gateway, interface: name, source }) =>
        `${ipv4Text(destination)}/${prefix}${gateway === undefined ? '' : ` via ${ipv4Text(gateway)}`} dev ${name}` +
        (source === undefined ? '' : ` src ${ipv4Text(source)}`),
    );
const via = (destination: string, prefix: number, gateway?: string, metric = 0) => ({
  destination: ip(destination),
  prefix,
  gateway: gateway === undefined ? undefined : ip(gateway),
  interface: 'a-eth0',
  metric,
});

test('[EH5] the narrowest, then the cheapest', () => {
  const { a } = pair();
  a.routes.add(via('0.0.0.0', 0, '10.0.0.254', 5));
  a.routes.add(via('0.0.0.0', 0, '10.0.0.253', 3));
  a.routes.add(via('192.168.0.0', 16, '10.0.0.252'));
  a.routes.add(via('192.168.7.9', 24, '10.0.0.251'));
  const gateway = (to: string) => ipv4Text(a.routes.lookup(ip(to))?.gateway ?? 0);
  expect(gateway('8.8.8.8')).toBe('10.0.0.253');
  expect(gateway('192.168.1.1')).toBe('10.0.0.252');
  expect(gateway('192.168.7.1')).toBe('10.0.0.251');
  expect(a.routes.lookup(ip('10.0.0.7'))).toMatchObject({ gateway: undefined, source: ip('10.0.0.1') });
  expect(routesOf(a)).toEqual([
    '0.0.0.0/0 via 10.0.0.253 dev a-eth0',
    '0.0.0.0/0 via 10.0.0.254 dev a-eth0',
    '10.0.0.0/24 dev a-eth0 src 10.0.0.1',
    '192.168.0.0/16 via 10.0.0.252 dev a-eth0',
    '192.168.7.0/24 via 10.0.0.251 dev a-eth0',
  ]);
});

test('[EH6] what cannot be is refused by the name Linux gives it', () => {
  const { a } = pair();
  a.routes.add(via('192.168.0.0', 16, '10.0.0.254'));
  expect(() => a.routes.add(via('192.168.0.0', 16, '10.0.0.253'))).toThrow('File exists');
  expect(() => a.routes.add(via('172.16.0.0', 12, '11.0.0.1'))).toThrow('Network is unreachable');
  expect(() => a.routes.add(via('172.16.0.0', 12, '192.168.0.1'))).toThrow('Network is unreachable');
  expect(() => a.routes.add({ ...via('172.16.0.0', 12), interface: 'eth9' })).toThrow('No such device');
  expect(() => a.routes.remove({ destination: ip('172.16.0.0'), prefix: 12 })).toThrow('No such process');
  expect(() => a.routes.remove({ destination: ip('192.168.0.0'), prefix: 16, gateway: ip('10.0.0.9') })).toThrow();
  a.routes.remove({ destination: ip('192.168.0.0'), prefix: 16, gateway: ip('10.0.0.254') });
  a.interfaces[1]?.setUp(false);
  expect(() => a.routes.add(via('172.16.0.0', 12))).toThrow('Network is down');
});

test('[EH3] an interface that goes down takes its routes along; up again it has those of its addresses', () => {
  const { a, scheduler } = pair();
  a.routes.add(via('0.0.0.0', 0, '10.0.0.254'));
  const ping = a.icmp.open();
  ping.send(ip('10.0.0.2'), 1, new Uint8Array(8));
  scheduler.advance(1000);
  a.interfaces[1]?.setUp(false);
  expect(routesOf(a)).toEqual([]);
  expect(a.neighbors.list()).toEqual([]);
  expect(() => ping.send(ip('10.0.0.2'), 1, new Uint8Array(8))).toThrow('Network is unreachable');
  expect(() => a.interfaces[1]?.sendRaw(new Uint8Array(60))).toThrow('Network is down');
  a.interfaces[1]?.setUp(true);
  expect(routesOf(a)).toEqual(['10.0.0.0/24 dev a-eth0 src 10.0.0.1']);
});

test('[EH7] addresses come and go with their networks; a packet says the address of the network it goes to', async () => {
  const { a, scheduler, cable } = pair();
  a.interfaces[1]?.addAddress(ip('10.7.0.1'), 16);
  expect(() => a.interfaces[1]?.addAddress(ip('10.7.0.1'), 16)).toThrow('File exists');
  expect(cable.said()).toEqual(['a 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP 10.7.0.1 announces itself']);
  expect(a.routes.list()).toHaveLength(2);
  a.udp.bind().send({ address: ip('10.7.3.3'), port: 9 }, new Uint8Array(1));
  scheduler.advance(1000);
  expect(cable.said()).toEqual(['a 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP Who has 10.7.3.3? Tell 10.7.0.1']);
  a.interfaces[1]?.removeAddress(ip('10.0.0.1'), 24);
  expect(routesOf(a)).toEqual(['10.7.0.0/16 dev a-eth0 src 10.7.0.1']);
  a.interfaces[1]?.removeAddress(ip('10.7.0.1'), 16);
  expect(routesOf(a)).toEqual([]);
  expect(() => a.interfaces[1]?.removeAddress(ip('10.7.0.1'), 16)).toThrow('Cannot assign requested address');
});

test('[EH8] /32 and a gateway: a route to it, then the default route, as `ip route` shows on the hosts of a lab', () => {
  const scheduler = new VirtualScheduler();
  const routes = [{ destination: '0.0.0.0', prefix: 0, gateway: '10.0.1.1', interface: 0 }];
  const a = station('a', scheduler, { address: '10.0.1.100', prefix: 32, routes });
  const explicit = station('a', scheduler, {
    address: '10.0.1.100',
    prefix: 32,
    routes: [{ destination: '10.0.1.1', prefix: 32, gateway: undefined, interface: 0 }, ...routes],
  });
  const wanted = ['0.0.0.0/0 via 10.0.1.1 dev a-eth0', '10.0.1.1/32 dev a-eth0'];
  expect(routesOf(a)).toEqual(wanted);
  expect(routesOf(explicit)).toEqual(wanted);
  const cable = new Cable(scheduler);
  a.plug(0, cable.connect);
  a.udp.bind().send({ address: ip('8.8.8.8'), port: 53 }, new Uint8Array(1));
  expect(cable.said()).toEqual(['a 02:00:00:00:00:64 > ff:ff:ff:ff:ff:ff ARP Who has 10.0.1.1? Tell 10.0.1.100']);
});

test('[EH4] names', () => {
  const { a } = pair();
  expect(a.resolve('localhost')).toBe(ip('127.0.0.1'));
  expect(a.resolve('b')).toBe(ip('10.0.0.2'));
  expect(a.resolve('1.2.3.4')).toBe(ip('1.2.3.4'));
  expect(a.resolve('nobody')).toBeUndefined();
  expect(a.resolve('1.2.3.400')).toBeUndefined();
  expect(a.nameOf(ip('10.0.0.2'))).toBe('b');
  expect(a.nameOf(ip('10.0.0.9'))).toBeUndefined();
  expect(station('nameless', new VirtualScheduler(), { address: '10.0.0.9' }).resolve('nameless')).toBe(ip('10.0.0.9'));
});
