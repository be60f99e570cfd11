import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSeqs, seqsText } from './seqs.ts';

test('[TRACE63] numbers that are written are read again; what is none is left out', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 })), (seqs) => {
      expect(readSeqs(seqsText(seqs))).toEqual([...seqs].sort((a, b) => a - b));
    }),
  );
  expect(readSeqs('3,x,7-5,-2,9-10,')).toEqual([3, 9, 10]);
  expect(readSeqs('1-999999999', 4)).toEqual([1, 2, 3, 4]);
});
