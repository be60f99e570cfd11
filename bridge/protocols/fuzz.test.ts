import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { DecodeError, EncodeError } from '../codec/errors.ts';
import { type Fixture, readFixtures } from '../testing/hex.ts';
import { decodeMessage, dissectMessage, encodeMessage } from './openflow/v10/message.ts';
import { decodeVns, dissectVns, encodeVns, type VnsMessage } from './vns/message.ts';

/** A protocol as the fuzzer sees it. */
interface Target<M> {
  readonly decode: (bytes: Uint8Array, start: number, end: number) => M;
  readonly dissect: (bytes: Uint8Array) => { readonly message: M };
  readonly encode: (message: M) => Uint8Array;
  /** Writes the length that is true into the header, so that a mutant is not refused at the door. */
  readonly mend: (bytes: Uint8Array) => void;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const openflow: Target<ReturnType<typeof decodeMessage>> = {
  decode: decodeMessage,
  dissect: dissectMessage,
  encode: encodeMessage,
  mend: (bytes) => viewOf(bytes).setUint16(2, bytes.length),
};
const vns: Target<VnsMessage> = {
  decode: decodeVns,
  dissect: dissectVns,
  encode: encodeVns,
  mend: (bytes) => viewOf(bytes).setUint32(0, bytes.length),
};

/** Whole numbers below n, the same ones each run (xorshift32). */
function randomFrom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}
type Random = ReturnType<typeof randomFrom>;

const telling = [0, 1, 2, 3, 4, 7, 8, 9, 0x10, 0x28, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfff8, 0xffff];

function mutateOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length);
  const length = random(24);
  const changed = Uint8Array.from(bytes);
  switch (random(8)) {
    case 0:
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
      return changed;
    case 1:
      changed[at] = random(256);
      return changed;
    case 2:
    case 3:
      if (at + 2 <= bytes.length) viewOf(changed).setUint16(at, telling[random(telling.length)] ?? 0);
      return changed;
    case 4:
      return bytes.slice(0, at + 1);
    case 5:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    case 6:
      return Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    default:
      return Uint8Array.from([...bytes.subarray(0, at), ...other.subarray(random(other.length))]);
  }
}

function mutantOf<M>(target: Target<M>, fixtures: readonly Fixture[], from: Fixture, random: Random): Uint8Array {
  let bytes = from.bytes;
  const other = fixtures[random(fixtures.length)] ?? from;
  for (let i = random(3); i >= 0; i--) {
    const next = mutateOnce(bytes, other.bytes, random);
    if (next.length > 0) bytes = next;
  }
  bytes = Uint8Array.from(bytes);
  if (bytes.length >= 8 && random(4) > 0) target.mend(bytes);
  return bytes;
}

type Outcome<M> = { readonly message: M } | { readonly error: string };

/** Decodes a mutant that lies in a larger buffer full of `canary`. */
function outcome<M>(target: Target<M>, mutant: Uint8Array, canary: number): Outcome<M> {
  const around = 64;
  const memory = new Uint8Array(mutant.length + 2 * around).fill(canary);
  memory.set(mutant, around);
  try {
    return { message: target.decode(memory, around, around + mutant.length) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    if (error.offset < 0 || error.offset > mutant.length)
      throw new Error(`offset ${error.offset} outside`, { cause: error });
    return { error: error.message };
  }
}

/** Encodes and decodes once more; a mutant may hold what only reading allows, such as an endless name. */
function survives<M>(target: Target<M>, message: M): boolean {
  try {
    const again = target.encode(message);
    return isDeepStrictEqual(target.decode(again, 0, again.length), message);
  } catch (error) {
    if (error instanceof EncodeError) return true;
    throw error;
  }
}

function fuzz<M>(
  target: Target<M>,
  fixtures: readonly Fixture[],
  mutants: number,
): { understood: number; refused: number } {
  const random = randomFrom(0x5eed);
  const counts = { understood: 0, refused: 0 };
  for (let i = 0; i < mutants; i++) {
    const from = fixtures[i % fixtures.length];
    if (from === undefined) throw new Error('no fixtures');
    const mutant = mutantOf(target, fixtures, from, random);
    const one = outcome(target, mutant, 0x00);
    const two = outcome(target, mutant, 0xa5);
    // What lies around the message must not matter: nothing outside was read.
    if (!isDeepStrictEqual(one, two))
      throw new Error(`read outside: ${from.name} ${Buffer.from(mutant).toString('hex')}`);
    if ('error' in one) {
      counts.refused++;
      continue;
    }
    counts.understood++;
    if (i % 8 !== 0) continue;
    if (!survives(target, one.message)) throw new Error(`lost: ${from.name} ${Buffer.from(mutant).toString('hex')}`);
    if (!isDeepStrictEqual(target.dissect(mutant).message, one.message))
      throw new Error(`dissected otherwise: ${from.name}`);
  }
  return counts;
}

test('[OF8] 120,000 mutants of OpenFlow messages are understood or refused', { timeout: 30_000 }, () => {
  const fixtures = readFixtures(new URL('openflow/v10/fixtures/', import.meta.url));
  const { understood, refused } = fuzz(openflow, fixtures, 120_000);
  // A fuzzer whose mutants all fail at the header would prove nothing.
  expect(understood).toBeGreaterThan(20_000);
  expect(refused).toBeGreaterThan(20_000);
});

test('[VNS7] 40,000 mutants of VNS messages are understood or refused', { timeout: 30_000 }, () => {
  const fixtures = readFixtures(new URL('vns/fixtures/', import.meta.url));
  const { understood, refused } = fuzz(vns, fixtures, 40_000);
  expect(understood).toBeGreaterThan(5_000);
  expect(refused).toBeGreaterThan(5_000);
});
