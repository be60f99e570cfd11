import { expect, test } from 'vitest';
import { HostError } from './host-error.ts';
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
  expect(cable.said()).toMatchInlineSnapshot(`
    [
      "a 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP Who has 10.0.0.2? Tell 10.0.0.1",
      "b 02:00:00:00:00:02 > 02:00:00:00:00:01 ARP 10.0.0.2 is at 02:00:00:00:00:02",
      "a 10.0.0.1 > 10.0.0.2 ICMP Echo request seq=1 ttl=64 id=0x38c5",
      "b 10.0.0.2 > 10.0.0.1 ICMP Echo reply seq=1 ttl=64 id=0x38c5",
      "a 10.0.0.1 > 10.0.0.2 ICMP Echo request seq=2 ttl=64 id=0x38c5",
      "b 10.0.0.2 > 10.0.0.1 ICMP Echo reply seq=2 ttl=64 id=0x38c5",
    ]
  `);
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
  expect(() => client.send({ address: ip('192.168.7.7'), port: 7 }, bytes('x'))).toThrow(new HostError('ENETUNREACH'));
});
