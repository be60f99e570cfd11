import { expect, test } from 'vitest';
import { type DatagramOptions, datagram, icmpMessage } from '../../router/testing/frames.ts';
import type { IcmpError } from './api.ts';
import { ip, pair } from './testing/pair.ts';

const second = 1_000_000;
const peer = { mac: '02:00:00:00:00:09', address: '10.0.0.9' };
const closed = [0x9c, 0x40, 0, 9, 0, 12, 0, 0, 1, 2, 3, 4];

/** Host b and a stranger on its link who puts frames there and never answers. */
function stranger() {
  const lab = pair();
  const wire = lab.cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
  lab.b.neighbors.set(ip(peer.address), 'b-eth0', peer.mac);
  const put = (options: Partial<DatagramOptions>, spoil?: (frame: Uint8Array) => void): void => {
    const frame = datagram({
      from: peer,
      via: '02:00:00:00:00:02',
      to: '10.0.0.2',
      protocol: 17,
      payload: closed,
      ...options,
    });
    spoil?.(frame);
    wire.send(frame);
    lab.scheduler.advance(10);
  };
  const answers = (): string[] => lab.cable.said().filter((line) => line.startsWith('b '));
  return { ...lab, put, answers };
}

test.each<[string, Partial<DatagramOptions>, ((frame: Uint8Array) => void) | undefined, string]>([
  [
    'a wrong header checksum',
    {},
    (frame) => {
      frame[24] = (frame[24] ?? 0) ^ 1;
    },
    'IpInHdrErrors',
  ],
  [
    'another version',
    {},
    (frame) => {
      frame[14] = 0x65;
    },
    'IpInHdrErrors',
  ],
  [
    'a header longer than the packet',
    {},
    (frame) => {
      frame[14] = 0x4f;
    },
    'IpInHdrErrors',
  ],
  [
    'a length behind the frame',
    {},
    (frame) => {
      frame[16] = 9;
    },
    'IpInHdrErrors',
  ],
  ['an address that is not ours', { to: '10.0.0.77' }, undefined, 'IpInAddrErrors'],
  ['our own source', { from: { ...peer, address: '10.0.0.2' } }, undefined, 'IpInAddrErrors'],
  ['a loopback source', { from: { ...peer, address: '127.0.0.1' } }, undefined, 'IpInAddrErrors'],
  ['a loopback destination', { to: '127.0.0.1' }, undefined, 'IpInAddrErrors'],
  ['a broadcast source', { from: { ...peer, address: '10.0.0.255' } }, undefined, 'IpInAddrErrors'],
])('[EH20] %s is dropped in silence and counted', (_name, options, spoil, counter) => {
  const { b, put, answers } = stranger();
  put(options, spoil);
  expect(answers()).toEqual([]);
  expect(b.counters[counter]).toBe(1);
  expect(b.counters.IpInDelivers).toBe(0);
});

test('[EH1] [EH20] frames for others, groups and runts are nothing to it', () => {
  const { b, put, answers, cable } = stranger();
  put({ via: '02:00:00:00:00:55' });
  put({ via: '01:00:5e:00:00:05', to: '224.0.0.5' });
  const wire = cable.connect({ name: 'y-eth0', receive: () => {}, carrier: () => {} });
  for (let length = 0; length < 50; length++) {
    const frame = new Uint8Array(length).fill(0xff);
    frame.set([0x08, length & 1 ? 0x06 : 0x00].slice(0, Math.max(0, length - 12)), Math.min(12, length));
    wire.send(frame);
  }
  put({});
  expect(answers()).toHaveLength(1);
  expect(b.counters.UdpNoPorts).toBe(1);
});

test('[EH20] options and bytes behind the packet do not matter', async () => {
  const { b, put } = stranger();
  const socket = b.udp.bind({ port: 9 });
  put({ options: [7, 7, 4, 0, 0, 0, 0, 0], padding: 9 });
  expect((await socket.receive())?.data).toEqual(Uint8Array.of(1, 2, 3, 4));
});

