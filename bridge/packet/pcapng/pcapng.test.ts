import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError, EncodeError } from '../../codec/errors.ts';
import { directions } from './blocks.ts';
import { readCapture } from './read-capture.ts';
import { type CaptureFile, readPcapng } from './reader.ts';
import { PcapngWriter } from './writer.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
const captures: fc.Arbitrary<CaptureFile> = fc.record({
  format: fc.constant('pcapng' as const),
  interfaces: fc.array(
    fc.record({ name: text, description: text, linkType: fc.nat(0xffff), snapLength: fc.nat(0xffff) }),
    { minLength: 1, maxLength: 4 },
  ),
  names: fc.array(fc.record({ address: fc.ipV4(), name: word }), { maxLength: 4 }),
  frames: fc.array(
    fc.record({
      interface: fc.nat(0),
      timeNs: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      length: fc.nat(),
      frame: fc.uint8Array({ maxLength: 70 }),
      direction: fc.constantFrom(...directions),
      comments: fc.array(text, { maxLength: 3 }),
    }),
    { maxLength: 8 },
  ),
});

function write({ interfaces, names, frames }: CaptureFile): Uint8Array {
  const writer = new PcapngWriter();
  writer.section('test');
  writer.names(names);
  for (const one of interfaces) writer.interface(one);
  for (const frame of frames) writer.packet(frame);
  writer.statistics(5n);
  return writer.take();
}

/** The same file with every number in the other byte order: what a machine of that order would have written. */
function swapped(little: Uint8Array): Uint8Array {
  const bytes = little.slice();
  const from = new DataView(little.buffer, little.byteOffset);
  const to = new DataView(bytes.buffer);
  const u32 = (at: number) => to.setUint32(at, from.getUint32(at, true));
  const u16 = (at: number) => to.setUint16(at, from.getUint16(at, true));
  const options = (start: number, end: number, is32: (code: number) => boolean) => {
    for (let at = start; at < end; ) {
      const code = from.getUint16(at, true);
      const length = from.getUint16(at + 2, true);
      u16(at);
      u16(at + 2);
      if (is32(code)) u32(at + 4);
      at += 4 + length + (-length & 3);
    }
  };
  for (let at = 0; at < little.length; ) {
    const type = from.getUint32(at, true);
    const length = from.getUint32(at + 4, true);
    const end = at + length - 4;
    for (const place of [at, at + 4, end]) u32(place);
    if (type === 0x0a0d0d0a) {
      u32(at + 8);
      u16(at + 12);
      u16(at + 14);
      options(at + 24, end, () => false);
    } else if (type === 1) {
      u16(at + 8);
      u32(at + 12);
      options(at + 16, end, () => false);
    } else if (type === 4) options(at + 8, end, () => false);
    else if (type === 6) {
      for (let place = at + 8; place < at + 28; place += 4) u32(place);
      const captured = from.getUint32(at + 20, true);
      options(at + 28 + captured + (-captured & 3), end, (code) => code === 2);
    }
    at += length;
  }
  return bytes;
}

test('[PK40] what was written is read: interfaces, times, directions, comments and names', () => {
  fc.assert(
    fc.property(captures, (capture) => {
      expect(readPcapng(write(capture))).toEqual(capture);
    }),
    { numRuns: 300 },
  );
});

test('[PK41] the other byte order says the same', () => {
  fc.assert(
    fc.property(captures, (capture) => {
      expect(readPcapng(swapped(write(capture)))).toEqual(capture);
    }),
    { numRuns: 300 },
  );
});

