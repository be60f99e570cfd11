import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GraphAnswer, GraphQuestion } from '../../../server/contract/graph.ts';
import { useGraphChoice } from './graph-store.ts';
import { type Graph, useGraph } from './use-graph.ts';

/** The bridge as the graph sees it: what it was asked, and what it says next. */
const bridge: { readonly asked: GraphQuestion[]; answers: (question: GraphQuestion) => Partial<GraphAnswer> | string } =
  {
    asked: [],
    answers: () => ({}),
  };
const before = useGraphChoice.getState();
let root: Root;
let graph: Graph | undefined;

function Probe({ active }: { active: boolean }) {
  graph = useGraph('simple-router', 1, active);
  return null;
}
const show = (active: boolean) => act(async () => root.render(<Probe active={active} />));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  bridge.asked.length = 0;
  useGraphChoice.setState(before, true);
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    const question: GraphQuestion = JSON.parse(body);
    bridge.asked.push(question);
    const told = bridge.answers(question);
    if (typeof told === 'string')
      return Response.json({ code: 'not-possible', title: 'No', status: 409, detail: told }, { status: 409 });
    const whole = { intervalUs: 200_000, isCoarser: true, fromUs: 0, toUs: 1_000_000, nowUs: 900_000, keptFromUs: 0 };
    const counts = question.series.map(() => [2]);
    return Response.json({ ...whole, at: [3], counts, scannedTo: 40, isComplete: true, ...told });
  });
  root = createRoot(document.createElement('div'));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('[METRICS2] everything once, then only what came since; a hidden pane asks nothing', async () => {
  bridge.answers = () => ({});
  await show(true);
  expect(bridge.asked).toMatchObject([{ intervalUs: 1000, buckets: 240, lastUs: 30_000_000 }]);
  await pass(1000);
  expect(bridge.asked[1]).toMatchObject({ intervalUs: 200_000, fromSeq: 41 });
  expect(graph?.columns.sums[0]).toEqual([0, 0, 0, 4, 0]);
  await show(false);
  await pass(10_000);
  expect(bridge.asked).toHaveLength(2);
  // Back in sight it goes on where it was.
  await show(true);
  expect(bridge.asked[2]).toMatchObject({ fromSeq: 41 });
});

test('[METRICS2] an answer that was cut short is followed at once, and a time that stands still is asked for once', async () => {
  let answered = 0;
  bridge.answers = () => ({ isComplete: answered++ > 0, scannedTo: answered * 10 });
  useGraphChoice.setState({ still: { fromUs: 100_000, toUs: 800_000 } });
  await show(true);
  await vi.waitFor(async () => {
    await pass(1);
    expect(bridge.asked).toHaveLength(2);
  });
  expect(bridge.asked.map(({ fromSeq, fromUs, toUs }) => [fromSeq, fromUs, toUs])).toEqual([
    [undefined, 100_000, 800_000],
    [11, 100_000, 800_000],
  ]);
  await pass(10_000);
  expect(bridge.asked).toHaveLength(2);
});

test('[METRICS2] longer buckets begin the graph anew; what was told stays when there is no answer', async () => {
  bridge.answers = ({ fromSeq }) => (fromSeq === undefined ? {} : { intervalUs: 500_000 });
  await show(true);
  await pass(1000);
  await vi.waitFor(async () => {
    await pass(1);
    expect(bridge.asked.map(({ fromSeq }) => fromSeq)).toEqual([undefined, 41, undefined]);
  });
  expect(graph?.columns.sums[0]).toEqual([0, 0, 0, 2, 0]);
  bridge.answers = () => 'The bridge is away.';
  await pass(1000);
  expect(graph?.problem?.detail).toBe('The bridge is away.');
  expect(graph?.columns.sums[0]).toEqual([0, 0, 0, 2, 0]);
});
