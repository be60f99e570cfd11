import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { createNetwork } from '../network.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { type LinkQueues, queuesOf, watchQueues } from './queue-watch.ts';

// A frame of 1000 bytes takes a second.
const config = twoHosts({ bandwidthBps: 8000, queueFrames: 5 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('[EM11] what waits for the bandwidth of a link is told when it changes, each way with its limit', () => {
  const scheduler = new VirtualScheduler();
  const network = createNetwork(config, scheduler);
  const told: (readonly LinkQueues[])[] = [];
  const stop = watchQueues(network, (queues) => told.push(queues));
  vi.advanceTimersByTime(1000);
  const empty = { waiting: 0, limit: 5 };
  expect(told).toEqual([[{ link: 1, there: empty, back: empty }]]);
  for (let i = 0; i < 9; i++) network.hosts.get('b')?.interfaces.at(-1)?.sendRaw(new Uint8Array(1000));
  vi.advanceTimersByTime(1000);
  // One is being sent, five wait, three found no room.
  expect(told.at(-1)).toEqual([{ link: 1, there: empty, back: { waiting: 5, limit: 5 } }]);
  scheduler.advance(2_000_000);
  vi.advanceTimersByTime(500);
  expect(told.at(-1)?.[0]?.back.waiting).toBe(3);
  expect(told).toHaveLength(3);
  network.links[1]?.setImpairments({});
  expect(queuesOf(network)).toEqual([]);
  stop();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(3);
  network.close();
});
