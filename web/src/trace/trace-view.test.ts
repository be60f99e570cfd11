import { expect, test, vi } from 'vitest';
import { ConversationColumns } from '../../../bridge/packet/conversation/table.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { TraceLog } from '../state/trace-log.ts';
import { mostAbsent } from './absent-rows.ts';
import { recordFilter } from './record-filter.ts';
import { recordsOf } from './records.fixture.ts';
import { TraceView } from './trace-view.ts';

const epochMs = 1;

/** Numbers up to 999 that begin with these digits. */
const begins = (digits: string): string => {
  const n = Number(digits);
  const ranges = [`${n}`, `${n * 10}..${n * 10 + 9}`, `${n * 100}..${n * 100 + 99}`];
  return `lab.seq in {${ranges.join(', ')}} and lab.seq <= 999`;
};

/** A view whose clock and later are moved by hand; each record asked about takes `costMs`. */
function viewWith({ capacity = 1_000, costMs = 0, checksOf = (_seq: number): string[] => [] } = {}) {
  let clock = 0;
  const later: (() => void)[] = [];
  const log = new TraceLog(() => {}, capacity);
  const asked = vi.fn((_record: TraceRecord) => {
    clock += costMs;
  });
  const view = new TraceView({
    log,
    filterOf: (text) => {
      const filter = recordFilter(text, { record: (seq) => log.record(seq), checksOf, commentsOf: () => [] });
      if (filter === undefined) return undefined;
      const passes = (record: TraceRecord): boolean => {
        asked(record);
        return filter.passes(record);
      };
      return { ...filter, passes };
    },
    now: () => clock,
    defer: (work) => later.push(work),
    changed: () => {},
  });
  const shown = () => Array.from({ length: view.matched }, (_, i) => view.recordAt(i)?.seq);
  const take = (from: number, to: number) => {
    log.take({ epochMs, records: recordsOf(from, to) });
    view.update();
  };
  /** Runs what waits, once. */
  const turn = () => {
    for (const work of later.splice(0)) work();
  };
  return { log, view, later, asked, shown, take, turn, clock: () => clock };
}

test('[TRACE7] without a filter every record is a row', () => {
  const { view, take, shown } = viewWith({ capacity: 3 });
  take(1, 5);
  expect(shown()).toEqual([3, 4, 5]);
  expect(view.positionOf(4)).toBe(1);
  expect(view.positionOf(99)).toBe(3);
  expect(view.filtering).toBe(false);
});