test('[PK41] an unknown block and a second section are passed over and begun anew', () => {
  const one = (name: string) =>
    write({
      format: 'pcapng',
      interfaces: [{ name, description: '', linkType: 1, snapLength: 0 }],
      names: [],
      frames: [{ interface: 0, timeNs: 7n, length: 2, frame: Uint8Array.of(1, 2), direction: 'in', comments: [name] }],
    });
  const unknown = Uint8Array.of(0xad, 0x0b, 0, 0, 16, 0, 0, 0, 9, 9, 9, 9, 16, 0, 0, 0);
  const { interfaces, frames } = readPcapng(Uint8Array.of(...one('a'), ...unknown, ...swapped(one('b'))));
  expect(interfaces.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(frames.map((frame) => [frame.interface, frame.comments])).toEqual([
    [0, ['a']],
    [1, ['b']],
  ]);
});

describe('units of time', () => {
  const withResolution = (resolution: number, high: number, low: number, offset?: number): bigint | undefined => {
    const bytes = write({
      format: 'pcapng',
      interfaces: [{ name: '', description: '12345678', linkType: 1, snapLength: 0 }],
      names: [],
      frames: [{ interface: 0, timeNs: 0n, length: 0, frame: new Uint8Array(), direction: 'unknown', comments: [] }],
    });
    const view = new DataView(bytes.buffer);
    const at = view.getUint32(4, true);
    // Options of the interface: name (empty), description, resolution.
    view.setUint8(at + 16 + 4 + 12 + 4, resolution);
    if (offset !== undefined) {
      view.setUint16(at + 16 + 4, 14, true);
      view.setBigInt64(at + 16 + 8, BigInt(offset), true);
    }
    const packet = at + view.getUint32(at + 4, true);
    view.setUint32(packet + 12, high, true);
    view.setUint32(packet + 16, low, true);
    return readPcapng(bytes).frames[0]?.timeNs;
  };
  test.each([
    ['seconds', 0, 3, 3_000_000_000n],
    ['microseconds', 6, 3, 3000n],
    ['nanoseconds', 9, 3, 3n],
    ['picoseconds', 12, 3999, 3n],
    ['a power of two', 0x80 | 10, 512, 500_000_000n],
    ['nothing that has a meaning', 0xff, 512, 0n],
  ] as const)('[PK41] %s', (_name, resolution, units, ns) => {
    expect(withResolution(resolution, 0, units)).toBe(ns);
    expect(withResolution(resolution, 0, units, -2)).toBe(ns - 2_000_000_000n);
  });
});

describe('what is no pcapng', () => {
  const good = write({
    format: 'pcapng',
    interfaces: [{ name: 'a', description: '', linkType: 1, snapLength: 9 }],
    names: [{ address: '10.0.0.1', name: 'client' }],
    frames: [
      { interface: 0, timeNs: 1n, length: 3, frame: Uint8Array.of(1, 2, 3), direction: 'out', comments: ['seq 1'] },
    ],
  });
  const view = new DataView(good.buffer);
  const starts: number[] = [];
  for (let at = 0; at < good.length; at += view.getUint32(at + 4, true)) starts.push(at);

  test('[PK42] cut anywhere but between blocks it is a DecodeError with the offset', () => {
    for (let n = 0; n < good.length; n++) {
      if (starts.includes(n) && n > 0) expect(() => readCapture(good.subarray(0, n))).not.toThrow();
      else expect(() => readCapture(good.subarray(0, n))).toThrow(DecodeError);
    }
  });

  test('[PK42] a length that lies is named with its place', () => {
    const packet = starts[3] ?? 0;
    const lie = (at: number, value: number): (() => CaptureFile) => {
      const bytes = good.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      return () => readCapture(bytes);
    };
    expect(lie(packet + 4, 0xfffffff0)).toThrow(
      `a block of 4294967280 bytes, ${good.length - packet} are there at byte ${packet + 4}`,
    );
    expect(lie(packet + 4, 8)).toThrow(`a block of 8 bytes at byte ${packet + 4}`);
    expect(lie(packet + 4, 33)).toThrow('a block of 33 bytes');
    expect(lie(packet + 8, 1)).toThrow(`interface 1 of 1 at byte ${packet + 8}`);
    expect(lie(packet + 20, 1000)).toThrow(/1000 bytes of a frame, \d+ are there at byte/);
    expect(lie(packet + 32, 0xffff_0001)).toThrow(/an option of 65535 bytes, \d+ are there/);
    expect(lie(8, 1)).toThrow('not a byte order of pcapng at byte 8');
    expect(lie(12, 2)).toThrow('version 2 of pcapng, 1 is known at byte 12');
    expect(() => readCapture(new TextEncoder().encode('{"frames": []}'))).toThrow(
      'neither a pcap nor a pcapng file at byte 0',
    );
  });

  test('[PK40] nothing is written that the format cannot hold', () => {
    const writer = new PcapngWriter();
    writer.section('test');
    expect(() => writer.names([{ address: '10.0.0', name: 'x' }])).toThrow(EncodeError);
    const frame = { timeNs: 0n, length: 0, frame: new Uint8Array(), direction: 'in', comments: [] } as const;
    expect(() => writer.packet({ ...frame, interface: 0 })).toThrow('interface 0 of 0');
    writer.interface({ name: 'a', description: '', linkType: 1, snapLength: 0 });
    expect(() => writer.packet({ ...frame, interface: 0, comments: ['x'.repeat(70_000)] })).toThrow(EncodeError);
    expect(() => writer.packet({ ...frame, interface: 0, timeNs: -1n })).toThrow(EncodeError);
  });
});
