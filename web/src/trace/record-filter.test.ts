import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { narrows, recordFilter } from './record-filter.ts';
import { recordOf } from './records.fixture.ts';

function passing(text: string, records: readonly TraceRecord[]): number[] {
  const filter = recordFilter(text, {
    record: (seq) => records.find((record) => record.seq === seq),
    checksOf: (seq) => (seq > 2 ? ['ping'] : []),
    commentsOf: (seq) => (seq === 2 ? ['Why twice?'] : []),
  });
  if (filter === undefined) throw new Error(`${text} is no filter`);
  return records.filter((record) => filter.passes(record)).map(({ seq }) => seq);
}

test('[TRACE7] what the lab knows of a record can be asked in the page', () => {
  const records = [
    recordOf(1, { node: 'sw1', port: 4 }),
    recordOf(2, { point: 'to_router', node: 'vhost', parents: [1], rule: 'same frame' }),
    recordOf(3, { point: 'drop', node: 'vhost', parents: [2], verdict: 'dropped', cause: 'no router' }),
    recordOf(4, { point: 'packet_in', parents: [3], rule: 'echo reply', confidence: 90 }),
  ];
  expect(passing('lab.node == "vhost"', records)).toEqual([2, 3]);
  expect(passing('lab.point == "packet_in" and lab.port == 4', records)).toEqual([1]);
  expect(passing('lab.verdict == "dropped" or lab.cause', records)).toEqual([3]);
  expect(passing('lab.chain == 3', records)).toEqual([1, 2, 3]);
  expect(passing('lab.chain == 4', records)).toEqual([4]);
  expect(passing('lab.check == "ping" and lab.rule', records)).toEqual([4]);
  expect(passing('frame.comment contains "twice"', records)).toEqual([2]);
  expect(passing('frame.len == 42 and frame.time_relative >= 0.003', records)).toEqual([3, 4]);
});

test.each([
  ['icmp and ip.ttl < 9', 'icmp', true],
  ['ip.ttl<9 && icmp', 'icmp and ip.ttl < 9', true],
  ['icmp', 'icmp and ip.ttl < 9', false],
  ['icmp or arp', 'icmp', false],
])('[TRACE8] %j narrows %j: %j', (next, before, expected) => {
  const nothing = { record: () => undefined, checksOf: () => [], commentsOf: () => [] };
  const [a, b] = [recordFilter(next, nothing), recordFilter(before, nothing)];
  expect(a !== undefined && b !== undefined && narrows(a, b)).toBe(expected);
});

test('[TRACE17] a wrong filter leaves the last good one; a prepared one waits', () => {
  const store = useTraceFilter.getState;
  store().setText('icmp');
  store().setText('icmp and ip.tt');
  expect(store()).toMatchObject({
    text: 'icmp and ip.tt',
    good: 'icmp',
    fault: { start: 9, end: 14, suggestion: 'ip.ttl' },
  });
  store().prepare('arp');
  expect(store()).toMatchObject({ text: 'arp', good: 'icmp', fault: undefined, isPrepared: true });
  store().setText('arp');
  expect(store()).toMatchObject({ good: 'arp', isPrepared: false });
  store().remember();
  store().clear();
  expect(store()).toMatchObject({ text: '', good: '', previous: 'arp' });
});
