import { expect, test } from 'vitest';
import { PacketRate } from './packet-rate.ts';

test('[LAB13] the packet rate is that of about the last second', () => {
  const rate = new PacketRate();
  expect(rate.sample(100, 0)).toBe(0);
  expect(rate.sample(150, 500)).toBe(100);
  expect(rate.sample(350, 1000)).toBe(250);
  expect(rate.sample(350, 2000)).toBe(0);
  expect(rate.sample(350, 9000)).toBe(0);
});
