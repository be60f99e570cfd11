import { expect, test } from 'vitest';
import { TraceLog } from '../state/trace-log.ts';
import { neighbour, oldestSeq } from './neighbour.ts';
import { recordsOf } from './records.fixture.ts';

test('[TRACE91] packets are stepped through back to the server’s oldest, with a filter as far as they are here', () => {
  const log = new TraceLog(() => {}, 100);
  log.take({ epochMs: 1, records: recordsOf(50, 60) });
  expect(oldestSeq(log)).toBe(50);
  expect(neighbour(log, '', 50, -1)).toBeUndefined();
  log.setKeptFrom(40);
  expect(oldestSeq(log)).toBe(40);
  expect(neighbour(log, '', 50, -1)).toBe(49);
  expect(neighbour(log, '', 40, -1)).toBeUndefined();
  expect(neighbour(log, 'lab.seq < 46', 50, -1)).toBeUndefined();
  log.takePast({ epochMs: 1, records: recordsOf(44, 46) });
  expect(neighbour(log, 'lab.seq < 46', 50, -1)).toBe(45);
  expect(neighbour(log, 'lab.seq > 55', 44, 1)).toBe(56);
});
