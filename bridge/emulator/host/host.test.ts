import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ip, pair } from './testing/pair.ts';

const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const bytes = (data: string): Uint8Array => new TextEncoder().encode(data);

test('[EH1] two hosts talk: ARP once, then echo request and reply', () => {
  const { a, cable, scheduler } = pair();
  const ping = a.icmp.open();
  const replies: unknown[] = [];
  ping.onReply(({ from, sequence, ttl, data }) => replies.push({ from, sequence, ttl, data: text(data) }));
  ping.send(ip('10.0.0.2'), 1, bytes('hello'));
  scheduler.advance(1000);
  ping.send(ip('10.0.0.2'), 2, bytes('again'));
  scheduler.advance(1000);
  expect(replies).toEqual([
    { from: ip('10.0.0.2'), sequence: 1, ttl: 64, data: 'hello' },
    { from: ip('10.0.0.2'), sequence: 2, ttl: 64, data: 'again' },
  ]);
  expect(cable.said().map((line) => line.replace(/ id=.*/, ''))).toEqual([
    'a 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP Who has 10.0.0.2? Tell 10.0.0.1',
    'b 02:00:00:00:00:02 > 02:00:00:00:00:01 ARP 10.0.0.2 is at 02:00:00:00:00:02',
    'a 10.0.0.1 > 10.0.0.2 ICMP Echo request seq=1 ttl=64',
    'b 10.0.0.2 > 10.0.0.1 ICMP Echo reply seq=1 ttl=64',
    'a 10.0.0.1 > 10.0.0.2 ICMP Echo request seq=2 ttl=64',
    'b 10.0.0.2 > 10.0.0.1 ICMP Echo reply seq=2 ttl=64',
  ]);
  expect(a.interfaces[1]?.counters).toEqual({
    rxPackets: 3,
    rxBytes: 42 + 47 + 47,
    rxDropped: 0,
    txPackets: 3,
    txBytes: 42 + 47 + 47,
    txDropped: 0,
  });
});

test('[EH40] a datagram and its answer', async () => {
  const { a, b, scheduler } = pair();
  const server = b.udp.bind({ port: 7 });
  const client = a.udp.bind();
  client.send({ address: ip('10.0.0.2'), port: 7 }, bytes('hello'));
  const asked = await scheduler.settle(server.receive());
  expect(asked && text(asked.data)).toBe('hello');
  if (asked) server.send(asked.from, bytes('world'));
  const answered = await scheduler.settle(client.receive());
  expect(answered && text(answered.data)).toBe('world');
  expect(answered?.from).toEqual({ address: ip('10.0.0.2'), port: 7 });
  expect(() => client.send({ address: ip('192.168.7.7'), port: 7 }, bytes('x'))).toThrow('Network is unreachable');
});

test('[EH34] TCP stands on it: a connection, a refusal, and a host that is not there', async () => {
  const { a, b, scheduler } = pair();
  const listener = b.tcp.listen({ port: 80 });
  const [client, server] = await scheduler.settle(
    Promise.all([a.tcp.connect({ address: ip('10.0.0.2'), port: 80 }), listener.accept()]),
  );
  await scheduler.settle(client.write(bytes('hello')));
  const heard = server && (await scheduler.settle(server.read()));
  expect(heard && text(heard)).toBe('hello');
  const refused = a.tcp.connect({ address: ip('10.0.0.2'), port: 81 });
  await expect(scheduler.settle(refused)).rejects.toThrow('Connection refused');
  const startedUs = scheduler.nowUs();
  const nobody = a.tcp.connect({ address: ip('10.0.0.77'), port: 80 });
  await expect(scheduler.settle(nobody)).rejects.toThrow('No route to host');
  expect((scheduler.nowUs() - startedUs) / 1_000_000).toBeCloseTo(3, 1);
});

test('[EH20] whatever comes, it lives, and talks on', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          noise: fc.uint8Array({ maxLength: 120 }),
          type: fc.constantFrom(0x00, 0x06),
          protocol: fc.constantFrom(1, 6, 17, 99),
        }),
        { maxLength: 30 },
      ),
      (frames) => {
        const { a, b, cable, scheduler } = pair();
        const wire = cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
        for (const { noise, type, protocol } of frames) {
          // As right as it takes to get deep: addressed to b, and a header length that fits; the checksum is by chance.
          const frame = new Uint8Array(14 + noise.length);
          frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 9, 8, type]);
          frame.set(noise, 14);
          if (type === 0 && noise.length > 20) {
            frame.set([0x45, 0, 0, noise.length, 0, 1, noise[6] ?? 0, 0, 64, protocol, 0, 0], 14);
            frame.set([10, 0, 0, 9, 10, 0, 0, 2], 26);
            let sum = 0;
            for (let i = 14; i < 34; i += 2) sum += ((frame[i] ?? 0) << 8) | (frame[i + 1] ?? 0);
            while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
            frame.set([(~sum >>> 8) & 255, ~sum & 255], 24);
          }
          wire.send(frame);
        }
        scheduler.advance(40_000_000);
        const ping = a.icmp.open();
        let replies = 0;
        ping.onReply(() => replies++);
        a.neighbors.flush();
        b.neighbors.flush();
        ping.send(ip('10.0.0.2'), 1, bytes('still there?'));
        scheduler.advance(1_000_000);
        expect(replies).toBe(1);
      },
    ),
    { numRuns: 200 },
  );
});
