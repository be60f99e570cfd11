import { expect, test } from 'vitest';
import { datagram } from '../../router/testing/frames.ts';
import { ip, pair } from './testing/pair.ts';

const to = (port: number) => ({ address: ip('10.0.0.2'), port });

test('[EH40] the socket that asked most exactly gets it', async () => {
  const { a, b, scheduler } = pair();
  const exact = b.udp.bind({ port: 9, address: ip('10.0.0.2') });
  const local = b.udp.bind({ port: 9, address: ip('127.0.0.1') });
  const client = a.udp.bind({ address: ip('10.0.0.1') });
  client.send(to(9), Uint8Array.of(1));
  b.udp.bind().send({ address: ip('127.0.0.1'), port: 9 }, Uint8Array.of(2));
  expect((await scheduler.settle(exact.receive()))?.data).toEqual(Uint8Array.of(1));
  expect((await scheduler.settle(local.receive()))?.data).toEqual(Uint8Array.of(2));
});

test('[EH41] a wrong checksum and a wrong length are dropped; no checksum is none', async () => {
  const { b, cable, scheduler } = pair();
  const wire = cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
  const socket = b.udp.bind({ port: 9 });
  const from = { mac: '02:00:00:00:00:09', address: '10.0.0.9' };
  const put = (payload: number[]): void =>
    wire.send(datagram({ from, via: '02:00:00:00:00:02', to: '10.0.0.2', protocol: 17, payload }));
  put([1, 1, 0, 9, 0, 9, 0x12, 0x34, 1]);
  put([1, 1, 0, 9, 0, 99, 0, 0, 2]);
  put([1, 1, 0, 9, 0, 7, 0, 0, 3]);
  put([1, 1, 0, 9]);
  put([1, 1, 0, 9, 0, 9, 0, 0, 4]);
  scheduler.advance(10);
  expect((await socket.receive())?.data).toEqual(Uint8Array.of(4));
  expect(b.counters).toMatchObject({ UdpInCsumErrors: 1, UdpInErrors: 4, UdpInDatagrams: 1 });
});

test('[EH42] ports: free ones, taken ones, and addresses that are not ours', () => {
  const { a } = pair();
  for (let i = 0; i < 50; i++) {
    const { port } = a.udp.bind().local;
    expect(port).toBeGreaterThanOrEqual(32_768);
    expect(port).toBeLessThanOrEqual(60_999);
  }
  a.udp.bind({ port: 53, address: ip('10.0.0.1') });
  a.udp.bind({ port: 53, address: ip('127.0.0.1') });
  expect(() => a.udp.bind({ port: 53 })).toThrow('Address already in use');
  expect(() => a.udp.bind({ port: 53, address: ip('10.0.0.1') })).toThrow('Address already in use');
  expect(() => a.udp.bind({ address: ip('10.0.0.2') })).toThrow('Cannot assign requested address');
  expect(() => a.udp.bind({ interface: 'eth9' })).toThrow('No such device');
  const only = a.udp.bind({ port: 68, interface: 'a-eth0' });
  a.udp.bind({ port: 68, interface: 'lo' });
  expect(() => a.udp.bind({ port: 68 })).toThrow('Address already in use');
  only.close();
  a.udp.bind({ port: 68, interface: 'a-eth0' });
});

test('[EH43] 256 datagrams wait, the rest is dropped and counted', async () => {
  const { a, b, scheduler } = pair();
  const server = b.udp.bind({ port: 9 });
  const client = a.udp.bind();
  client.send(to(9), Uint8Array.of(0));
  scheduler.advance(10);
  for (let i = 1; i < 300; i++) client.send(to(9), Uint8Array.of(i));
  scheduler.advance(10);
  expect(b.counters.UdpRcvbufErrors).toBe(44);
  expect(b.sockets()).toMatchObject([{ protocol: 'udp', receiveQueue: 256 }]);
  expect((await server.receive())?.data).toEqual(Uint8Array.of(0));
  expect((await server.receive())?.data).toEqual(Uint8Array.of(1));
});

test('[EH44] closing ends who reads and frees the port', async () => {
  const { a, b, scheduler } = pair();
  const server = b.udp.bind({ port: 9 });
  const waiting = server.receive();
  server.close();
  server.close();
  expect(await waiting).toBeUndefined();
  expect(await server.receive()).toBeUndefined();
  a.udp.bind().send(to(9), Uint8Array.of(1));
  scheduler.advance(10);
  expect(b.counters.UdpNoPorts).toBe(1);
  b.udp.bind({ port: 9 });
});

test('[EH44] a host that is closed lets everything go: nothing is planned, nothing is answered', async () => {
  const { a, b, cable, scheduler } = pair();
  const waiting = b.udp.bind({ port: 9 }).receive();
  b.udp.bind().send({ address: ip('10.0.0.77'), port: 1 }, Uint8Array.of(1));
  b.close();
  b.close();
  expect(await waiting).toBeUndefined();
  cable.frames.length = 0;
  scheduler.advance(100_000_000);
  expect(cable.frames).toEqual([]);
  a.arp.request('a-eth0', { target: ip('10.0.0.2'), source: ip('10.0.0.1') });
  scheduler.advance(10);
  expect(cable.frames).toHaveLength(1);
});
