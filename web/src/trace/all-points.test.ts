import { expect, test } from 'vitest';
import { coverageOf } from './all-points.tsx';

const points = { asked: true, watching: true, seen: 10, missed: 0, bypassed: 0, why: '' };

test('[TRACE17] the head says what the list cannot have: what was missed, what passed by the controller', () => {
  expect(coverageOf('vns-router', undefined)).toBeUndefined();
  expect(coverageOf('vns-router', points)).toBeUndefined();
  expect(coverageOf('l2-learning', points)).toBeUndefined();
  expect(coverageOf('l2-learning', { ...points, watching: false })?.sentence).toContain('“All points” shows it');
  expect(coverageOf('l2-learning', { ...points, bypassed: 1200 })).toEqual({
    words: '1,200 past the controller',
    sentence: 'Not every packet passes the controller: switches forwarded 1,200 frames by their flow entries.',
  });
  expect(coverageOf('l2-learning', { ...points, bypassed: 9, missed: 3 })?.words).toBe('3 not logged');
});
