import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Path } from './testing/path.ts';
import { connected, noise, readAll } from './testing/streams.ts';

const share = (max: number) => fc.double({ min: 0, max, noNaN: true });
const impairments = fc.record({
  delayUs: fc.integer({ min: 0, max: 50_000 }),
  jitterUs: fc.integer({ min: 0, max: 5000 }),
  loss: share(0.15),
  duplicate: share(0.1),
  reorder: share(0.2),
  corrupt: share(0.05),
  bandwidthBps: fc.constantFrom(1e6, 1e7, 1e9),
});

async function exchange(seed: number, path: Path, bytes: readonly [number, number]): Promise<void> {
  const data = noise(bytes[0], seed);
  const back = noise(bytes[1], seed + 1);
  const { client, server } = await connected(path);
  const side = async (socket: typeof client, out: Uint8Array) => {
    const writing = socket.write(out).then(() => socket.end());
    const [got] = await Promise.all([readAll(socket), writing]);
    socket.close();
    return got;
  };
  const [got, gotBack] = await path.scheduler.settle(Promise.all([side(server, back), side(client, data)]), 36e9);
  expect(Buffer.compare(got, data)).toBe(0);
  expect(Buffer.compare(gotBack, back)).toBe(0);
  path.scheduler.advance(2_000_000_000);
  expect(path.client.sockets()).toEqual([]);
  expect(path.server.sockets().map(({ state }) => state)).toEqual(['LISTEN']);
}

test('[ET1][ET3] whatever a path does, both streams arrive whole and both ends are gone in the end', async () => {
  const sizes = fc.tuple(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 50_000 }));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), impairments, sizes, async (seed, impaired, bytes) => {
      await exchange(seed, new Path(seed, impaired), bytes);
    }),
    { numRuns: 60, seed: 4 },
  );
}, 30_000);

test('[ET4] the same seed gives the same segments at the same time', async () => {
  const run = async () => {
    const path = new Path(9, { delayUs: 3000, jitterUs: 500, loss: 0.05, reorder: 0.05 });
    path.keepsSegments = true;
    await exchange(9, path, [100_000, 30_000]);
    return path.seen;
  };
  expect(await run()).toEqual(await run());
});
