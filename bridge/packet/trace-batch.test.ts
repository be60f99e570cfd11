import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from '../codec/errors.ts';
import {
  decodeTraceBatch,
  dropCauses,
  points,
  rules,
  TraceBatchWriter,
  type TraceRecord,
  traceBatchFrom,
  traceBatchRange,
  verdicts,
} from './trace-batch.ts';

const nodes = ['sw0', 'vrhost', 'Schränkle'];

const records: TraceRecord[] = [
  {
    seq: 41,
    tUs: 1234.5,
    point: 'packet_in',
    node: 'sw0',
    port: 3,
    verdict: 'passed',
    cause: 'none',
    parents: [],
    rule: 'none',
    confidence: 0,
    length: 1514,
    frame: Uint8Array.of(1, 2, 3),
  },
  {
    seq: 2 ** 40,
    tUs: 9e12,
    point: 'drop',
    node: 'Schränkle',
    port: 0xffff,
    verdict: 'dropped',
    cause: 'router queue full',
    parents: [41, 2 ** 33],
    rule: 'arp release',
    confidence: 100,
    length: 0,
    frame: new Uint8Array(),
  },
];

function write(writer: TraceBatchWriter, names: readonly string[], epochMs: number, list: readonly TraceRecord[]) {
  writer.begin(epochMs, names);
  for (const r of list) {
    writer.record(
      r.seq,
      r.tUs,
      points.indexOf(r.point),
      names.indexOf(r.node),
      r.port,
      verdicts.indexOf(r.verdict),
      dropCauses.indexOf(r.cause),
      rules.indexOf(r.rule),
      r.confidence,
      r.length,
      r.parents,
      r.parents.length,
      r.frame,
      0,
      r.frame.length,
    );
  }
  return writer.finish();
}

const arbitraryRecord = fc.record({
  seq: fc.maxSafeNat(),
  tUs: fc.double({ noNaN: true, min: 0 }),
  point: fc.constantFrom(...points),
  node: fc.constantFrom(...nodes),
  port: fc.nat(0xffff),
  verdict: fc.constantFrom(...verdicts),
  cause: fc.constantFrom(...dropCauses),
  parents: fc.array(fc.maxSafeNat(), { maxLength: 4 }),
  rule: fc.constantFrom(...rules),
  confidence: fc.nat(100),
  length: fc.nat(0xffffffff),
  frame: fc.uint8Array({ maxLength: 200 }),
});

describe('trace batch', () => {
  test('[PK1] a batch gives back exactly the records that were written, whatever they are', () => {
    const writer = new TraceBatchWriter();
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 20 }), (list) => {
        const batch = decodeTraceBatch(write(writer, nodes, 1_700_000_000_123, list));
        expect(batch).toEqual({ epochMs: 1_700_000_000_123, nodes, records: list });
      }),
      { numRuns: 200 },
    );
  });
  test('[PK1] the layout is the one of the header comment', () => {
    const bytes = write(new TraceBatchWriter(), ['a'], 1, [{ ...(records[0] as TraceRecord), node: 'a' }]);
    const view = new DataView(bytes.buffer);
    expect(bytes.length).toBe(24 + 1 + 32 + 3);
    expect(view.getUint16(0, true)).toBe(0x5042);
    expect(view.getUint32(4, true)).toBe(1);
    expect(view.getFloat64(25, true)).toBe(41);
    expect(view.getUint16(25 + 24, true)).toBe(3);
    expect(view.getUint32(25 + 28, true)).toBe(1514);
  });
  test('[PK1] frames are views on the batch, and a finished batch outlives the next', () => {
    const writer = new TraceBatchWriter();
    const first = write(writer, nodes, 1, records);
    write(writer, ['other'], 2, []);
    const batch = decodeTraceBatch(first);
    expect(batch.records).toEqual(records);
    expect(batch.records[0]?.frame.buffer).toBe(first.buffer);
  });
  test('[PK1] the range is known without reading the records', () => {
    const writer = new TraceBatchWriter();
    expect(traceBatchRange(write(writer, nodes, 1, records))).toEqual({ count: 2, firstSeq: 41, lastSeq: 2 ** 40 });
    expect(traceBatchRange(write(writer, [], 1, []))).toEqual({ count: 0, firstSeq: 0, lastSeq: 0 });
  });
  test('[PK1] a batch can be cut at a seq: what is from there on is kept as it was', () => {
    const bytes = write(new TraceBatchWriter(), nodes, 1, records);
    for (const fromSeq of [0, 41, 42, 2 ** 40, 2 ** 41]) {
      const cut = decodeTraceBatch(traceBatchFrom(bytes, fromSeq));
      expect(cut).toEqual({ ...decodeTraceBatch(bytes), records: records.filter(({ seq }) => seq >= fromSeq) });
    }
  });

  test('[PK1] a node that was not announced and a name that cannot be carried are our own bugs', () => {
    const writer = new TraceBatchWriter();
    expect(() => write(writer, ['a\nb'], 1, [])).toThrow(RangeError);
    expect(() => write(writer, [''], 1, [])).toThrow(RangeError);
    writer.begin(1, ['a']);
    expect(() => writer.record(1, 1, 0, 1, 1, 0, 0, 0, 0, 0, [], 0, new Uint8Array(), 0, 0)).toThrow(RangeError);
  });
  test('[PK2] any cut, lie or strange byte is a DecodeError with its offset', () => {
    const good = write(new TraceBatchWriter(), nodes, 1, records);
    for (let n = 0; n < good.length; n++) {
      expect(() => decodeTraceBatch(good.subarray(0, n))).toThrow(DecodeError);
      expect(() => traceBatchRange(good.subarray(0, n))).toThrow(DecodeError);
    }
    const first = 24 + new DataView(good.buffer).getUint32(16, true);
    const lies: [offset: number, value: number, message: RegExp][] = [
      [0, 0, /not a trace batch at byte 0/],
      [2, 9, /unknown version 9/],
      [7, 255, /records cannot fit/],
      [19, 255, /bytes of node names/],
      [24, 0xff, /not UTF-8/],
      [first + 7, 0xff, /not a seq/],
      [first + 16, 99, /unknown point 99/],
      [first + 17, 99, /unknown verdict/],
      [first + 18, 99, /unknown cause/],
      [first + 19, 99, /unknown rule/],
      [first + 22, 3, /unknown node 3/],
      [first + 27, 255, /needs \d+ bytes/],
    ];
    for (const [offset, value, message] of lies) {
      const bad = good.slice();
      bad[offset] = value;
      expect(() => decodeTraceBatch(bad), `byte ${offset}`).toThrow(message);
    }
    expect(() => decodeTraceBatch(Uint8Array.of(...good, 0))).toThrow(/1 bytes behind the last record/);
  });
});
