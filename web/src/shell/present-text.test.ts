import { expect, test } from 'vitest';
import { journeyOf } from '../state/journey.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { changeOf, sentenceOf, stopOf } from './present-text.ts';

const places = {
  placeOf: (node: string, port: number) => (node === 'router' ? `eth${port}` : `${node}:${port}`),
  hostAt: (_node: string, port: number) => (port === 3 ? 'client' : undefined),
};
const ip = (mac: number, ttl: number) => {
  const frame = new Uint8Array(42).fill(mac, 0, 12);
  frame.set([8, 0, 0x45], 12);
  frame[22] = ttl;
  return frame;
};
const into = recordOf(426, { tUs: 0, point: 'to_router', node: 'router', port: 3, frame: ip(1, 64) });
const out = recordOf(427, {
  tUs: 313,
  point: 'from_router',
  node: 'router',
  port: 1,
  parents: [426],
  rule: 'forward',
  confidence: 95,
  frame: ip(2, 63),
});

test('[UI30] one sentence says what happens to the packet, another what changed', () => {
  expect(sentenceOf(out, places)).toBe('#427 leaves the router on eth1');
  expect(sentenceOf(recordOf(1, { point: 'host.rx', port: 3 }), places)).toBe('#1 arrives at client');
  expect(sentenceOf(recordOf(2, { verdict: 'dropped', cause: 'no router' }), places)).toBe('#2 is dropped: no router');
  expect(changeOf(journeyOf([into, out])?.stages[0])).toBe(
    'Time to live 64 → 63, new Ethernet header, 313 µs inside, inferred',
  );
  expect(changeOf(undefined)).toBe('');
  expect([into, out].map((record) => stopOf(record, places))).toEqual(['eth3 in', 'eth1 out']);
});
