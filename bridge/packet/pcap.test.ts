import { describe, expect, test } from 'vitest';
import { DecodeError } from '../codec/errors.ts';
import { readPcap } from './pcap.ts';

/** A file with two frames, the second cut to 3 of 5 bytes. */
function file(magic: number, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(24 + 16 + 2 + 16 + 3);
  const view = new DataView(bytes.buffer);
  const words = (at: number, ...values: number[]) => values.map((v, i) => view.setUint32(at + 4 * i, v, isLittle));
  words(0, magic);
  words(16, 65_535, 1);
  words(24, 1_700_000_000, 5, 2, 2);
  bytes.set([1, 2], 40);
  words(42, 1_700_000_001, 7, 3, 5);
  bytes.set([3, 4, 5], 58);
  return bytes;
}

describe('pcap', () => {
  for (const [what, magic, unit] of [
    ['microseconds', 0xa1b2c3d4, 1000n],
    ['nanoseconds', 0xa1b23c4d, 1n],
  ] as const) {
    for (const isLittle of [true, false]) {
      test(`[PK6] ${what}, ${isLittle ? 'little' : 'big'}-endian`, () => {
        const { linkType, snapLength, frames } = readPcap(file(magic, isLittle));
        expect({ linkType, snapLength }).toEqual({ linkType: 1, snapLength: 65_535 });
        expect(frames).toEqual([
          { timeNs: 1_700_000_000_000_000_000n + 5n * unit, length: 2, frame: Uint8Array.of(1, 2) },
          { timeNs: 1_700_000_001_000_000_000n + 7n * unit, length: 5, frame: Uint8Array.of(3, 4, 5) },
        ]);
      });
    }
  }
  test('[PK6] what is no capture, or is cut anywhere but between frames, is a DecodeError', () => {
    const good = file(0xa1b2c3d4, true);
    const ends = [24, 42, good.length];
    for (let n = 0; n < good.length; n++) {
      if (ends.includes(n)) expect(readPcap(good.subarray(0, n)).frames.length).toBe(ends.indexOf(n));
      else expect(() => readPcap(good.subarray(0, n))).toThrow(DecodeError);
    }
    expect(() => readPcap(new Uint8Array(100))).toThrow(/not a pcap file/);
  });
});
