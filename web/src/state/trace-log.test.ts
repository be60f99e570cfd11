import { describe, expect, test, vi } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { TraceLog } from './trace-log.ts';

const epochMs = 1_700_000_000_000;

function record(seq: number, parents: number[] = []): TraceRecord {
  return {
    seq,
    tUs: seq,
    point: 'packet_in',
    node: 'sw0',
    port: 1,
    verdict: 'passed',
    cause: 'none',
    parents,
    rule: 'none',
    confidence: 100,
    length: 0,
    frame: new Uint8Array(0),
  };
}
const records = (...seqs: number[]) => seqs.map((seq) => record(seq));

/** A log whose frames are drawn by hand. */
function logWith(capacity: number) {
  const draws: (() => void)[] = [];
  const log = new TraceLog((draw) => draws.push(draw), capacity);
  const draw = () => {
    for (const each of draws.splice(0)) each();
  };
  return { log, draws, draw };
}

describe('what is kept', () => {
  test('[TRACE1] the newest records are kept, the oldest forgotten, found by seq', () => {
    const { log } = logWith(3);
    log.take({ epochMs, records: records(1, 2, 3, 4, 5) });
    expect(log.range(0, 99).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(log.record(2)).toBeUndefined();
    expect(log.record(4)?.seq).toBe(4);
    expect(log.ring.first).toBe(2);
    expect(log.ring.end).toBe(5);
    expect(() => log.ring.at(1)).toThrow(RangeError);
  });

  test('[TRACE1] children are known while their parent is kept', () => {
    const { log } = logWith(3);
    log.take({ epochMs, records: [record(1), record(2, [1]), record(3, [1])] });
    expect(log.ring.childrenOf(1)).toEqual([2, 3]);
    log.take({ epochMs, records: [record(4, [1])] });
    expect(log.ring.childrenOf(1)).toEqual([]);
    log.take({ epochMs, records: [record(5, [1])] });
    expect(log.ring.childrenOf(1)).toEqual([]);
  });

  test('[TRACE1] a range has the records that exist, ends included', () => {
    const { log } = logWith(10);
    log.take({ epochMs, records: records(2, 3, 7, 8) });
    expect(log.range(3, 7).map(({ seq }) => seq)).toEqual([3, 7]);
    expect(log.range(9, 20)).toEqual([]);
  });
});

describe('gaps', () => {
  test('[TRACE2] a jump of seq is a gap with its size', () => {
    const { log } = logWith(10);
    log.take({ epochMs, records: records(4, 5, 9) });
    log.take({ epochMs, records: records(10, 12) });
    expect(log.gaps).toEqual([
      { afterSeq: 0, missing: 3 },
      { afterSeq: 5, missing: 3 },
      { afterSeq: 10, missing: 1 },
    ]);
    expect(log.missing).toBe(7);
  });

  test('[TRACE2] what is known already is passed over', () => {
    const { log } = logWith(10);
    const heard: number[] = [];
    log.onBatch((batch) => heard.push(...batch.map(({ seq }) => seq)));
    log.take({ epochMs, records: records(1, 2, 3) });
    expect(log.take({ epochMs, records: records(2, 3, 4) })).toBe(4);
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(log.gaps).toEqual([]);
  });

  test('[TRACE2] a batch of another epoch starts the log anew', () => {
    const { log } = logWith(10);
    log.take({ epochMs, records: records(1, 2, 3) });
    const { generation } = log;
    log.take({ epochMs: epochMs + 1, records: records(1, 2) });
    expect(log.ring.size).toBe(2);
    expect(log.generation).toBe(generation + 1);
    expect(log.epochMs).toBe(epochMs + 1);
  });

  test('[TRACE2] an empty batch changes nothing', () => {
    const { log, draws } = logWith(10);
    log.take({ epochMs, records: records(1) });
    draws.length = 0;
    expect(log.take({ epochMs: 0, records: [] })).toBe(1);
    expect(log.ring.size).toBe(1);
  });
});

describe('who hears of it', () => {
  test('[TRACE4] subscribers hear once a frame, however many batches came', () => {
    const { log, draws, draw } = logWith(10);
    const heard = vi.fn();
    const stop = log.subscribe(heard);
    const { version } = log;
    log.take({ epochMs, records: records(1) });
    log.take({ epochMs, records: records(2) });
    expect(draws).toHaveLength(1);
    expect(log.version).toBe(version);
    draw();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(log.version).toBe(version + 1);
    stop();
    log.take({ epochMs, records: records(3) });
    draw();
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test('[TRACE4] while paused what is shown stands still, and what comes is counted', () => {
    const { log } = logWith(4);
    log.take({ epochMs, records: records(1, 2) });
    log.pause();
    const heard = vi.fn();
    log.onBatch(heard);
    log.take({ epochMs, records: records(3, 4) });
    expect(log.visibleEnd).toBe(2);
    expect(log.waiting).toBe(2);
    expect(heard).toHaveBeenCalledTimes(1);
    // Even when all that was shown is forgotten meanwhile.
    log.take({ epochMs, records: records(5, 6, 7, 8) });
    expect(log.visibleEnd).toBe(log.ring.first);
    expect(log.waiting).toBe(4);
    log.resume();
    expect(log.visibleEnd).toBe(log.ring.end);
    expect(log.waiting).toBe(0);
  });
});
