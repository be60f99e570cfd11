import { expect, test } from 'vitest';
import { coverageOf } from './all-points.tsx';

const points = { asked: true, watching: true, seen: 10, missed: 0, bypassed: 0, why: '' };
const bypass = { switches: [], entries: 0, packets: 0, sinceUs: 3_200_000, isAtLeast: false };

test('[TRACE17] the head says what the list cannot have: what was missed, what flow entries let pass by and since when', () => {
  expect(coverageOf(undefined, undefined)).toBeUndefined();
  expect(coverageOf(points, bypass)).toBeUndefined();
  expect(coverageOf({ ...points, watching: false }, { ...bypass, entries: 2, packets: 1200 })).toEqual({
    words: '2 entries past the bridge',
    sentence: '2 flow entries let packets pass the bridge by; 1,200 packets did since 3.2 s.',
  });
  expect(coverageOf(undefined, { ...bypass, entries: 1, packets: 1, isAtLeast: true })?.sentence).toBe(
    '1 flow entry lets packets pass the bridge by; at least 1 packet did since 3.2 s.',
  );
  expect(coverageOf({ ...points, bypassed: 9 }, { ...bypass, packets: 12 })).toEqual({
    words: '12 passed by',
    sentence:
      'No flow entry lets packets pass the bridge by now; 12 packets did since 3.2 s. 9 of them were seen at hosts and switches.',
  });
  expect(coverageOf({ ...points, missed: 3 }, { ...bypass, entries: 1 })?.words).toBe('3 not logged');
});
