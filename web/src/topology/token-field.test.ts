import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { labOf } from '../state/lab.fixture.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { cableIndex } from './journey.ts';
import { layoutMap } from './layout.ts';
import { mostTokens, newsOf, TokenField } from './token-field.ts';

const cables = cableIndex(layoutMap(labOf(2, 1, 1), false));
const legMs = 900;
const packet = (seq: number): TraceRecord => recordOf(seq, { node: 'sw0', port: 1 });

test('[MAP4] a token travels each link of its record in turn, then it is gone', () => {
  const field = new TokenField(cables, true, legMs);
  field.take([packet(1)], 0);
  expect(field.at(450).tokens).toEqual([{ link: 'h0x1|sw0:1', share: 0.5, shape: 'other' }]);
  expect(field.at(1350).tokens).toEqual([{ link: 'sw0|the-bridge', share: 0.5, shape: 'openflow' }]);
  expect(field.at(1801).tokens).toEqual([]);
});

test('[MAP4] what had been logged when the page came does not travel, not even beside what is new', () => {
  const records = [packet(7), packet(8), packet(9)];
  expect(newsOf(records, 0)).toBe(records);
  expect(newsOf(records, 7)).toBe(records);
  expect(newsOf(records, 9).map(({ seq }) => seq)).toEqual([9]);
  expect(newsOf(records, 10)).toEqual([]);
});

test('[MAP4] beyond 60 tokens links pulse with the number of packets; later there is room again', () => {
  const field = new TokenField(cables, true, legMs);
  field.take(
    Array.from({ length: 500 }, (_, at) => packet(at + 1)),
    0,
  );
  const { tokens, pulses } = field.at(10);
  expect(tokens).toHaveLength(mostTokens);
  expect(pulses).toContainEqual({ link: 'h0x1|sw0:1', count: 500 });
  expect(field.at(500).pulses).toEqual([]);
  field.at(2_000);
  field.take([packet(501)], 2_000);
  expect(field.at(2_010).tokens).toHaveLength(1);
});

test('[MAP4] in a storm a pulse’s number is that of a second and does not grow for ever', () => {
  const field = new TokenField(cables, false, 0);
  for (let ms = 0; ms < 5_000; ms += 100) field.take([packet(1), packet(2)], ms);
  expect(field.at(5_000).pulses[0]).toEqual({ link: 'h0x1|sw0:1', count: 20 });
});

test('[MAP4] when nothing may move, every packet makes its links pulse', () => {
  const field = new TokenField(cables, false, 0);
  field.take([packet(1)], 0);
  expect(field.at(1)).toMatchObject({ tokens: [], pulses: [{ link: 'h0x1|sw0:1', count: 1 }, { count: 1 }] });
});

const chain = [packet(5), recordOf(6, { point: 'to_router', node: 'r1', port: 2 })];

test('[MAP9] a journey is played link by link, and says which record it has come to', () => {
  const field = new TokenField(cables, true, legMs);
  field.play(chain, 0);
  const at = (ms: number) => field.at(ms).tokens.map(({ link, seq }) => [link, seq]);
  expect(at(100)).toEqual([['h0x1|sw0:1', 5]]);
  expect(at(1_000)).toEqual([['sw0|the-bridge', 5]]);
  expect(at(2_000)).toEqual([['the-bridge|r1:2', 6]]);
  expect(field.at(2_701)).toMatchObject({ tokens: [], playing: false });
});

test('[MAP9] without motion it steps: the mark stands on each link in turn', () => {
  const field = new TokenField(cables, false, 0);
  field.play(chain, 0);
  expect(field.at(0).tokens).toEqual([{ link: 'h0x1|sw0:1', share: 0.5, shape: 'other', seq: 5 }]);
  expect(field.at(699).tokens[0]?.link).toBe('h0x1|sw0:1');
  expect(field.at(701).tokens[0]?.link).toBe('sw0|the-bridge');
});

