import { expect, test } from 'vitest';
import { practise } from './practice.ts';
import { practiseFirst, practise as practiseRouting } from './router/practice.ts';

test('[BR39] packets cross the practice bridges and routers, both ways, until the time is up', async () => {
  expect(await practise(400)).toBeGreaterThan(40);
});

test('[RT48] before it dials a router has routed some hundred packets of its own, each of them', () => {
  expect(practiseFirst()).toBeGreaterThanOrEqual(300);
});

test('[RT48] the practice routers route, and end when the router does', async () => {
  expect(await practiseRouting(200)).toBeGreaterThan(40);
  await expect(practiseRouting(60_000, AbortSignal.timeout(50))).rejects.toThrow('aborted');
});
