import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';

/** A record as tests need it: everything has a plain value that a test may change. */
export function recordOf(seq: number, change: Partial<TraceRecord> = {}): TraceRecord {
  return {
    seq,
    tUs: seq * 1_000,
    point: 'packet_in',
    node: 'sw0',
    port: 1,
    verdict: 'passed',
    cause: 'none',
    parents: [],
    rule: 'none',
    confidence: 100,
    length: 42,
    frame: new Uint8Array(42),
    ...change,
  };
}

/** Records `from` to `to`. */
export function recordsOf(from: number, to: number): TraceRecord[] {
  return Array.from({ length: to - from + 1 }, (_, i) => recordOf(from + i));
}
