import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import type { LatencyAnswer } from '../../../server/contract/graph.ts';
import { byTestId, find, freshPage } from '../ui/page.fixture.ts';
import { useGraphChoice } from './graph-store.ts';
import { LatencyBuckets } from './latency-buckets.ts';
import { LatencyGraph } from './latency-graph.tsx';

// A plot needs a canvas; what it is given is what is looked at here.
vi.mock('./graph-chart.tsx', () => ({
  GraphChart: ({ label, testId, drawn }: { label: string; testId: string; drawn: { values: unknown } }) => (
    <div data-testid={testId} role="img" aria-label={label} data-values={JSON.stringify(drawn.values)} />
  ),
}));

const page = freshPage('metrics');
const opened: unknown[] = [];
async function draw(cells: LatencyAnswer['cells'], toUs = 2_000_000): Promise<void> {
  const buckets = new LatencyBuckets();
  buckets.take({
    ...{ intervalUs: 1_000_000, isCoarser: false, fromUs: 0, toUs, nowUs: toUs - 500_000, keptFromUs: 0 },
    ...{ scannedTo: 9, isComplete: true, stages: ['whole', 'dispatch', 'router', 'packet-out'], cells },
  });
  const latency = { buckets, answer: buckets.answer, answers: 1, problem: undefined };
  await page.draw(<LatencyGraph latency={latency} onOpen={(stretch) => opened.push(stretch)} />);
}
beforeEach(() => useGraphChoice.setState({ stage: 'whole', still: undefined, selected: undefined }));

test('[METRICS7] the lines are named as measured, with what is inferred, and told in words and figures', async () => {
  await draw([
    [0, 0, 1500, 3],
    [0, 0, 9000, 1],
    [1, 0, 10, 4],
  ]);
  const chart = byTestId('metrics-latency-chart');
  expect(chart.dataset.values).toBe('[[1500,null],[9000,null]]');
  expect(chart.getAttribute('aria-label')).toMatch(
    /^Whole way, measured, per 1 s from 00:00.* p50 1\.50 ms, p95 9\.00 ms of 4\./,
  );
  expect(byTestId('metrics-latency-note').textContent).toMatch(
    /^Measured by the bridge, from a packet_in .* inferred\./,
  );
  const row = byTestId('metrics-latency-table').querySelector('tbody tr');
  expect(row?.textContent).toBe('00:0041.50 ms9.00 ms');
  await act(async () => row?.querySelector('button')?.click());
  expect(opened).toEqual([{ fromUs: 0, toUs: 1_000_000 }]);
  const choice = [...byTestId('metrics-stage').querySelectorAll('button')].find(
    ({ textContent }) => textContent === 'Dispatch',
  );
  await act(async () => choice?.click());
  expect(byTestId('metrics-latency-note').textContent).not.toContain('inferred');
  expect(byTestId('metrics-latency-at').textContent).toBe('p50 10 µs, p95 10 µs of 4 in all');
});

test('[METRICS7] a time in which no packet went that way says so', async () => {
  await draw([[1, 0, 10, 4]]);
  expect(find('metrics-latency-chart')).toBeNull();
  expect(byTestId('metrics-latency-none').textContent).toContain('No packet went this way');
});

test('[METRICS4] the table has the newest buckets and says how many it leaves out', async () => {
  await draw(
    Array.from({ length: 61 }, (_, bucket) => [0, bucket, 1000, 1]),
    61_000_000,
  );
  expect(byTestId('metrics-latency-table-open').textContent).toBe('61 buckets with times: the newest 60');
  const heads = [...byTestId('metrics-latency-table').querySelectorAll('tbody th')];
  expect([heads.length, heads[0]?.textContent, heads.at(-1)?.textContent]).toEqual([60, '00:01', '01:00']);
});
