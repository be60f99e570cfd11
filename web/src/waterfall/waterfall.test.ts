import { expect, test } from 'vitest';
import { journeyOf } from '../state/journey.ts';
import { labOf } from '../state/lab.fixture.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { budgetRows, totalBudgetUs } from './budget.ts';
import { layWaterfall, ticksOf } from './lanes.ts';

const lab = labOf(2, 1, 1);
const observed = { rule: 'same frame', confidence: 100 } as const;
const inferred = { rule: 'forward', confidence: 95 } as const;
const journey = journeyOf([
  recordOf(1, { tUs: 0, point: 'host.tx', port: 2 }),
  recordOf(2, { tUs: 40, point: 'sw.rx', port: 2, parents: [1], ...observed }),
  recordOf(3, { tUs: 90, port: 2, parents: [2], ...observed }),
  recordOf(4, { tUs: 130, point: 'to_router', node: 'r1', parents: [3], ...observed }),
  recordOf(5, { tUs: 430, point: 'from_router', node: 'r1', parents: [4], ...inferred }),
  recordOf(6, { tUs: 435, point: 'from_router', node: 'r1', parents: [4], ...inferred }),
  recordOf(7, { tUs: 500, point: 'packet_out', parents: [5], ...observed }),
]);
if (journey === undefined) throw new Error('the journey has records');

test('[WATER2] lanes go from the hosts down to the router; each time lies where it was spent', () => {
  const { lanes, bars, hops, dots } = layWaterfall(journey, lab);
  expect(lanes.map(({ name }) => name)).toEqual(['h0x2', 'sw0', 'Controller', 'VNS', 'r1']);
  expect(bars.map(({ stage, lane }) => [stage.kind, lanes[lane]?.name])).toEqual([
    ['switch', 'sw0'],
    ['dispatch', 'Controller'],
    ['router', 'r1'],
    ['router', 'r1'],
    ['packet-out', 'VNS'],
  ]);
  expect(hops.map(({ from, to }) => [from.seq, to.seq])).toEqual([[1, 2]]);
  expect(dots.map(({ lane }) => lanes[lane]?.name)).toEqual([
    'h0x2',
    'sw0',
    'Controller',
    'VNS',
    'VNS',
    'VNS',
    'Controller',
  ]);
});

test('[WATER2] what overlaps in a lane lies in rows of its own', () => {
  const { lanes, bars } = layWaterfall(journey, lab);
  expect(bars.filter(({ stage }) => stage.kind === 'router').map(({ row }) => row)).toEqual([0, 1]);
  expect(lanes.at(-1)).toEqual({ name: 'r1', rows: 2 });
});

test('[WATER2] ticks are round and not more than there is room for', () => {
  expect(ticksOf(606, 7)).toEqual([0, 100, 200, 300, 400, 500, 600]);
  expect(ticksOf(90_000, 4)).toEqual([0, 50_000]);
  expect(ticksOf(0, 5)).toEqual([0]);
});

test('[WATER3] the classic budget stands beside what was measured; what was not measured has no figure', () => {
  const nothing = { count: 0, p50Us: 0, p95Us: 0, p99Us: 0 };
  const parts = [
    { part: 'VNS send', us: 100 },
    { part: 'router', us: 200 },
    { part: 'VNS receive', us: 100 },
  ];
  const measured = [
    { stage: 'dispatch', count: 200, p50Us: 31, p95Us: 61, p99Us: 118, budgetUs: 50, budgetParts: [] },
    { stage: 'router', ...nothing, budgetUs: 400, budgetParts: parts },
    { stage: 'packet-out', ...nothing, budgetUs: 50, budgetParts: [] },
  ] as const;
  const rows = budgetRows(journey, measured);
  expect(rows.map(({ kind, thisUs, budgetUs, over }) => [kind, thisUs, budgetUs, over])).toEqual([
    ['dispatch', 40, 50, true],
    ['router', 305, 400, false],
    ['packet-out', 70, 50, false],
    ['link', 40, undefined, false],
    ['switch', 50, undefined, false],
  ]);
  expect(rows.find(({ kind }) => kind === 'router')).toMatchObject({ inferred: true, measured: undefined });
  expect(budgetRows(undefined, []).map(({ thisUs }) => thisUs)).toEqual([undefined, undefined, undefined]);
  expect(totalBudgetUs(rows)).toBe(500);
  expect(rows.find(({ kind }) => kind === 'router')?.parts).toBe(
    'VNS send 100, router 200, VNS receive 100: measured together',
  );
  expect(totalBudgetUs(budgetRows(undefined, []))).toBeUndefined();
});
