import { expect, test } from 'vitest';
import { rowsAt } from './use-rows-in-sight.ts';

const options = { count: 1000, rowHeight: 20, overscan: 5, atEnd: false };

test('[TRACE6] every row that touches the window is drawn, and a few beyond its edges', () => {
  expect(rowsAt(0, 100, options)).toMatchObject({ first: 0, last: 9 });
  expect(rowsAt(210, 100, options)).toMatchObject({ first: 5, last: 20 });
  expect(rowsAt(1000 * 20 - 100, 100, options)).toMatchObject({ first: 990, last: 999 });
});

test('[TRACE6] of no rows none is drawn, and before the window is known only those beyond its edge', () => {
  expect(rowsAt(0, 100, { ...options, count: 0 })).toMatchObject({ first: 0, last: -1 });
  expect(rowsAt(0, 0, options)).toMatchObject({ first: 0, last: 4 });
});

test('[TRACE6] there are as many places as rows can be in sight, wherever the window stands', () => {
  for (let top = 1000; top <= 1040; top++) {
    const { first, last, slots } = rowsAt(top, 103, options);
    expect(slots - (last - first + 1)).toBeOneOf([0, 1]);
    expect(slots).toBe(17);
  }
});