test('[TRACE7] a filter keeps what matches and goes on with what comes', () => {
  const { view, take, shown } = viewWith();
  take(1, 20);
  view.setFilter(begins('1'));
  expect(shown()).toEqual([1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  take(21, 101);
  expect(shown()).toEqual([1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 100, 101]);
  expect(view.matched).toBe(13);
  expect(view.total).toBe(101);
  expect(view.positionOf(100)).toBe(11);
  view.setFilter('');
  expect(view.matched).toBe(101);
});

test('[TRACE8] a long log is filtered in slices, and the old rows stay until it is done', () => {
  const { view, take, shown, later, turn, clock } = viewWith({ costMs: 0.05 });
  take(1, 1_000);
  view.setFilter('lab.seq in {1..3}');
  while (later.length > 0) turn();
  expect(shown()).toEqual([1, 2, 3]);
  const began = clock();
  view.setFilter(begins('9'));
  // Slices of at most 8 ms, looked at every 64 records of 0.05 ms.
  expect(clock() - began).toBeLessThanOrEqual(8 + 64 * 0.05);
  expect(view.filtering).toBe(true);
  expect(shown()).toEqual([1, 2, 3]);
  let slices = 0;
  for (; later.length > 0; slices++) {
    const before = clock();
    turn();
    expect(clock() - before).toBeLessThanOrEqual(8 + 64 * 0.05);
  }
  expect(slices).toBeGreaterThan(3);
  expect(view.filtering).toBe(false);
  expect(view.matched).toBe(111);
});

test('[TRACE8] what narrows looks only at its rows, and at what came since', () => {
  const { view, take, shown, asked } = viewWith();
  take(1, 500);
  view.setFilter('lab.seq > 400');
  expect(shown()).toHaveLength(100);
  asked.mockClear();
  view.setFilter('lab.seq > 400 and lab.seq < 403');
  expect(shown()).toEqual([401, 402]);
  expect(asked.mock.calls.length).toBe(100);
  take(501, 600);
  expect(asked.mock.calls.length).toBe(200);
  asked.mockClear();
  view.setFilter('lab.seq < 403');
  expect(asked.mock.calls.length).toBe(600);
});

test('[TRACE8] a filter typed while another is evaluated replaces it', () => {
  const { view, take, shown, later, turn } = viewWith({ costMs: 1 });
  take(1, 300);
  view.setFilter(begins('2'));
  view.setFilter(begins('29'));
  while (later.length > 0) turn();
  expect(shown()).toEqual([29, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299]);
});

test('[TRACE8] what the log forgets leaves the rows, also in the middle of a filter', () => {
  const { view, take, shown, later, turn } = viewWith({ capacity: 100, costMs: 1 });
  take(1, 100);
  view.setFilter('frame');
  expect(view.filtering).toBe(true);
  take(101, 180);
  while (later.length > 0) turn();
  expect(shown()[0]).toBe(81);
  expect(shown()).toHaveLength(100);
  take(181, 185);
  while (later.length > 0) turn();
  expect(shown()[0]).toBe(86);
  expect(view.positionOf(86)).toBe(0);
});

test('[TRACE8] when a check ran all are looked at again', () => {
  let last = 0;
  const { view, take } = viewWith({ checksOf: (seq) => (seq <= last ? ['ping'] : []) });
  take(1, 5);
  view.setFilter('lab.check == "ping"');
  expect(view.matched).toBe(0);
  expect(view.filter?.filter.needs.has('checks')).toBe(true);
  last = 3;
  view.reconsider();
  expect(view.matched).toBe(3);
});

test('[TRACE90] what a search found stays while all are looked at again, and a later search says what passes no more', () => {
  const passing = new Set(['2', '5', '7', '97']);
  const { log, view, take } = viewWith({
    capacity: 10,
    checksOf: (seq) => (passing.has(String(seq)) ? ['ping'] : []),
  });
  take(90, 99);
  log.setKeptFrom(1);
  view.update();
  const text = 'lab.check == "ping"';
  view.setFilter(text);
  view.found(text, [7, 5, 2], { from: 1, to: 99 });
  const seqs = () => Array.from({ length: view.matched }, (_, i) => view.seqAt(i));
  expect(seqs()).toEqual([2, 5, 7, 97]);
  view.reconsider();
  expect(seqs()).toEqual([2, 5, 7, 97]);
  view.found(text, [6], { from: 5, to: 99 });
  expect(seqs()).toEqual([2, 6, 97]);
  view.found(text, [], { from: 3, to: 2 });
  expect(seqs()).toEqual([2, 6, 97]);
  view.found(text, [], { from: 1, to: 4 });
  expect(seqs()).toEqual([6, 97]);
});

test('[TRACE90] a search goes on until it has found as many as can be rows itself, though those of an earlier one are here', () => {
  const { log, view, take } = viewWith({ capacity: 10 });
  take(1_000_000, 1_000_009);
  log.setKeptFrom(1);
  view.update();
  const text = 'lab.seq > 0';
  view.setFilter(text);
  const seqs = Array.from({ length: mostAbsent }, (_, i) => 1_001 + i);
  view.found(text, seqs, { from: 1, to: 999_999 });
  expect(view.isFull).toBe(true);
  view.reconsider();
  expect(view.isFullFrom(1_001)).toBe(true);
  expect(view.isFullFrom(1_002)).toBe(false);
});

test('[STREAM2] rows of a filter by conversation wait until the server has told their numbers, and none is wrong', () => {
  const log = new TraceLog(() => {}, 1_000);
  const table = new ConversationColumns();
  let known = 0;
  const later: (() => void)[] = [];
  const surroundings = {
    ...{ record: (seq: number) => log.record(seq), checksOf: () => [], commentsOf: () => [] },
    conversations: { table, knownTo: () => known },
  };
  const view = new TraceView({
    ...{ log, filterOf: (text) => recordFilter(text, surroundings), now: () => 0 },
    ...{ defer: (work) => later.push(work), changed: () => {} },
  });
  log.take({ epochMs, records: recordsOf(1, 6) });
  view.update();
  view.setFilter('tcp.stream == 1');
  expect([view.filtering, view.matched]).toEqual([true, 6]);
  // It waits for the server, and does not ask itself again and again.
  expect(later).toEqual([]);
  for (const [seq, stream] of [
    [1, 0],
    [2, 1],
    [4, 1],
  ] as const)
    table.set(seq, 'tcp', stream, 0);
  known = 4;
  view.update();
  expect(view.filtering).toBe(true);
  table.set(6, 'tcp', 1, 0);
  known = 6;
  view.update();
  expect([view.filtering, view.matched]).toEqual([false, 3]);
  expect([0, 1, 2].map((row) => view.recordAt(row)?.seq)).toEqual([2, 4, 6]);
  view.setFilter('frame');
  expect([view.filtering, view.matched]).toEqual([false, 6]);
});

test('[TRACE4] between two drawings the rows stand still, whatever the log does', () => {
  const { log, view, take, shown } = viewWith({ capacity: 100 });
  take(1, 100);
  log.take({ epochMs, records: recordsOf(101, 102) });
  expect(view.matched).toBe(100);
  // What the log let go of meanwhile is no row any more, but the others are where they were.
  expect(shown().slice(0, 7)).toEqual([undefined, undefined, undefined, undefined, undefined, 6, 7]);
  expect(view.positionOf(6)).toBe(5);
  view.update();
  expect(shown()[0]).toBe(6);
  expect(view.matched).toBe(97);
});

test('[TRACE4] a paused log is filtered as far as it is shown', () => {
  const { log, view, take } = viewWith();
  take(1, 10);
  view.setFilter(begins('1'));
  log.pause();
  view.update();
  take(11, 19);
  expect(view.matched).toBe(2);
  log.resume();
  view.update();
  expect(view.matched).toBe(11);
});

test('[TRACE2] a new log empties the rows and keeps the filter', () => {
  const { log, view, take, shown } = viewWith();
  take(1, 20);
  view.setFilter(begins('1'));
  log.take({ epochMs: 2, records: recordsOf(1, 5) });
  view.update();
  expect(shown()).toEqual([1]);
});

test('[TRACE90] without a filter all that the server keeps before the ring are rows, also what the ring forgets later', () => {
  const { log, view, take, shown } = viewWith({ capacity: 100 });
  take(501, 600);
  log.setKeptFrom(301);
  view.update();
  expect(view.matched).toBe(300);
  expect(view.absent).toBe(200);
  expect([view.seqAt(0), view.seqAt(199), view.seqAt(200), view.seqAt(299), view.seqAt(300)]).toEqual([
    301,
    500,
    501,
    600,
    undefined,
  ]);
  expect(view.positionOf(400)).toBe(99);
  expect(view.recordAt(99)).toBeUndefined();
  log.takePast({ epochMs, records: recordsOf(395, 405) });
  expect(view.recordAt(99)?.seq).toBe(400);
  take(601, 603);
  expect(view.matched).toBe(303);
  expect(view.positionOf(550)).toBe(249);
  log.setKeptFrom(500);
  view.update();
  expect(shown().slice(0, 2)).toEqual([undefined, undefined]);
  expect(view.seqAt(0)).toBe(500);
  log.setKeptFrom(undefined);
  view.update();
  expect(shown()[0]).toBe(506);
});

test('[TRACE90] with a filter what a search found stands among the rows in order of seq, gaps of the ring included', () => {
  const { log, view, take } = viewWith({ capacity: 100 });
  log.take({ epochMs, records: [...recordsOf(100, 120), ...recordsOf(150, 160)] });
  log.setKeptFrom(1);
  view.update();
  const text = 'lab.seq <= 999 and lab.seq >= 1';
  view.setFilter(text);
  view.found('another', [3], { from: 1, to: 160 });
  view.found(text, [160, 130, 110, 99, 5], { from: 1, to: 160 });
  const seqs = () => Array.from({ length: view.matched }, (_, i) => view.seqAt(i) ?? 0);
  const expected = [
    5,
    99,
    ...recordsOf(100, 120).map(({ seq }) => seq),
    130,
    ...recordsOf(150, 160).map(({ seq }) => seq),
  ];
  expect(seqs()).toEqual(expected);
  expect(expected.map((seq) => view.positionOf(seq))).toEqual(expected.map((_, i) => i));
  expect(view.total).toBe(160);
  // The ring lets go of its oldest: they stay rows, in their places.
  take(161, 220);
  take(221, 260);
  expect(view.seqAt(2)).toBe(100);
  expect(seqs()).toEqual([...expected, ...recordsOf(161, 260).map(({ seq }) => seq)]);
  log.setKeptFrom(120);
  view.update();
  expect(view.seqAt(0)).toBe(120);
});
