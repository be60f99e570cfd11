import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { expectedChecksum, internetChecksum, pseudoHeaderSum } from './checksum.ts';

const ipHeader = hex('45 00 00 54 8c 41 40 00 3f 01 e1 59 0a 00 01 64 c0 a8 02 02');

describe('internet checksum', () => {
  test('[PK5] the example of RFC 1071 §3 and a real header', () => {
    expect(internetChecksum(hex('00 01 f2 03 f4 f5 f6 f7'), 0, 8)).toBe(0xffff - 0xddf2);
    expect(internetChecksum(ipHeader, 0, 20)).toBe(0);
    expect(expectedChecksum(ipHeader, 0, 20, 10)).toBe(0xe159);
  });
  test('[PK5] an odd last byte is the high half of a word; nothing at all sums to 0xffff', () => {
    expect(internetChecksum(hex('00 01 02'), 0, 3)).toBe(0xffff - 0x0201);
    expect(internetChecksum(hex(''), 0, 0)).toBe(0xffff);
  });
  test('[PK5] a segment with its pseudo header: UDP 51914 → 7', () => {
    const datagram = hex('0a 00 01 64 0a 00 01 01  ca ca 00 07 00 0c 00 00 61 62 63 64');
    const sum = pseudoHeaderSum(datagram, 0, 8, 17, 12);
    // 0a00+0164+0a00+0101+0011+000c + caca+0007+000c+0000+6162+6364 = 1a7a5 + carry → a7a6
    const words = [0x0a00, 0x0164, 0x0a00, 0x0101, 17, 12, 0xcaca, 7, 12, 0, 0x6162, 0x6364];
    const total = words.reduce((a, b) => a + b);
    expect(internetChecksum(datagram, 8, 20, sum)).toBe(0xffff - ((total & 0xffff) + (total >>> 16)));
  });
  test('[PK5] whatever the bytes, the sum with the checksum in its place is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 3000 }), fc.nat(0xffffff), (bytes, initial) => {
        const checksum = expectedChecksum(bytes, 0, bytes.length, 10, initial);
        const written = bytes.slice();
        written[10] = checksum >>> 8;
        written[11] = checksum & 0xff;
        expect(internetChecksum(written, 0, written.length, initial)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
