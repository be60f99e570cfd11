import { expect, test } from 'vitest';
import { TraceLog } from '../state/trace-log.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { bridgeName } from './layout.ts';
import { HeldPackets, nodeMarks } from './node-marks.ts';

test('[MAP12] a drop of the last five seconds marks whoever dropped it, with the latest cause', () => {
  const log = new TraceLog((draw) => draw());
  const dropped = (seq: number, tUs: number, cause: 'no router' | 'not forwarded' | 'malformed') =>
    recordOf(seq, { tUs, verdict: 'dropped', cause, node: cause === 'not forwarded' ? 'r1' : 'sw0' });
  log.take({
    epochMs: 1,
    records: [
      dropped(1, 1e6, 'no router'),
      dropped(2, 8e6, 'malformed'),
      dropped(3, 9e6, 'no router'),
      dropped(4, 9e6, 'not forwarded'),
      recordOf(5, { tUs: 9e6 }),
    ],
  });
  expect([...nodeMarks(log, 10e6, 0)]).toEqual([
    ['r1', { dropped: 1, cause: 'not forwarded', held: 0 }],
    [bridgeName, { dropped: 2, cause: 'no router', held: 0 }],
  ]);
  expect(nodeMarks(log, 60e6, 0).size).toBe(0);
  expect(nodeMarks(log, 60e6, 2).get(bridgeName)?.held).toBe(2);
});

test('[MAP12] a packet is held until something follows from it', () => {
  const held = new HeldPackets();
  held.take([recordOf(1, { verdict: 'held' }), recordOf(2, { verdict: 'held' }), recordOf(3)]);
  expect(held.count).toBe(2);
  held.take([recordOf(4, { parents: [1] }), recordOf(5, { parents: [3] })]);
  expect(held.count).toBe(1);
  held.clear();
  expect(held.count).toBe(0);
});
