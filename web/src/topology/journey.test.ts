import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { labOf } from '../state/lab.fixture.ts';
import { shapeOf } from '../ui/frame-shape.ts';
import { cableIndex, chainOf, legsOf, litLinks } from './journey.ts';
import { layoutMap } from './layout.ts';
import { sample } from './token-field.ts';
import { milliseconds } from './token-layer.ts';

const cables = cableIndex(layoutMap(labOf(2, 2, 1), false));
const record = (
  seq: number,
  point: TraceRecord['point'],
  node: string,
  port: number,
  parents: number[] = [],
): TraceRecord => ({
  seq,
  tUs: seq,
  point,
  node,
  port,
  verdict: 'passed',
  cause: 'none',
  parents,
  rule: 'none',
  confidence: 100,
  length: 0,
  frame: new Uint8Array(),
});

test('[MAP3] each point stands for the links that the frame crossed, in order', () => {
  const legs = (point: TraceRecord['point'], node: string, port: number) =>
    legsOf({ point, node, port }, cables).map(({ link, back }) => `${back ? '-' : '+'}${link}`);
  expect(legs('packet_in', 'sw0', 1)).toEqual(['+h0x1|sw0:1', '+sw0|the-bridge']);
  expect(legs('packet_out', 'sw0', 2)).toEqual(['-sw0|the-bridge', '-h0x2|sw0:2']);
  expect(legs('to_router', 'r1', 3)).toEqual(['+the-bridge|r1:3']);
  expect(legs('from_router', 'r1', 1)).toEqual(['-the-bridge|r1:1']);
  expect(legs('drop', 'r1', 1)).toEqual([]);
});

test('[MAP3] a cable between switches is crossed from either end', () => {
  const legs = (node: string, port: number) => legsOf({ point: 'packet_in', node, port }, cables)[0];
  expect(legs('sw1', 21)).toMatchObject({ link: 'sw0:20|sw1:21', back: false });
  expect(legs('sw0', 20)).toMatchObject({ link: 'sw0:20|sw1:21', back: true });
});

test('[MAP5] the chain is causes and consequences, whichever packet is selected', () => {
  const log = new Map(
    [
      record(1, 'packet_in', 'sw0', 1),
      record(2, 'to_router', 'r1', 1, [1]),
      record(3, 'from_router', 'r1', 2, [2]),
      record(4, 'packet_out', 'sw0', 2, [3]),
      record(5, 'packet_in', 'sw0', 2),
    ].map((each) => [each.seq, each]),
  );
  const source = {
    record: (seq: number) => log.get(seq),
    childrenOf: (seq: number) =>
      [...log.values()].filter(({ parents }) => parents.includes(seq)).map((each) => each.seq),
  };
  for (const seq of [1, 3, 4]) expect(chainOf(seq, source).map((each) => each.seq)).toEqual([1, 2, 3, 4]);
  expect([...litLinks(chainOf(2, source), cables)]).toEqual([
    'h0x1|sw0:1',
    'sw0|the-bridge',
    'the-bridge|r1:1',
    'the-bridge|r1:2',
    'h0x2|sw0:2',
  ]);
  expect(chainOf(99, source)).toEqual([]);
});

test('[MAP7] a frame’s glyph follows its bytes', () => {
  const frame = (type: number[], ...rest: number[]) => Uint8Array.from([...Array(12).fill(2), ...type, ...rest]);
  const ip = (protocol: number, first: number) =>
    frame([8, 0], 0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, ...Array(8).fill(1), first);
  expect(shapeOf(frame([8, 6]))).toBe('arp');
  expect([shapeOf(ip(1, 8)), shapeOf(ip(1, 11)), shapeOf(ip(6, 0)), shapeOf(ip(17, 0)), shapeOf(ip(89, 0))]).toEqual([
    'icmp',
    'icmp-error',
    'tcp',
    'udp',
    'other',
  ]);
  expect(shapeOf(frame([0x81, 0, 0, 5, 8, 6]))).toBe('arp');
  const six = (next: number, type: number) =>
    frame([0x86, 0xdd], 0x60, 0, 0, 0, 0, 0, next, 64, ...Array(32).fill(0), type);
  expect([shapeOf(six(58, 135)), shapeOf(six(58, 1)), shapeOf(six(17, 0))]).toEqual(['icmp', 'icmp-error', 'udp']);
  expect([shapeOf(new Uint8Array()), shapeOf(frame([0x88, 0xcc]))]).toEqual(['other', 'other']);
});

test('[MAP4] a sample is even and never more than there is room for', () => {
  const items = Array.from({ length: 1000 }, (_, at) => at);
  expect(sample(items, 4)).toEqual([0, 250, 500, 750]);
  expect(sample(items, 0)).toEqual([]);
  expect(sample([1, 2], 60)).toEqual([1, 2]);
});

test('[MAP4] a time is read as written or as a minifier wrote it', () => {
  expect([milliseconds('900ms'), milliseconds('.9s'), milliseconds(' 0s'), milliseconds('')]).toEqual([900, 900, 0, 0]);
});
