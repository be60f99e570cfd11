import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { placesFrom, rowsIn, useRowPlaces } from './row-places.ts';
import type { RowsInSight } from './use-rows-in-sight.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const sightFrom = (first: number): RowsInSight => ({ first, last: first + 7, slots: 8 });
const eightFrom = (first: number) => [0, 1, 2, 3, 4, 5, 6, 7].map((i) => first + i);

function List({ first }: { first: number }) {
  return useRowPlaces(sightFrom(first)).map((row) => <i key={row % 8}>{row}</i>);
}

test('[TRACE6] each row in sight has a place of its own, and keeps it', () => {
  for (let first = 0; first < 40; first++) {
    const sight = sightFrom(first);
    const rows = rowsIn(placesFrom(sightFrom(3)), sight);
    expect(rows.toSorted((a, b) => a - b)).toEqual(eightFrom(first));
    expect(rows.map((row) => row % 8)).toEqual(placesFrom(sightFrom(3)));
    expect(rowsIn(placesFrom(sight), sight)).toEqual(eightFrom(first));
  }
});

test('[TRACE6] where fewer rows are in sight than there are places, some stay empty', () => {
  expect(rowsIn(placesFrom(sightFrom(0)), { first: 0, last: 2, slots: 8 })).toEqual([0, 1, 2]);
  expect(rowsIn([6, 7, 0, 1, 2, 3, 4, 5], { first: 9, last: 12, slots: 8 })).toEqual([9, 10, 11, 12]);
  expect(rowsIn(placesFrom(sightFrom(0)), { first: 0, last: -1, slots: 8 })).toEqual([]);
});

test('[TRACE6] rows that come take the elements of those that leave, none is moved, and at rest they stand in order', () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  const draw = (first: number) => act(() => root.render(<List first={first} />));
  const texts = () => [...host.children].map((element) => Number(element.textContent));
  draw(0);
  const elements = [...host.children];
  for (const first of [5, 9, 11]) draw(first);
  expect([...host.children]).toEqual(elements);
  expect(texts()).toEqual([16, 17, 18, 11, 12, 13, 14, 15]);
  act(() => void vi.advanceTimersByTime(400));
  expect(texts()).toEqual(eightFrom(11));
  expect(new Set(host.children)).toEqual(new Set(elements));
  act(() => root.unmount());
});
