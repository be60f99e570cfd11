import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { chainOf, isObserved, originOf } from './chain.ts';

const same = { rule: 'same frame', confidence: 100 } as const;

function chainIn(records: readonly TraceRecord[], seq: number): number[] {
  const log = new TraceLog(() => {});
  log.take({ epochMs: 1, records });
  return chainOf({ record: (each) => log.record(each), childrenOf: (each) => log.ring.childrenOf(each) }, seq);
}

/** A ping through the router and the answer, with a stranger in between. */
const ping: TraceRecord[] = [
  recordOf(1),
  recordOf(2, { point: 'to_router', parents: [1], ...same }),
  recordOf(3),
  recordOf(4, { point: 'from_router', parents: [2], rule: 'forward', confidence: 95 }),
  recordOf(5, { point: 'packet_out', parents: [4], ...same }),
  recordOf(6, { point: 'packet_in', parents: [5], rule: 'echo reply', confidence: 90 }),
  recordOf(7, { point: 'to_router', parents: [6], ...same }),
];

test('[TRACE5] a journey goes through the router, from wherever it is selected', () => {
  for (const seq of [1, 2, 4, 5]) expect(chainIn(ping, seq)).toEqual([1, 2, 4, 5]);
});

test('[TRACE5] a host’s answer is the next journey', () => {
  expect(chainIn(ping, 6)).toEqual([6, 7]);
});

test('[TRACE5] a packet without relatives is alone; one that is not kept has none', () => {
  expect(chainIn(ping, 3)).toEqual([3]);
  expect(chainIn(ping, 99)).toEqual([]);
});

test('[TRACE5] a release has two causes and both belong to it', () => {
  const released = [
    recordOf(1),
    recordOf(2, { point: 'to_router', parents: [1], ...same }),
    recordOf(3, { point: 'packet_in' }),
    recordOf(4, { point: 'to_router', parents: [3], ...same }),
    recordOf(5, { point: 'from_router', parents: [2, 4], rule: 'arp release', confidence: 80 }),
  ];
  expect(chainIn(released, 5)).toEqual([1, 2, 3, 4, 5]);
});

test('[TRACE5] what else an ARP reply set free is another journey', () => {
  const released = [
    recordOf(1, { point: 'to_router' }),
    recordOf(2, { point: 'to_router' }),
    recordOf(3, { point: 'packet_in' }),
    recordOf(4, { point: 'to_router', parents: [3], ...same }),
    recordOf(5, { point: 'from_router', parents: [1, 4], rule: 'arp release', confidence: 80 }),
    recordOf(6, { point: 'from_router', parents: [2, 4], rule: 'arp release', confidence: 80 }),
    recordOf(7, { point: 'packet_out', parents: [6], ...same }),
  ];
  expect(chainIn(released, 1)).toEqual([1, 3, 4, 5]);
  expect(chainIn(released, 7)).toEqual([2, 3, 4, 6, 7]);
});

test('[TRACE5] a chain without end is cut', () => {
  const loop = Array.from({ length: 1_000 }, (_, i) =>
    recordOf(i + 1, { point: 'to_router', parents: i === 0 ? [] : [i], ...same }),
  );
  expect(chainIn(loop, 1).length).toBe(200);
});

test('[TRACE13] an answer is another packet than its question', () => {
  expect(ping.map(originOf)).toEqual([undefined, 1, undefined, 2, 4, undefined, 6]);
});

test('[TRACE10] only an exact link counts as observed', () => {
  expect(isObserved(recordOf(2, { parents: [1], ...same }))).toBe(true);
  expect(isObserved(recordOf(2, { parents: [1], rule: 'forward', confidence: 95 }))).toBe(false);
});
