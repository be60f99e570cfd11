import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noOptions } from './options.ts';
import { decodeSegment, encodeSegment, flag, lengthOf, seal } from './segment.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const options = fc.oneof(
  fc.record({
    mss: fc.option(u16, { nil: undefined }),
    windowScale: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
    sackPermitted: fc.boolean(),
    timestamp: fc.option(u32, { nil: undefined }),
    sack: fc.constant([]),
  }),
  fc.record({
    timestamp: fc.option(u32, { nil: undefined }),
    sack: fc.array(fc.tuple(u32, u32), { maxLength: 3 }).map((blocks) => blocks.flat()),
  }),
);
const header = fc.record({
  sourcePort: u16,
  destinationPort: u16,
  sequence: u32,
  acknowledgement: u32,
  flags: fc.integer({ min: 0, max: 0x1ff }),
  window: u16,
});

test('[ET2] a segment is read as it was written, and a flipped bit is found', () => {
  fc.assert(
    fc.property(
      header,
      options,
      u32,
      fc.uint8Array({ maxLength: 50 }),
      u32,
      u32,
      u32,
      (fields, some, echo, data, source, destination, bit) => {
        const timestampEcho = some.timestamp === undefined ? 0 : echo;
        const segment = { ...fields, options: { ...noOptions, ...some, timestampEcho } };
        const bytes = encodeSegment(segment, data.length);
        bytes.set(data, bytes.length - data.length);
        seal(bytes, source, destination);
        expect(decodeSegment(bytes, source, destination)).toEqual({ ...segment, data });
        const at = bit % (bytes.length * 8);
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(typeof decodeSegment(bytes, source, destination)).toBe('string');
      },
    ),
  );
});

/** Of a Linux 6.18 kernel, from 10.99.0.2 port 50000 to 10.99.0.1 port 8080, as it came out of a TUN device. */
const linuxSyn = 'c350 1f90 5c49 5eb0 0000 0000 a002 faf0 3a3c 0000 0204 05b4 0402 080a ef01 712b 0000 0000 0103 030a';
const linux = 0x0a63_0002;
const other = 0x0a63_0001;
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('[ET2] a SYN as Linux sends it is read, and written the same', () => {
  const bytes = bytesOf(linuxSyn);
  const segment = decodeSegment(bytes, linux, other);
  if (typeof segment === 'string') throw new Error(segment);
  expect(segment).toMatchObject({
    sourcePort: 50_000,
    destinationPort: 8080,
    sequence: 0x5c49_5eb0,
    flags: flag.syn,
    window: 64_240,
    options: { mss: 1460, sackPermitted: true, windowScale: 10, timestamp: 0xef01_712b, timestampEcho: 0 },
  });
  expect(lengthOf(segment)).toBe(1);
  const again = encodeSegment(segment, 0);
  seal(again, linux, other);
  expect(again).toEqual(bytes);
});

for (const [what, options, outcome] of [
  ['an unknown kind is passed over', 'fe04 0102 0204 05b4', { mss: 1460 }],
  ['a known kind of a wrong length is passed over', '0203 0501 0303 0901', { mss: undefined, windowScale: 9 }],
  ['a scale of more than 14 counts as 14', '0303 1001', { windowScale: 14 }],
  ['nothing counts behind the end', '0000 0204 05b4 0000', { mss: undefined }],
  ['an option that is longer than the header is malformed', '0101 0206', 'malformed'],
  ['an option of no length is malformed', '0200 0101', 'malformed'],
] as const) {
  test(`[ET2] options: ${what}`, () => {
    const extra = bytesOf(options);
    const bytes = new Uint8Array([...bytesOf(linuxSyn).subarray(0, 20), ...extra]);
    bytes[12] = (bytes.length / 4) << 4;
    seal(bytes, 1, 2);
    const segment = decodeSegment(bytes, 1, 2);
    if (typeof outcome === 'string') expect(segment).toBe(outcome);
    else expect(segment).toMatchObject({ options: outcome });
  });
}

test('[ET2] what is shorter than its header is malformed', () => {
  const bytes = bytesOf(linuxSyn);
  for (let length = 0; length < bytes.length; length++)
    expect(decodeSegment(bytes.subarray(0, length), 1, 2)).toBe('malformed');
});
