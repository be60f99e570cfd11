import { expect, test } from 'vitest';
import { conversationOf } from './conversation-filter.ts';
import { recordFilter } from './record-filter.ts';
import { recordOf } from './records.fixture.ts';

const client = [10, 0, 1, 100];
const server = [192, 168, 2, 2];
const port = (value: number) => [value >> 8, value & 0xff];

function ip(from: number[], to: number[], protocol: number, data: number[]): number[] {
  return [0x45, 0, ...port(20 + data.length), 0, 1, 0, 0, 64, protocol, 0, 0, ...from, ...to, ...data];
}
const udp = (from: number, to: number) => [...port(from), ...port(to), 0, 8, 0, 0];
function record(type: number, data: number[]) {
  const frame = Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...port(type), ...data);
  return recordOf(1, { frame, length: frame.length });
}
const arp = (operation: number, from: number[], to: number[]) =>
  record(0x0806, [0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 1, ...from, 0, 0, 0, 0, 0, 0, ...to]);

const there = record(0x0800, ip(client, server, 17, udp(40_000, 53)));
const back = record(0x0800, ip(server, client, 17, udp(53, 40_000)));
const other = record(0x0800, ip(client, server, 17, udp(40_001, 53)));
/** About the first one, which it quotes. */
const error = record(
  0x0800,
  ip(server, client, 1, [3, 3, 0, 0, 0, 0, 0, 0, ...ip(client, server, 17, udp(40_000, 53))]),
);
const request = arp(1, client, [10, 0, 1, 1]);
const reply = arp(2, [10, 0, 1, 1], client);
const unknown = record(0x88b5, [1, 2, 3]);
const all = { there, back, other, error, request, reply, unknown };

/** Which of them belong to the conversation of one. */
function members(one: keyof typeof all): string[] {
  const { filter } = conversationOf(all[one]);
  const passes = recordFilter(filter, { record: () => undefined, checksOf: () => [], commentsOf: () => [] })?.passes;
  expect(passes, filter).toBeDefined();
  return Object.entries(all).flatMap(([name, each]) => (passes?.(each) === true ? [name] : []));
}

test('[TRACE79] a conversation is both directions between two ends', () => {
  expect(conversationOf(there)).toEqual({
    filter: 'ip.addr == 10.0.1.100 and ip.addr == 192.168.2.2 and udp.port == 40000 and udp.port == 53',
    name: '10.0.1.100:40000 ↔ 192.168.2.2:53',
  });
  expect(members('there')).toEqual(expect.arrayContaining(['there', 'back']));
  expect(members('back')).toEqual(members('there'));
  expect(members('there')).not.toContain('other');
  expect(members('request')).toEqual(['request', 'reply']);
  expect(members('reply')).toEqual(['request', 'reply']);
  expect(conversationOf(error).name).toBe('192.168.2.2 ↔ 10.0.1.100');
  expect(members('unknown')).toContain('unknown');
  expect(conversationOf(recordOf(1, { frame: new Uint8Array(3) })).filter).toBe('frame');
});
