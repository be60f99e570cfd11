import { expect, test } from 'vitest';
import { practise } from './practice.ts';
import { practise as practiseRouting } from './router/practice.ts';

test('[BR39] packets cross the practice bridge and router, both ways, until the time is up', async () => {
  expect(await practise(200)).toBeGreaterThan(20);
});

test('[RT48] the practice router routes', () => {
  expect(practiseRouting(50)).toBeGreaterThan(20);
});
