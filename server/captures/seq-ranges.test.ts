import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { parseSeqs, rangesOf } from './seq-ranges.ts';

test('[API20] records are chosen by numbers and ranges, in any order, each once', () => {
  expect(parseSeqs('5,3,9-12,4, 11 - 20 ,40-')).toEqual([
    { from: 3, to: 5 },
    { from: 9, to: 20 },
    { from: 40, to: Number.MAX_SAFE_INTEGER },
  ]);
  expect(rangesOf([7, 1, 2, 2, 9])).toEqual([
    { from: 1, to: 2 },
    { from: 7, to: 7 },
    { from: 9, to: 9 },
  ]);
});

test.each(['', '5,', 'x', '5-3', '-3', '1e3', '3 5'])('[API20] %j is refused', (text) => {
  expect(() => parseSeqs(text)).toThrow(AppError);
});
