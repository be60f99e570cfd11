import { expect, test } from 'vitest';
import { impairmentBadge, impairmentFacts } from './impairments.ts';

test('[MAP8] the badge of an impaired link says the worst and how much more there is', () => {
  expect(impairmentBadge({ lossPercent: 2 })).toBe('2 % loss');
  expect(impairmentBadge({ delayMs: 20, jitterMs: 5 })).toBe('20 ms');
  expect(impairmentBadge({ bandwidthMbps: 0.5, queueFrames: 10 })).toBe('0.5 Mbit/s');
  expect(impairmentBadge({ bandwidthMbps: 10, delayMs: 3, corruptPercent: 0.1, lossPercent: 1 })).toBe('1 % loss +3');
});

test('[MAP8] the card says all of it, and a link that only carries has neither', () => {
  const everything = {
    bandwidthMbps: 10,
    queueFrames: 20,
    delayMs: 20,
    jitterMs: 5,
    lossPercent: 1,
    duplicatePercent: 2,
    reorderPercent: 3,
    corruptPercent: 0.1,
  };
  expect(impairmentFacts(everything)).toEqual([
    ['Loss', '1 %'],
    ['Corrupted', '0.1 %'],
    ['Duplicated', '2 %'],
    ['Reordered', '3 %'],
    ['Delay', '20 ms ± 5 ms'],
    ['Bandwidth', '10 Mbit/s'],
    ['Queue', '20 frames'],
  ]);
  for (const nothing of [undefined, {}, { lossPercent: 0, delayMs: 0 }]) {
    expect(impairmentFacts(nothing)).toEqual([]);
    expect(impairmentBadge(nothing)).toBeUndefined();
  }
});
