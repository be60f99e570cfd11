import { beforeEach, expect, test } from 'vitest';
import { sameSelection, select, useSelection } from './selection.ts';

const now = () => useSelection.getState();
const packet = (seq: number) => ({ kind: 'packet', seq }) as const;

beforeEach(() => now().reset());

test('[UI3] back and forward walk what was selected', () => {
  select(packet(1));
  select({ kind: 'node', name: 'client' });
  select({ kind: 'check', id: 'arp' });
  now().back();
  expect(now().current).toEqual({ kind: 'node', name: 'client' });
  now().back();
  now().back();
  expect(now().current).toBeUndefined();
  now().back();
  expect(now().current).toBeUndefined();
  now().forward();
  expect(now().current).toEqual(packet(1));
});

test('[UI3] the same thing again is no step, and a new selection ends what was forward', () => {
  select(packet(1));
  select(packet(1));
  expect(now().past).toHaveLength(1);
  select(packet(2));
  now().back();
  select(packet(3));
  now().forward();
  expect(now().current).toEqual(packet(3));
  expect(now().future).toEqual([]);
});

test('[UI3] a link has no direction, and kinds are not mixed up', () => {
  expect(sameSelection({ kind: 'link', a: 'client', b: 'sw0' }, { kind: 'link', a: 'sw0', b: 'client' })).toBe(true);
  expect(sameSelection({ kind: 'link', a: 'client', b: 'sw0' }, { kind: 'link', a: 'client', b: 'sw1' })).toBe(false);
  expect(sameSelection({ kind: 'node', name: 'a' }, { kind: 'check', id: 'a' })).toBe(false);
  expect(sameSelection(undefined, packet(1))).toBe(false);
});

test('[UI3] a hundred steps are kept', () => {
  for (let seq = 1; seq <= 150; seq++) select(packet(seq));
  for (let step = 0; step < 150; step++) now().back();
  expect(now().current).toEqual(packet(50));
});