test('[EH31] [EH34] a closed port and a foreign protocol: unreachable, quoting what was sent', () => {
  const { a, scheduler } = pair();
  const errors: IcmpError[] = [];
  const socket = a.udp.bind();
  socket.onError((error) => errors.push(error));
  a.udp.bind().onError(() => errors.push({ from: 0, type: 99, code: 99, mtu: undefined, quoted: new Uint8Array() }));
  socket.send({ address: ip('10.0.0.2'), port: 9 }, new Uint8Array(1000));
  scheduler.advance(1000);
  expect(errors).toMatchObject([{ from: ip('10.0.0.2'), type: 3, code: 3, mtu: undefined }]);
  expect(errors[0]?.quoted).toHaveLength(548);
  const { put, answers } = stranger();
  put({ protocol: 253 });
  expect(answers()).toEqual([expect.stringMatching(/10\.0\.0\.2 > 10\.0\.0\.9 ICMP .*protocol/i)]);
});

test('[EH32] no errors about errors, later fragments, broadcasts, and from nobody', () => {
  const { put, answers } = stranger();
  put({ to: '10.0.0.255' });
  put({ to: '255.255.255.255', via: 'ff:ff:ff:ff:ff:ff' });
  put({ to: '255.255.255.255', via: 'ff:ff:ff:ff:ff:ff', from: { ...peer, address: '0.0.0.0' } });
  put({ from: { ...peer, address: '0.0.0.0' } });
  put({ protocol: 253, fragment: 5 });
  put({ protocol: 1, payload: icmpMessage(3, 3, [0, 0, 0, 0], new Uint8Array(28)) });
  expect(answers()).toEqual([]);
});

test('[EH33] six errors at once, then one a second, to each host', () => {
  const { b, put, answers, scheduler } = stranger();
  for (let i = 0; i < 20; i++) put({});
  expect(answers()).toHaveLength(6);
  expect(b.counters.IcmpOutRateLimitHost).toBe(14);
  put({ from: { mac: '02:00:00:00:00:01', address: '10.0.0.1' } });
  expect(b.counters.IcmpOutRateLimitHost).toBe(14);
  scheduler.advance(2 * second);
  answers();
  for (let i = 0; i < 5; i++) put({});
  expect(answers().filter((line) => line.includes('ICMP'))).toHaveLength(2);
});

test('[EH30] no answer to a broadcast echo, nor to one with a wrong checksum', () => {
  const { b, put, answers } = stranger();
  const echo = icmpMessage(8, 0, [0, 1, 0, 1], new Uint8Array(8));
  put({ protocol: 1, payload: echo, to: '10.0.0.255' });
  put({ protocol: 1, payload: [...echo.slice(0, -1), 1] });
  expect(answers()).toEqual([]);
  expect(b.counters).toMatchObject({ IcmpInEchos: 1, IcmpInCsumErrors: 1 });
  put({ protocol: 1, payload: echo });
  expect(answers()).toHaveLength(1);
});

test('[EH24] fragmentation needed: less from then on, for that destination and ten minutes', () => {
  const { a, b, cable, scheduler } = pair();
  const socket = a.udp.bind();
  const mtus: (number | undefined)[] = [];
  socket.onError(({ mtu }) => mtus.push(mtu));
  const router = cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
  const to = { address: ip('10.0.0.2'), port: 9 };
  b.udp.bind({ port: 9 });
  socket.send(to, new Uint8Array(1400));
  scheduler.advance(1000);
  const quoted = cable.frames.at(-1)?.frame.subarray(14, 42) ?? new Uint8Array();
  const tell = (mtu: number): void => {
    const payload = icmpMessage(3, 4, [0, 0, mtu >>> 8, mtu & 255], quoted);
    router.send(datagram({ from: peer, via: '02:00:00:00:00:01', to: '10.0.0.1', protocol: 1, payload }));
    scheduler.advance(1000);
  };
  tell(1000);
  expect(mtus).toEqual([1000]);
  const sizes = (): number[] => {
    cable.frames.length = 0;
    socket.send(to, new Uint8Array(1400));
    scheduler.advance(1000);
    return cable.frames
      .filter(({ from, frame }) => from === 'a-eth0' && frame[12] === 8 && frame[13] === 0)
      .map(({ frame }) => frame.length - 14);
  };
  expect(sizes()).toEqual([996, 452]);
  expect(() => socket.send(to, new Uint8Array(1400), { dontFragment: true })).toThrow('Message too long');
  tell(68);
  expect(mtus).toEqual([1000, 552]);
  expect(sizes()).toEqual([548, 548, 372]);
  scheduler.advance(601 * second);
  expect(sizes()).toEqual([1428]);
});

