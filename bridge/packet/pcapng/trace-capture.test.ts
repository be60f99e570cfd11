import { expect, test } from 'vitest';
import type { TraceRecord } from '../trace-batch.ts';
import { readPcapng } from './reader.ts';
import { commentOf, TraceCapture } from './trace-capture.ts';

const record = (more: Partial<TraceRecord>): TraceRecord => ({
  seq: 1,
  tUs: 0,
  point: 'packet_in',
  node: 'sw0',
  port: 1,
  verdict: 'passed',
  cause: 'none',
  parents: [],
  rule: 'none',
  confidence: 0,
  length: 60,
  frame: new Uint8Array(60),
  ...more,
});

test('[PK43] one interface a point and node, directions as the node sees them, times of the wall', () => {
  const capture = new TraceCapture({
    epochMs: 1_700_000_000_000.5,
    application: 'Patchbay',
    comment: '',
    names: [{ address: '10.0.1.100', name: 'client' }],
  });
  capture.record(record({ seq: 1, tUs: 1.25 }));
  const first = capture.take();
  capture.record(record({ seq: 2, tUs: 40, point: 'to_router', node: 'vhost1' }));
  capture.record(record({ seq: 3, tUs: 50, point: 'from_router', node: 'vhost1', length: 2000 }));
  capture.record(record({ seq: 4, tUs: 60, point: 'drop', verdict: 'dropped', cause: 'no router' }));
  capture.record(record({ seq: 5, tUs: 70 }));
  capture.end();
  const { interfaces, frames, names } = readPcapng(Uint8Array.of(...first, ...capture.take()));
  expect(names).toEqual([{ address: '10.0.1.100', name: 'client' }]);
  expect(interfaces.map(({ name, snapLength, linkType }) => [name, snapLength, linkType])).toEqual([
    ['sw0 packet_in', 0, 1],
    ['vhost1 to_router', 0, 1],
    ['vhost1 from_router', 0, 1],
    ['sw0 drop', 0, 1],
  ]);
  expect(frames.map((frame) => [frame.interface, frame.direction, frame.length, frame.timeNs])).toEqual([
    [0, 'in', 60, 1_700_000_000_000_501_250n],
    [1, 'in', 60, 1_700_000_000_000_540_000n],
    [2, 'out', 2000, 1_700_000_000_000_550_000n],
    [3, 'unknown', 60, 1_700_000_000_000_560_000n],
    [0, 'in', 60, 1_700_000_000_000_570_000n],
  ]);
  expect(frames[3]?.comments).toEqual(['seq 4; port 1; dropped: no router']);
});

test('[WB25] what people say of a packet is its first comment', () => {
  const capture = new TraceCapture({ epochMs: 0, application: 'Patchbay', comment: '', names: [] });
  capture.record(record({ seq: 1 }), 'Why “twice”?\nSee 4.');
  capture.record(record({ seq: 2 }));
  capture.end();
  expect(readPcapng(capture.take()).frames.map(({ comments }) => comments)).toEqual([
    ['Why “twice”?\nSee 4.', 'seq 1; port 1; passed'],
    ['seq 2; port 1; passed'],
  ]);
});

test('[PK43] the comment says what is observed and what is inferred', () => {
  expect(commentOf(record({ seq: 9, port: 2, parents: [7], rule: 'same frame', confidence: 100 }))).toBe(
    'seq 9; port 2; passed; from 7 by same frame, observed',
  );
  expect(commentOf(record({ seq: 9, parents: [7, 8], rule: 'forward', confidence: 95 }))).toBe(
    'seq 9; port 1; passed; from 7, 8 by forward, inferred 95 %',
  );
});
