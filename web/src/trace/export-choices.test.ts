import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { seqsText } from '../state/seqs.ts';
import { exportChoices } from './export-choices.ts';

const record = (seq: number, parents: number[]): TraceRecord => ({
  seq,
  tUs: seq,
  point: seq === 1 ? 'packet_in' : 'to_router',
  node: 'sw0',
  port: 1,
  verdict: 'passed',
  cause: 'none',
  parents,
  rule: 'same frame',
  confidence: 100,
  length: 60,
  frame: new Uint8Array(60),
});
/** 1 → 2 → 4, and 3 of its own. */
const records = new Map([record(1, []), record(2, [1]), record(3, []), record(4, [2])].map((one) => [one.seq, one]));
const lineage = {
  record: (seq: number) => records.get(seq),
  childrenOf: (seq: number) =>
    [...records.values()].filter(({ parents }) => parents.includes(seq)).map((one) => one.seq),
};
const choices = (filter: string, selected: number, matched: readonly number[] = [], marked = new Set<number>()) =>
  Object.fromEntries(
    exportChoices({ lineage, selected, marked, filter, matched: () => matched }).map((one) => [one.id, one]),
  );

test('[TRACE40] everything, what passes, and the journey of the selection can be exported', () => {
  const { 'export.all': all, 'export.filtered': filtered, 'export.chain': chain } = choices(' arp.opcode == 1 ', 2);
  expect(all?.query).toBe('');
  expect(filtered?.query).toBe('?filter=arp.opcode%20%3D%3D%201');
  expect(chain).toMatchObject({ label: 'The selected packet’s journey (3)', query: '?seqs=1-2%2C4' });
});

test('[TRACE40] what is marked can be exported', () => {
  expect(choices('', 0, [], new Set([9, 4, 3]))['export.marked']).toMatchObject({
    label: 'What is marked (3)',
    query: '?seqs=3-4%2C9',
  });
  expect(choices('', 0)['export.marked']?.off).toContain('No packet is marked');
});

test('[TRACE40] a filter that only the page understands exports the packets that it shows', () => {
  expect(choices('who has -reply', 0, [9, 5, 6])['export.filtered']?.query).toBe('?seqs=5-6%2C9');
  expect(choices('who has -reply', 0)['export.filtered']?.off).toBe('No packet passes it.');
  const scattered = Array.from({ length: 3000 }, (_, i) => 1_000_000 + 2 * i);
  expect(choices('who has -reply', 0, scattered)['export.filtered']?.off).toMatch(/Too many/);
});

test('[TRACE40] what cannot be exported now says why', () => {
  const { 'export.all': all, 'export.filtered': filtered, 'export.chain': chain } = choices('  ', 0);
  expect([all?.off, filtered?.off, chain?.off]).toEqual([undefined, 'There is no filter.', 'No packet is selected.']);
});

test('[TRACE40] records in an address are in order, each once, runs as ranges', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (seqs) => {
      const back = seqsText(seqs)
        .split(',')
        .filter((part) => part !== '')
        .flatMap((part) => {
          const [from = 0, to = from] = part.split('-').map(Number);
          return Array.from({ length: to - from + 1 }, (_, i) => from + i);
        });
      expect(back).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    }),
  );
});
