import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenVSwitch, whyNoOpenVSwitch } from '../../../testing/open-vswitch.ts';
import { comparable } from './compare.ts';
import { EmulatedUnderTest } from './emulated-under-test.ts';
import { play } from './play.ts';
import { topics } from './topics.ts';

/** The same conversations with real Open vSwitch and with the emulated switch: what is not the same is a failure. */
const why = whyNoOpenVSwitch();

let openVSwitch: OpenVSwitch;
beforeAll(async () => {
  if (why === undefined) openVSwitch = await OpenVSwitch.start();
});
afterAll(async () => {
  await openVSwitch?.[Symbol.asyncDispose]();
});

for (const { name, rule, sequences } of topics) {
  describe.skipIf(why)(`${name}${why ?? ''}`, () => {
    for (const sequence of sequences) {
      test(`[${rule}] ${sequence.name}`, async () => {
        await using real = await openVSwitch.bridge();
        await using emulated = new EmulatedUnderTest();
        const ours = await play(sequence, emulated);
        // A thread of Open vSwitch may be late on a busy machine; what is known to differ may never come.
        const theirs = await play(sequence, real, sequence.differs === undefined ? ours : []);
        const { ours: actual, theirs: expected } = comparable(sequence, ours, theirs);
        expect(actual).toEqual(expected);
      });
    }
  });
}

test('[ED1] every sequence has a name of its own and at least one step', () => {
  const all = topics.flatMap(({ sequences }) => sequences);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ steps }) => steps.length === 0)).toEqual([]);
});
