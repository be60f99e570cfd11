import { expect, test } from 'vitest';
import { TraceLog } from '../state/trace-log.ts';
import { recordsOf } from './records.fixture.ts';
import { RowModel } from './row-model.ts';
import { TraceView } from './trace-view.ts';
import { absentNear } from './use-past.ts';

test('[TRACE90] records are fetched before their rows are in sight, and many at once', () => {
  const epochMs = 1;
  const log = new TraceLog(() => {});
  log.take({ epochMs, records: recordsOf(5_001, 5_500) });
  log.setKeptFrom(1);
  const view = new TraceView({
    log,
    filterOf: () => undefined,
    now: () => 0,
    defer: () => {},
    changed: () => {},
  });
  const rows = { view, model: new RowModel(view.matched, [], () => 0) };
  // A row is its seq less one; those from 5,000 on are at hand.
  expect(absentNear(rows, 5_080, 5_100)).toEqual([]);
  const wanted = absentNear(rows, 5_079, 5_099);
  expect([wanted[0], wanted.at(-1), wanted.length]).toEqual([4_920, 5_000, 81]);
  log.takePast({ epochMs, records: recordsOf(4_920, 5_000) });
  expect(absentNear(rows, 5_040, 5_060)).toEqual([]);
  expect(absentNear(rows, 4_980, 5_000)[0]).toBe(4_821);
  expect(absentNear(rows, 0, 20)).toHaveLength(181);
});
