import { expect, test } from 'vitest';
import { arpReply } from '../../router/testing/frames.ts';
import { ip, pair, station } from './testing/pair.ts';

const second = 1_000_000;
const data = new Uint8Array(8);
const b = ip('10.0.0.2');

function pinging() {
  const lab = pair();
  const ping = lab.a.icmp.open();
  const seen: string[] = [];
  ping.onReply(({ sequence }) => seen.push(`reply ${sequence}`));
  ping.onError(({ sequence, type, code, from }) => seen.push(`${type}/${code} ${sequence} ${from.toString(16)}`));
  let sequence = 0;
  const send = (): void => ping.send(b, ++sequence, data);
  const state = (): string | undefined => lab.a.neighbors.list().find(({ address }) => address === b)?.state;
  return { ...lab, ping, seen, send, state };
}

test('[EH10] nobody answers: three questions a second apart, then host unreachable to all who waited; then it begins anew', () => {
  const { a, cable, scheduler, seen, send, state } = pinging();
  cable.pass = () => [];
  send();
  send();
  expect(state()).toBe('incomplete');
  scheduler.advance(2.9 * second);
  send();
  expect(seen).toEqual([]);
  expect(cable.frames.map(({ atUs }) => atUs)).toEqual([0, second, 2 * second]);
  scheduler.advance(0.2 * second);
  expect(seen).toEqual(['3/1 1 a000001', '3/1 2 a000001', '3/1 3 a000001']);
  expect(state()).toBe('failed');
  expect(a.counters.IcmpOutDestUnreachs).toBe(3);
  expect(cable.frames).toHaveLength(3);
  cable.pass = (frame) => [frame];
  send();
  scheduler.advance(1000);
  expect(seen.at(-1)).toBe('reply 4');
  expect(state()).toBe('reachable');
});

test('[EH10] the answer to the second question lets everything go, in order', () => {
  const { cable, scheduler, seen, send } = pinging();
  cable.pass = () => [];
  for (let i = 0; i < 5; i++) send();
  scheduler.advance(0.5 * second);
  cable.pass = (frame) => [frame];
  scheduler.advance(second);
  expect(seen).toEqual(['reply 1', 'reply 2', 'reply 3', 'reply 4', 'reply 5']);
});

test('[EH11] 101 packets wait; the oldest make room and are counted', () => {
  const { a, cable, scheduler, seen, send } = pinging();
  cable.pass = () => [];
  for (let i = 0; i < 105; i++) send();
  expect(a.counters.ArpUnresolvedDiscards).toBe(4);
  cable.pass = (frame) => [frame];
  scheduler.advance(2 * second);
  expect(seen).toHaveLength(101);
  expect(seen[0]).toBe('reply 5');
});

test('[EH11] a scan of a large network leaves 1024 neighbours', () => {
  const { a, b: other, scheduler } = pair();
  a.interfaces[1]?.addAddress(ip('10.1.0.1'), 16);
  const socket = a.udp.bind();
  for (let i = 2; i < 3000; i++) {
    socket.send({ address: ip('10.1.0.0') + i, port: 9 }, data);
    if (i % 500 === 0) scheduler.advance(5 * second);
  }
  scheduler.advance(5 * second);
  expect(a.neighbors.list()).toHaveLength(1024);
  expect(other.neighbors.list()).toEqual([]);
});

test('[EH12] reachable, stale, delay, probe: confirmed by one question to it alone', () => {
  const { a, cable, scheduler, send, state } = pinging();
  send();
  scheduler.advance(14 * second);
  expect(state()).toBe('reachable');
  scheduler.advance(32 * second);
  expect(state()).toBe('stale');
  cable.said();
  send();
  expect(state()).toBe('delay');
  scheduler.advance(4.9 * second);
  // b learned a from its question, so it has never been sure of it, and asks at the same time.
  expect(cable.said().filter((line) => line.startsWith('a') && line.includes('ARP'))).toEqual([]);
  scheduler.advance(0.2 * second);
  expect(cable.said().filter((line) => line.includes('Who has 10.0.0.2'))).toEqual([
    'a 02:00:00:00:00:01 > 02:00:00:00:00:02 ARP Who has 10.0.0.2? Tell 10.0.0.1',
  ]);
  expect(state()).toBe('reachable');
  expect(a.neighbors.list()).toHaveLength(1);
});

