import { expect, test } from 'vitest';
import { journeyOf } from '../state/journey.ts';
import { traceStore } from '../state/trace-store.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { lacksPart, recordFrom } from './use-whole-journey.ts';

test('[WATER4] the server is asked for a journey of which the page lacks a part', () => {
  const first = recordOf(10);
  const next = recordOf(11, { point: 'to_router', parents: [10] });
  const torn = recordOf(21, { point: 'from_router', parents: [5] });
  traceStore.take({ epochMs: 1, records: [first, next, torn] });
  expect(lacksPart(undefined)).toBe(true);
  expect(lacksPart(journeyOf([first, next]))).toBe(false);
  expect(lacksPart(journeyOf([torn]))).toBe(true);
  expect(lacksPart(journeyOf([recordOf(30, { parents: [5] })]))).toBe(false);
});

test('[WATER4] a record that the server tells of keeps its rule and confidence', () => {
  const told = {
    seq: 427,
    tUs: 12,
    point: 'from_router',
    node: 'router',
    port: 1,
    verdict: 'passed',
    cause: 'none',
    parents: [{ seq: 426, rule: 'forward', confidence: 95, isObserved: false }],
  };
  expect(recordFrom(told)).toMatchObject({ point: 'from_router', parents: [426], rule: 'forward', confidence: 95 });
});
