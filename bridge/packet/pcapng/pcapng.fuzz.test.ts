import { expect, test } from 'vitest';
import { DecodeError } from '../../codec/errors.ts';
import { readCapture } from './read-capture.ts';
import { PcapngWriter } from './writer.ts';

/** Marsaglia's xorshift32: the same mutants on every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function seedFile(): Uint8Array {
  const writer = new PcapngWriter();
  writer.section('test', 'a comment');
  writer.names([{ address: '10.0.1.1', name: 'client' }]);
  for (const name of ['a', 'b']) writer.interface({ name, description: 'x', linkType: 1, snapLength: 64 });
  for (let i = 0; i < 6; i++) {
    const frame = new Uint8Array(10 + i * 5).fill(i);
    const comments = i % 2 === 0 ? [] : [`seq ${i}`, 'passed'];
    writer.packet({ interface: i % 2, timeNs: BigInt(i) << 40n, length: 99, frame, direction: 'in', comments });
  }
  writer.statistics(9n);
  return writer.take();
}

const telling = [0, 1, 2, 3, 4, 5, 6, 8, 12, 13, 16, 28, 32, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff];

/** One to six changes: a byte, a whole word that a length may be, a cut, a doubled part. */
function mutate(file: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = file.slice();
  for (let changes = 1 + random(6); changes > 0 && bytes.length > 4; changes--) {
    const at = random(bytes.length - 3);
    const kind = random(10);
    if (kind < 3) bytes[at] = random(256);
    else if (kind < 8) {
      const value = telling[random(telling.length)] ?? 0;
      new DataView(bytes.buffer).setUint32(at & ~3, value, random(8) > 0);
    } else if (kind === 8) bytes = bytes.slice(0, at);
    else bytes = Uint8Array.of(...bytes.subarray(0, at & ~3), ...bytes.subarray(random(at + 1) & ~3));
  }
  return bytes;
}

test('[PK42] a mutant is read or is a DecodeError inside the file, in bounded time and memory', {
  timeout: 60_000,
}, () => {
  const random = randomFrom(0x0a0d);
  const seed = seedFile();
  let read = 0;
  let refused = 0;
  for (let i = 0; i < 30_000; i++) {
    const mutant = mutate(seed, random);
    try {
      const { frames, interfaces, names } = readCapture(mutant);
      // Each costs at least its smallest block, record or option.
      expect(frames.length * 16 + interfaces.length * 20 + names.length).toBeLessThanOrEqual(mutant.length);
      for (const { frame, interface: number } of frames) {
        expect(frame.buffer).toBe(mutant.buffer);
        expect(number).toBeLessThan(interfaces.length);
      }
      read++;
    } catch (error) {
      if (!(error instanceof DecodeError)) {
        throw new Error(`mutant ${Buffer.from(mutant).toString('hex')}`, { cause: error });
      }
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(mutant.length);
      refused++;
    }
  }
  // Both ways are really gone.
  expect(read).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(10_000);
});