test('[EH12] a neighbour that went away fails after three questions to it alone; packets until then are lost, later ones told', () => {
  const { cable, scheduler, seen, send, state } = pinging();
  send();
  scheduler.advance(46 * second);
  cable.frames.length = 0;
  cable.pass = () => [];
  send();
  scheduler.advance(8.1 * second);
  expect(state()).toBe('failed');
  expect(cable.said().filter((line) => line.includes('ARP'))).toHaveLength(3);
  send();
  scheduler.advance(4 * second);
  expect(seen).toEqual(['reply 1', '3/1 3 a000001']);
});

test('[EH13] who asks for us is learned as stale; who asks for others is not', () => {
  const { a, b: other, scheduler, cable } = pair();
  const c = station('c', scheduler, { address: '10.0.0.3' });
  c.plug(0, cable.connect);
  a.arp.request('a-eth0', { target: b, source: ip('10.0.0.1') });
  scheduler.advance(1000);
  expect(other.neighbors.list()).toEqual([
    { address: ip('10.0.0.1'), interface: 'b-eth0', mac: '02:00:00:00:00:01', state: 'stale' },
  ]);
  expect(c.neighbors.list()).toEqual([]);
  // The answer was not asked for by the cache: nothing to update, nothing made.
  expect(a.neighbors.list()).toEqual([]);
});

test('[EH14] a new MAC behind a known address: an announcement counts at once', () => {
  const { a, b: other, scheduler, seen, send } = pinging();
  send();
  scheduler.advance(1000);
  other.interfaces[1]?.setMac('02:00:00:00:00:77');
  scheduler.advance(1000);
  expect(a.neighbors.list()).toMatchObject([{ mac: '02:00:00:00:00:77', state: 'stale' }]);
  send();
  scheduler.advance(1000);
  expect(seen).toEqual(['reply 1', 'reply 2']);
});

test('[EH14] of two answers to one question the first counts; a second later another does', () => {
  const { a, cable, scheduler, send } = pinging();
  const other = cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
  const claim = arpReply(
    { mac: '02:00:00:00:00:66', address: '10.0.0.2' },
    { mac: '02:00:00:00:00:01', address: '10.0.0.1' },
  );
  send();
  scheduler.advance(1000);
  other.send(claim);
  scheduler.advance(0.9 * second);
  expect(a.neighbors.list()).toMatchObject([{ mac: '02:00:00:00:00:02', state: 'reachable' }]);
  scheduler.advance(0.2 * second);
  other.send(claim);
  scheduler.advance(1000);
  expect(a.neighbors.list()).toMatchObject([{ mac: '02:00:00:00:00:66', state: 'reachable' }]);
});

test('[EH15] a permanent entry stays as it was set', () => {
  const { a, b: other, cable, scheduler } = pair();
  a.neighbors.set(b, 'a-eth0', '02:00:00:00:00:55');
  other.interfaces[1]?.setMac('02:00:00:00:00:78');
  scheduler.advance(120 * second);
  a.neighbors.flush();
  const ping = a.icmp.open();
  ping.send(b, 1, data);
  scheduler.advance(second);
  expect(cable.frames.at(-1)?.frame.subarray(0, 6)).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0x55));
  expect(a.neighbors.list()[0]?.state).toBe('permanent');
  a.neighbors.remove(b, 'a-eth0');
  expect(a.neighbors.list()).toEqual([]);
  expect(() => a.neighbors.remove(b, 'a-eth0')).toThrow('No such file or directory');
  expect(() => a.neighbors.set(b, 'eth7', '02:00:00:00:00:55')).toThrow('No such device');
});

test('[EH3] a lost carrier forgets neighbours and keeps routes; who waited gets through when the cable is back', () => {
  const { a, cable, scheduler, seen, send } = pinging();
  send();
  scheduler.advance(1000);
  cable.setUp(false);
  expect(a.neighbors.list()).toEqual([]);
  expect(a.interfaces[1]).toMatchObject({ isUp: true, hasCarrier: false });
  send();
  scheduler.advance(0.5 * second);
  cable.setUp(true);
  scheduler.advance(second);
  expect(seen).toEqual(['reply 1', 'reply 2']);
});

test('[EH16] back on the link both announce themselves', () => {
  const { cable } = pair();
  cable.setUp(false);
  cable.setUp(true);
  expect(cable.said().map((line) => line.split(' ARP ')[0])).toEqual([
    'a 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff',
    'b 02:00:00:00:00:02 > ff:ff:ff:ff:ff:ff',
  ]);
});
