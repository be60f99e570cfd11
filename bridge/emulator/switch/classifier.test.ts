import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Classifier } from './classifier.ts';
import { type FlowKey, keyWords, newKey } from './flow-key.ts';
import { type FlowMatch, includes, matches, overlaps } from './flow-match.ts';

interface Entry {
  readonly id: number;
  readonly match: FlowMatch;
  readonly rank: number;
  next: this | undefined;
}

/** Few values and few masks, so that entries meet, shadow and repeat one another. */
const bits = fc.constantFrom(0, 1, 2, 3, -1, 0x0a00_0001, 0x0a00_00ff, 0xffff_0000 | 0);
const maskBits = fc.constantFrom(0, 0, 0, -1, 0xffff_0000 | 0, 0xff, -1 << 8, -1 << 31);
const words = (word: fc.Arbitrary<number>): fc.Arbitrary<FlowKey> =>
  fc.array(word, { minLength: keyWords, maxLength: keyWords }).map((list) => Int32Array.from(list));
const arbitraryMatch: fc.Arbitrary<FlowMatch> = fc
  .record({ key: words(bits), mask: words(maskBits) })
  .map(({ key, mask }) => ({ mask, key: key.map((word, i) => word & (mask[i] ?? 0)) }));
const arbitraryStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), match: arbitraryMatch, rank: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat(200) }) },
);

/** The obvious way: look at every entry. */
const best = (entries: Iterable<Entry>, key: FlowKey): number => {
  let rank = -1;
  for (const entry of entries) if (matches(entry.match, key) && entry.rank > rank) rank = entry.rank;
  return rank;
};

test('[ES11] the classifier finds an entry of the highest rank, as looking at every entry does', () => {
  fc.assert(
    fc.property(fc.array(arbitraryStep, { maxLength: 80 }), fc.array(words(bits), { maxLength: 20 }), (steps, keys) => {
      const classifier = new Classifier<Entry>();
      const entries = new Set<Entry>();
      for (const [id, step] of steps.entries()) {
        if (step.kind === 'add') {
          const entry: Entry = { id, match: step.match, rank: step.rank, next: undefined };
          classifier.insert(entry);
          entries.add(entry);
        } else {
          const entry = [...entries][step.which % Math.max(entries.size, 1)];
          if (entry === undefined) continue;
          classifier.remove(entry);
          entries.delete(entry);
        }
      }
      // Keys that some entry surely takes, beside those that come by chance.
      const wanted = [...entries].map(({ match }) => match.key);
      for (const key of [...keys, ...wanted]) {
        const found = classifier.lookup(key);
        expect(found?.rank ?? -1).toBe(best(entries, key));
        if (found !== undefined) expect(entries.has(found) && matches(found.match, key)).toBe(true);
      }
      for (const { match } of entries) {
        const same = [...entries].filter((other) => includes(match, other.match) && includes(other.match, match));
        expect(new Set(classifier.same(match))).toEqual(new Set(same));
      }
    }),
    { numRuns: 300 },
  );
});

test('[ES11] an entry of a table that was emptied is not found', () => {
  const classifier = new Classifier<Entry>();
  classifier.insert({ id: 1, match: { key: newKey(), mask: newKey() }, rank: 3, next: undefined });
  expect(classifier.lookup(newKey())?.id).toBe(1);
  classifier.clear();
  expect(classifier.lookup(newKey())).toBeUndefined();
});

test('[ES17] a match includes another when every frame of that is one of its own, and overlaps when one is', () => {
  const aNumber = words(fc.integer());
  fc.assert(
    fc.property(arbitraryMatch, arbitraryMatch, aNumber, (a, b, noise) => {
      /** A frame that `match` takes, with whatever it does not look at. */
      const taken = (match: FlowMatch): FlowKey =>
        noise.map((word, i) => (word & ~(match.mask[i] ?? 0)) | (match.key[i] ?? 0));
      if (includes(a, b)) expect(matches(a, taken(b))).toBe(true);
      const both: FlowMatch = {
        mask: a.mask.map((word, i) => word | (b.mask[i] ?? 0)),
        key: a.key.map((word, i) => word | (b.key[i] ?? 0)),
      };
      const isBoth = matches(a, taken(both)) && matches(b, taken(both));
      expect(overlaps(a, b)).toBe(isBoth);
    }),
  );
});