test('[EH2] packets to itself go over lo, never over the link', async () => {
  const { a, cable, scheduler } = pair();
  const server = a.udp.bind({ port: 7 });
  const client = a.udp.bind();
  const seen: string[] = [];
  a.interfaces[0]?.tap((frame, direction) => seen.push(`${direction} ${frame.length}`));
  client.send({ address: ip('127.0.0.1'), port: 7 }, new Uint8Array(3));
  client.send({ address: ip('10.0.0.1'), port: 7 }, new Uint8Array(40_000));
  const first = await scheduler.settle(server.receive());
  const next = await scheduler.settle(server.receive());
  expect(first).toMatchObject({ from: { address: ip('127.0.0.1') }, to: ip('127.0.0.1') });
  expect(next).toMatchObject({ from: { address: ip('10.0.0.1') }, to: ip('10.0.0.1') });
  expect(next?.data).toHaveLength(40_000);
  expect(seen).toEqual(['out 45', 'out 40042', 'in 45', 'in 40042']);
  expect(cable.frames).toEqual([]);
  const ping = a.icmp.open();
  let replies = 0;
  ping.onReply(() => replies++);
  ping.send(ip('127.3.2.1'), 1, new Uint8Array(8));
  scheduler.advance(10);
  expect(replies).toBe(1);
});

test('[EH9] broadcasts leave for everybody without ARP, and arrive at every socket that fits', async () => {
  const { a, b, cable, scheduler } = pair();
  const one = b.udp.bind({ port: 9, address: ip('10.0.0.255') });
  const other = b.udp.bind({ port: 9, address: ip('10.0.0.2') });
  const socket = a.udp.bind({ interface: 'a-eth0' });
  socket.send({ address: ip('10.0.0.255'), port: 9 }, new Uint8Array(3));
  expect((await scheduler.settle(one.receive()))?.to).toBe(ip('10.0.0.255'));
  socket.send({ address: ip('255.255.255.255'), port: 9 }, new Uint8Array(3));
  scheduler.advance(10);
  expect(other.local.port).toBe(9);
  expect(b.counters.UdpInDatagrams).toBe(1);
  expect(cable.said().map((line) => line.split(' UDP')[0])).toEqual([
    'a 10.0.0.1 > 10.0.0.255',
    'a 10.0.0.1 > 255.255.255.255',
  ]);
});

test('[EH35] each ping socket gets its own', () => {
  const { a, scheduler } = pair();
  const mine: number[] = [];
  const others: number[] = [];
  const ping = a.icmp.open();
  ping.onReply(({ sequence }) => mine.push(sequence));
  const other = a.icmp.open();
  other.onReply(({ sequence }) => others.push(sequence));
  ping.send(ip('10.0.0.2'), 1, new Uint8Array(8));
  other.send(ip('10.0.0.2'), 2, new Uint8Array(8));
  ping.send(ip('10.0.0.2'), 3, new Uint8Array(8));
  ping.send(ip('10.0.0.2'), 4, new Uint8Array(5000));
  scheduler.advance(1000);
  expect([mine, others]).toEqual([[1, 3, 4], [2]]);
  expect(a.sockets().map(({ protocol }) => protocol)).toEqual(['raw', 'raw']);
  ping.close();
  ping.close();
  expect(a.sockets()).toHaveLength(1);
});

test('[EH23] identifications to one destination count on, and move with the time that passes', () => {
  const { a, b, cable, scheduler } = pair();
  b.udp.bind({ port: 9 });
  const socket = a.udp.bind();
  const ids = (count: number): number[] => {
    for (let i = 0; i < count; i++) socket.send({ address: ip('10.0.0.2'), port: 9 }, new Uint8Array(1));
    scheduler.advance(10);
    const frames = cable.frames.splice(0).filter(({ frame }) => frame[13] === 0);
    return frames.map(({ frame }) => ((frame[18] ?? 0) << 8) | (frame[19] ?? 0));
  };
  const [first = 0, ...rest] = ids(4);
  expect(rest.map((id) => (id - first) & 0xffff)).toEqual([1, 2, 3]);
  scheduler.advance(second);
  const moved = ((ids(1)[0] ?? 0) - first) & 0xffff;
  expect(moved).toBeGreaterThanOrEqual(4);
  expect(moved).toBeLessThanOrEqual(4 + 251);
});
