import { expect, test } from 'vitest';
import { FoundSeqs, mostAbsent, runOfSeqs } from './absent-rows.ts';

test('[TRACE90] rows that only the server has: a run without memory, or what was found, once each and the newest of too many', () => {
  const run = runOfSeqs(5, 9);
  expect([run.count, run.seqAt(0), run.seqAt(4), run.seqAt(5)]).toEqual([5, 5, 9, undefined]);
  expect([run.countBelow(1), run.countBelow(7), run.countBelow(100)]).toEqual([0, 2, 5]);
  expect(runOfSeqs(9, 5).count).toBe(0);

  const found = new FoundSeqs();
  found.add([9, 7, 8]);
  found.add([3, 8, 12]);
  expect(Array.from({ length: found.count }, (_, i) => found.seqAt(i))).toEqual([3, 7, 8, 9, 12]);
  expect(found.countBelow(9)).toBe(3);
  found.forgetBelow(8);
  expect(found.seqAt(0)).toBe(8);
  found.add(Array.from({ length: mostAbsent }, (_, i) => 100 + i));
  expect([found.count, found.seqAt(0)]).toEqual([mostAbsent, 100]);
  found.replace(200, 250, [240, 210, 245]);
  expect([found.countBelow(200), found.countBelow(251) - found.countBelow(200)]).toEqual([100, 3]);
  expect(found.seqAt(101)).toBe(240);
  found.clear();
  expect(found.count).toBe(0);
});
