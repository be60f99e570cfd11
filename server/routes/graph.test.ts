import { expect, test } from 'vitest';
import type { GraphQuestion } from '../contract/graph.ts';
import type { LabRun } from '../labs/lab-service.ts';
import { LabsUnderTest, ping, ready, simpleRouter } from '../labs/testing/labs-under-test.ts';
import { until } from '../labs/testing/until.ts';

const bench = new LabsUnderTest('emulated');
const line = (filter: string, at: GraphQuestion['series'][number]['at'] = 'hosts') => ({
  filter,
  at,
  unit: 'packets' as const,
});

/** Three pings, each of which waits for its answer. */
async function pingThrice(run: LabRun): Promise<void> {
  for (let i = 0; i < 3; i++) expect(await ping(run)).toContain('1 received');
}

test('[WB43] [WB44] [WB46] on the emulated network three pings are six packets of hosts, counted on', {
  timeout: 30_000,
}, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  const { bridge } = run;
  const series = [line('icmp'), line('icmp', 'controller'), line('icmp', 'frames'), line('icmp', 'records')];
  const ask = (change: Partial<GraphQuestion> = {}) =>
    bridge.call('graph:series', { series, intervalUs: 100_000, asker: 'test', ...change });
  const sums = (counts: readonly (readonly number[])[]) =>
    counts.map((each) => each.reduce((sum, count) => sum + count, 0));
  await pingThrice(run);
  const first = await ask();
  // Requests and replies; each once more as the router sent it on.
  expect(sums(first.counts).slice(0, 3)).toEqual([6, 6, 12]);
  expect(sums(first.counts)[3]).toBeGreaterThan(12);
  expect(first.isComplete).toBe(true);
  await pingThrice(run);
  const since = await ask({ intervalUs: first.intervalUs, fromSeq: first.scannedTo + 1 });
  expect(sums(since.counts).slice(0, 3)).toEqual([6, 6, 12]);
  expect(sums((await ask()).counts).slice(0, 3)).toEqual([12, 12, 24]);
});

test('[WB44] with hosts watched the same pings count the same: once on the wire, not again at the controller', {
  timeout: 30_000,
}, async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  const { bridge } = run;
  labs.setViewers(simpleRouter, 1);
  await labs.setPoints(simpleRouter, true);
  await until('its watch', () => labs.status(simpleRouter).points?.watching);
  await pingThrice(run);
  const series = [line('icmp'), line('icmp', 'controller'), line('lab.point == "host.tx" and icmp', 'records')];
  const sums = async () => {
    const { counts } = await bridge.call('graph:series', { series, intervalUs: 100_000, asker: 'test' });
    return counts.map((each) => each.reduce((sum, count) => sum + count, 0));
  };
  await expect.poll(sums, { timeout: 5000 }).toEqual([6, 6, 6]);
});
