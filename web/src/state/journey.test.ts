import { expect, test } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { journeyOf, neighbourJourneys } from './journey.ts';

const observed = { rule: 'same frame', confidence: 100 } as const;
/** The classic way of one packet: 36 µs dispatch, 313 µs router, 56 µs to the PACKET_OUT. */
const way: readonly TraceRecord[] = [
  recordOf(425, { tUs: 1000 }),
  recordOf(426, { tUs: 1036, point: 'to_router', node: 'router', parents: [425], ...observed }),
  recordOf(427, { tUs: 1349, point: 'from_router', node: 'router', parents: [426], rule: 'forward', confidence: 95 }),
  recordOf(428, { tUs: 1405, point: 'packet_out', parents: [427], ...observed }),
];

test('[WATER1] a chain becomes stages between its stamped points; what a rule concluded is inferred', () => {
  const journey = journeyOf([...way].reverse());
  expect(journey?.stages.map(({ kind, us, inferred }) => [kind, us, inferred])).toEqual([
    ['dispatch', 36, false],
    ['router', 313, true],
    ['packet-out', 56, false],
  ]);
  expect(journey).toMatchObject({ startUs: 1000, lengthUs: 405, gaps: [] });
  expect(journeyOf([])).toBeUndefined();
});

test('[WATER1] with the points of hosts and switches on, links and switch are stages, too; a hold is one of its own', () => {
  const points = [
    recordOf(1, { tUs: 0, point: 'host.tx' }),
    recordOf(2, { tUs: 38, point: 'sw.rx', parents: [1], ...observed }),
    recordOf(3, { tUs: 90, parents: [2], ...observed }),
    recordOf(4, { tUs: 95, point: 'hold', verdict: 'held', parents: [3], ...observed }),
    recordOf(5, { tUs: 9_000, point: 'packet_out', parents: [4], ...observed }),
    recordOf(6, { tUs: 9_030, point: 'sw.tx', parents: [5], ...observed }),
    recordOf(7, { tUs: 9_070, point: 'host.rx', parents: [6], ...observed }),
  ];
  expect(journeyOf(points)?.stages.map(({ kind }) => kind)).toEqual([
    'link',
    'switch',
    'other',
    'held',
    'switch',
    'link',
  ]);
});

test('[WATER1] time that no stage explains is a gap that says why', () => {
  const torn = way.filter(({ seq }) => seq !== 426);
  expect(journeyOf(torn)?.gaps).toEqual([{ fromUs: 1000, toUs: 1349, text: 'not measured: #426 is not here' }]);
});

test('[WATER1] a reply is the next journey, and the question the one before', () => {
  const reply = recordOf(429, { parents: [428], rule: 'echo reply', confidence: 90 });
  const all = new Map([...way, reply].map((record) => [record.seq, record]));
  const lineage = {
    record: (seq: number) => all.get(seq),
    childrenOf: (seq: number) =>
      [...all.values()].filter(({ parents }) => parents.includes(seq)).map((each) => each.seq),
  };
  expect(neighbourJourneys(lineage, way)).toEqual({ before: undefined, after: 429 });
  expect(neighbourJourneys(lineage, [reply])).toEqual({ before: 428, after: undefined });
});
