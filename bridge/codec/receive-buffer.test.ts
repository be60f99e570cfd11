import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from './errors.ts';
import { type LengthOf, ReceiveBuffer } from './receive-buffer.ts';

/** Messages of this test: a u16 length that counts itself, then anything. */
const lengthOf: LengthOf = (bytes, start, available) =>
  available < 2 ? undefined : (bytes[start] ?? 0) * 256 + (bytes[start + 1] ?? 0);

function message(length: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  bytes.set([length >> 8, length & 0xff]);
  return bytes;
}

function drain(buffer: ReceiveBuffer): Uint8Array[] {
  const messages: Uint8Array[] = [];
  while (buffer.next(lengthOf)) messages.push(buffer.bytes.slice(buffer.start, buffer.end));
  return messages;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('ReceiveBuffer', () => {
  test('[CD8] the same messages however the stream is cut', () => {
    const messages = fc.array(
      fc.tuple(fc.integer({ min: 2, max: 300 }), fc.nat(255)).map(([length, fill]) => message(length, fill)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sent, cuts) => {
        const buffer = new ReceiveBuffer(300, 32);
        const stream = joined(sent);
        const got: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          buffer.push(stream.subarray(at, at + size));
          got.push(...drain(buffer));
          at += size;
        }
        expect(got).toEqual(sent);
        expect(buffer.unread).toBe(0);
      }),
    );
  });

  test('[CD8] a message is not copied, and stands until the next push', () => {
    const buffer = new ReceiveBuffer(100, 64);
    buffer.push(joined([message(10, 1), message(10, 2)]));
    buffer.next(lengthOf);
    const first = buffer.bytes.subarray(buffer.start, buffer.end);
    expect(buffer.view.getUint16(buffer.start)).toBe(10);
    buffer.next(lengthOf);
    expect(first).toEqual(message(10, 1));
    expect(first.buffer).toBe(buffer.bytes.buffer);
  });

  test('[CD8] an impossible length is a DecodeError', () => {
    for (const length of [0, 101]) {
      const buffer = new ReceiveBuffer(100);
      buffer.push(Uint8Array.from([0, length]));
      expect(() => buffer.next(lengthOf)).toThrow(DecodeError);
    }
  });

  test('[CD8] memory stays near the largest message however long the stream is', () => {
    const buffer = new ReceiveBuffer(1000, 64);
    const piece = message(999, 7);
    for (let i = 0; i < 2000; i++) {
      buffer.push(piece.subarray(0, 500));
      expect(drain(buffer)).toHaveLength(0);
      buffer.push(piece.subarray(500));
      expect(drain(buffer)).toHaveLength(1);
    }
    expect(buffer.bytes.length).toBeLessThan(8000);
  });

  test('[CD8] one byte at a time moves each byte a bounded number of times', () => {
    const buffer = new ReceiveBuffer(65_535, 64);
    const big = message(65_535, 1);
    const rounds = 3;
    let moved = 0;
    let early = 0;
    for (let i = 0; i < rounds * big.length; i++) {
      const { bytes, start, unread } = buffer;
      buffer.push(big.subarray(i % big.length, (i % big.length) + 1));
      if (buffer.bytes !== bytes || buffer.start < start) moved += unread;
      const isLast = i % big.length === big.length - 1;
      if (buffer.next(lengthOf) !== isLast) early++;
    }
    expect(early).toBe(0);
    expect(moved).toBeLessThan(2 * rounds * big.length);
  });
});
