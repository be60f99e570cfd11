import { expect, test } from 'vitest';
import { practise } from './practice.ts';
import { Practice } from './router/practice.ts';

test('[BR39] packets cross the practice bridge and router, both ways, until the time is up', async () => {
  expect(await practise(200)).toBeGreaterThan(20);
});

test('[RT48] the practice router routes', () => {
  const practice = new Practice();
  practice.step(50);
  expect(practice.routed).toBeGreaterThan(20);
});
