import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dissect, type Field, fieldValues, summarize } from './dissect.ts';
import { readPcap } from './pcap.ts';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const frames = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => readPcap(readFileSync(folder + name)).frames.map(({ frame }) => frame));

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

/** One to eight changes: a byte set, a bit turned, a cut, a doubled part. */
function mutate(frame: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = frame.slice();
  for (let changes = 1 + random(8); changes > 0 && bytes.length > 0; changes--) {
    const at = random(bytes.length);
    const kind = random(10);
    if (kind < 4) bytes[at] = random(256);
    else if (kind < 6) bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    else if (kind < 8) bytes[at] = random(2) === 0 ? 0 : 0xff;
    else if (kind === 8) bytes = bytes.slice(0, at);
    else bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(random(at + 1)));
  }
  return bytes.subarray(0, 2000);
}

function checkSpans(fields: readonly Field[], length: number): void {
  for (const { name, start, end, children } of fields) {
    if (!(start >= 0 && start <= end && end <= length)) {
      throw new Error(`${name} spans [${start}, ${end}) of ${length} bytes`);
    }
    if (children !== undefined) checkSpans(children, length);
  }
}

function check(frame: Uint8Array, first: 'ethernet' | 'openflow' | 'vns', length: number): void {
  const { layers, summary } = dissect(frame, { first, length });
  checkSpans(
    layers.flatMap((layer) => [{ ...layer, text: '', value: '' }, ...layer.fields]),
    frame.length,
  );
  fieldValues(layers);
  if (first === 'ethernet') expect(summarize(frame, length)).toEqual(summary);
}

test('[PK3] no mutant of a real frame makes it throw, hang or point outside the frame', { timeout: 120_000 }, () => {
  const random = randomFrom(0x5042);
  const rounds = Math.ceil(55_000 / frames.length);
  let mutants = 0;
  for (const frame of frames) {
    for (let i = 0; i < rounds; i++) {
      const mutant = mutate(frame, random);
      try {
        check(mutant, 'ethernet', mutant.length + (random(4) === 0 ? random(2000) : 0));
      } catch (error) {
        throw new Error(`mutant ${Buffer.from(mutant).toString('hex')}`, { cause: error });
      }
      mutants++;
    }
  }
  expect(mutants).toBeGreaterThanOrEqual(50_000);
});

test('[PK3] nor do bytes that are said to be OpenFlow or VNS', { timeout: 60_000 }, () => {
  const random = randomFrom(0x6653);
  for (const frame of frames) {
    for (let i = 0; i < 6; i++) {
      const from = Math.min(frame.length, 66);
      const mutant = mutate(frame.subarray(from), random);
      check(mutant, 'openflow', mutant.length);
      check(mutant, 'vns', mutant.length);
    }
  }
});
