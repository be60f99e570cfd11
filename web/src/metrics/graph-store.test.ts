import { beforeEach, expect, test } from 'vitest';
import { showStretch, standStill, stretchOf, useGraphChoice } from './graph-store.ts';

beforeEach(() => showStretch(undefined));

test('[METRICS3] a graph that follows stands still as it is drawn; one that stands already stays where it is', () => {
  const shown = stretchOf([10, 11, 12], 1_000_000);
  expect(shown).toEqual({ fromUs: 10_000_000, toUs: 13_000_000 });
  standStill(shown);
  standStill({ fromUs: 0, toUs: 1 });
  expect(useGraphChoice.getState().still).toEqual(shown);
});
