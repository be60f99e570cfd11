import { expect, test } from 'vitest';
import { formatMac } from '../../codec/addresses.ts';
import { seededRandom } from '../../determinism/random.ts';
import { macText } from './mac-texts.ts';

test('[WB108] the text of a hardware address is the same, however many others share its place', () => {
  const random = seededRandom(3);
  const bytes = Uint8Array.from({ length: 60_000 }, () => random.nextU32() % 256);
  bytes.fill(0, 0, 6);
  bytes.fill(255, 6, 12);
  for (let round = 0; round < 2; round++)
    for (let at = 0; at + 6 <= bytes.length; at += 6) expect(macText(bytes, at)).toBe(formatMac(bytes, at));
});
