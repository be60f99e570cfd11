import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NetworkConfig } from '../config.ts';
import { createNetwork } from '../network.ts';
import { VirtualScheduler } from '../scheduler.ts';
import { type LinkQueues, queuesOf, watchQueues } from './queue-watch.ts';

const host = (name: string, i: number): NetworkConfig['hosts'][number] => ({
  name,
  interfaces: [{ mac: `02:00:00:00:00:0${i}`, address: `10.0.0.${i}`, prefix: 24 }],
  routes: [],
  services: [],
});
const config: NetworkConfig = {
  seed: 1,
  hosts: [host('a', 1), host('b', 2)],
  switches: [{ name: 'sw0', dpid: '0000000000000001', failMode: 'secure' }],
  links: [
    { a: { node: 'a', port: 0 }, b: { node: 'sw0', port: 1 } },
    {
      a: { node: 'b', port: 0 },
      b: { node: 'sw0', port: 2 },
      // A frame of 1000 bytes takes a second.
      impairments: { bandwidthBps: 8000, queueFrames: 5 },
    },
  ],
};

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
  expect(told.at(-1)).toEqual([{ link: 1, there: { waiting: 5, limit: 5 }, back: empty }]);
  scheduler.advance(2_000_000);
  vi.advanceTimersByTime(500);
  expect(told.at(-1)?.[0]?.there.waiting).toBe(3);
  expect(told).toHaveLength(3);
  network.links[1]?.setImpairments({});
  expect(queuesOf(network)).toEqual([]);
  stop();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(3);
  network.close();
});
