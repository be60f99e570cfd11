import { expect, test } from 'vitest';
import { recordOf, recordsOf } from '../trace/records.fixture.ts';
import { TraceLog } from './trace-log.ts';
import { TracePast } from './trace-past.ts';

test('[TRACE90] fetched records are bounded: the first fetched are forgotten first, and with them who named them', () => {
  const past = new TracePast(3);
  past.put([recordOf(1), recordOf(2, { parents: [1] }), recordOf(3, { parents: [1] })]);
  expect(past.childrenOf(1)).toEqual([2, 3]);
  past.put([recordOf(9), recordOf(3), recordOf(8, { parents: [3] })]);
  expect(past.size).toBe(3);
  expect([1, 2, 3, 8, 9].filter((seq) => past.record(seq))).toEqual([3, 8, 9]);
  expect(past.childrenOf(1)).toEqual([3]);
});

test('[TRACE90] a fetched record is found like any other; what the ring has, another log’s and a log begun anew have no past', () => {
  const log = new TraceLog(() => {}, 10);
  log.take({ epochMs: 1, records: [recordOf(20), recordOf(21, { parents: [5] })] });
  log.takePast({ epochMs: 2, records: recordsOf(1, 5) }, [7]);
  expect(log.past.isLeftOut(7)).toBe(false);
  expect(log.record(5)).toBeUndefined();
  log.takePast({ epochMs: 1, records: [...recordsOf(4, 5), recordOf(6, { parents: [5] }), recordOf(20)] }, [7]);
  expect(log.past.isLeftOut(7)).toBe(true);
  log.setKeptFrom(2);
  expect(log.past.size).toBe(3);
  expect(log.record(5)?.seq).toBe(5);
  expect(log.childrenOf(5)).toEqual([6]);
  log.reset();
  expect(log.record(5)).toBeUndefined();
  expect(log.past.keptFrom).toBeUndefined();
  expect(log.past.isLeftOut(7)).toBe(false);
});