const bypass = [
  recordOf(1, { point: 'host.tx', node: 'h0x1', port: 0 }),
  recordOf(2, { point: 'sw.rx', node: 'sw0', port: 1, parents: [1] }),
  recordOf(3, { point: 'sw.tx', node: 'sw0', port: 20, parents: [2] }),
  recordOf(4, { point: 'sw.rx', node: 'sw1', port: 21, parents: [3] }),
  recordOf(5, { point: 'sw.tx', node: 'sw1', port: 1, parents: [4] }),
  recordOf(6, { point: 'host.rx', node: 'h1x1', port: 0, parents: [5] }),
];
const wide = cableIndex(layoutMap(labOf(2, 2, 1), false));
/** The links on which a token is seen, in order, each once. */
function waysOf(field: TokenField, untilMs: number): string[] {
  const ways: string[] = [];
  for (let ms = 1; ms < untilMs; ms += 50) {
    const { tokens } = field.at(ms);
    expect(tokens.length).toBeLessThanOrEqual(2);
    for (const { link } of tokens) if (!ways.includes(link)) ways.push(link);
  }
  return ways;
}

test('[MAP13] a frame that flow entries let pass the bridge by is one token, host to switch to switch to host', () => {
  const field = new TokenField(wide, true, legMs);
  // It comes in two batches, the second while the first travels.
  field.take(bypass.slice(0, 3), 0);
  field.take(bypass.slice(3), 50);
  expect(field.at(100).tokens).toHaveLength(1);
  expect(field.at(450).tokens).toEqual([{ link: 'h0x1|sw0:1', share: 0.5, shape: 'other' }]);
  expect(field.at(1350).tokens).toEqual([{ link: 'sw0:20|sw1:21', share: 0.5, shape: 'other' }]);
  expect(field.at(2250).tokens).toEqual([{ link: 'h1x1|sw1:1', share: 0.5, shape: 'other' }]);
  expect(field.at(2701).tokens).toEqual([]);
});

test('[MAP13] while links are watched PACKET_IN and PACKET_OUT stand for the channel: no link is crossed twice', () => {
  const field = new TokenField(wide, true, legMs);
  field.take(
    [
      ...bypass.slice(0, 2),
      recordOf(3, { parents: [2] }),
      recordOf(4, { point: 'packet_out', port: 0xfffb, parents: [3] }),
      recordOf(5, { point: 'sw.tx', node: 'sw0', port: 2, parents: [4] }),
      recordOf(6, { point: 'sw.tx', node: 'sw0', port: 20, parents: [4] }),
      recordOf(7, { point: 'sw.rx', node: 'sw1', port: 21, parents: [6] }),
    ],
    0,
  );
  expect(waysOf(field, 3_000)).toEqual(['h0x1|sw0:1', 'sw0|the-bridge', 'sw0:20|sw1:21']);
});

test('[MAP13] a storm outside of the bridge stays at 60 tokens, and then pulses', () => {
  const field = new TokenField(wide, true, legMs);
  const storm = Array.from({ length: 200 }, (_, at) =>
    bypass.map((record) => ({
      ...record,
      seq: record.seq + at * 6,
      parents: record.parents.map((parent) => parent + at * 6),
    })),
  ).flat();
  field.take(storm, 0);
  expect(field.at(10).tokens).toHaveLength(mostTokens);
  expect(field.at(10).pulses).toContainEqual({ link: 'sw0:20|sw1:21', count: 200 });
});

test('[MAP13] a journey crosses each of its links once, whoever saw it there', () => {
  const field = new TokenField(cables, false, 0);
  field.play([...bypass.slice(0, 2), recordOf(3, { parents: [2] })], 0);
  const links = [0, 701, 1402].map((ms) => field.at(ms).tokens.map(({ link, seq }) => [link, seq])[0]);
  expect(links).toEqual([['h0x1|sw0:1', 2], ['sw0|the-bridge', 3], undefined]);
});
