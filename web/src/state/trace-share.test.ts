import { expect, test } from 'vitest';
import { ShareMeter, shareWords } from './trace-share.ts';

test('[TRACE15] the share is that of the last three seconds', () => {
  const meter = new ShareMeter();
  meter.note(400, 0, 0);
  expect(meter.share(0)).toBe(1);
  meter.note(400, 1_200, 1_000);
  expect(meter.share(1_000)).toBe(0.4);
  meter.note(400, 0, 3_500);
  expect(meter.share(3_500)).toBe(0.4);
  expect(meter.share(4_001)).toBe(1);
});

test('[TRACE15] in words that never say more than is shown', () => {
  expect([1, 0.999, 0.74, 0.58, 0.21, 0.1, 0.0005].map(shareWords)).toEqual([
    undefined,
    '9 in 10',
    '7 in 10',
    '1 in 2',
    '1 in 5',
    '1 in 10',
    '1 in 2,000',
  ]);
});
