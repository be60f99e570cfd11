import { expect, test } from 'vitest';
import { flag } from './segment.ts';
import { Path } from './testing/path.ts';
import { connected, noise, readAll } from './testing/streams.ts';

const megabyte = 1 << 20;
const fromClient = (path: Path) => path.seen.filter(({ from }) => from === 'client').map(({ segment }) => segment);
const fromServer = (path: Path) => path.seen.filter(({ from }) => from === 'server').map(({ segment }) => segment);

test('[ET20][ET21] a reader that does not read stops the writer when both buffers are full', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  let written = 0;
  const writing = (async () => {
    for (let i = 0; i < 40; i++) {
      await client.write(noise(100_000, i));
      written += 100_000;
    }
    client.end();
  })();
  for (let i = 0; i < 100; i++) {
    path.scheduler.advance(100_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeGreaterThan(2 * megabyte - 200_000);
  expect(written).toBeLessThan(2 * megabyte);
  const received = path.server.sockets()[1]?.receiveQueue ?? 0;
  expect(received).toBeGreaterThanOrEqual(megabyte);
  expect(received).toBeLessThan(megabyte + 128);
  const [got] = await path.scheduler.settle(Promise.all([readAll(server), writing]));
  const expected = Buffer.concat(Array.from({ length: 40 }, (_, i) => noise(100_000, i)));
  expect(Buffer.compare(got, expected)).toBe(0);
});

test('[ET22] a window that stays closed for an hour is probed more and more seldom, and opens without loss', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const data = noise(megabyte + 50_000);
  await path.scheduler.settle(client.write(data));
  client.end();
  path.scheduler.advance(30_000_000);
  path.keepsSegments = true;
  path.scheduler.advance(3_600_000_000);
  const probes = fromClient(path).length;
  expect(probes).toBeGreaterThanOrEqual(28);
  expect(probes).toBeLessThan(60);
  expect(fromClient(path).every((segment) => segment.data.length === 0)).toBe(true);
  expect(fromServer(path).at(-1)?.window).toBe(0);
  expect(Buffer.compare(await path.scheduler.settle(readAll(server)), data)).toBe(0);
});

test('[ET22] the segment that opens the window may be lost: the next probe asks again', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const data = noise(megabyte + 50_000);
  await path.scheduler.settle(client.write(data));
  client.end();
  path.scheduler.advance(5_000_000);
  path.passes = () => false;
  const reading = readAll(server);
  await Promise.resolve();
  path.scheduler.advance(100_000);
  path.passes = () => true;
  expect(Buffer.compare(await path.scheduler.settle(reading), data)).toBe(0);
});

test('[ET22][ET32] probes that nobody answers end the connection', async () => {
  const path = new Path();
  const { client } = await connected(path);
  await path.scheduler.settle(client.write(new Uint8Array(megabyte + 1000)));
  path.scheduler.advance(10_000_000);
  path.passes = () => false;
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('Connection timed out');
});

test('[ET21] the window’s right edge never moves back and a slow reader of a full buffer causes no small segments', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  path.keepsSegments = true;
  const data = noise(3_000_000);
  const writing = client.write(data).then(() => client.end());
  const pieces: Uint8Array[] = [];
  const reading = (async () => {
    for (;;) {
      await new Promise<void>((resolve) => path.scheduler.after(20_000, resolve));
      const piece = await server.read();
      if (piece === undefined) return;
      pieces.push(piece);
    }
  })();
  await path.scheduler.settle(Promise.all([writing, reading]));
  expect(Buffer.compare(Buffer.concat(pieces), data)).toBe(0);
  const edges = fromServer(path).map(({ acknowledgement, window }) => (acknowledgement + (window << 7)) >>> 0);
  const steps = edges.slice(1).map((edge, i) => (edge - (edges[i] ?? 0)) | 0);
  // A window is told in steps of 128 bytes, rounded up.
  expect(Math.min(...steps)).toBeGreaterThan(-128);
  const small = fromClient(path).filter(({ data: { length } }) => length > 0 && length < 1448);
  expect(small.length).toBeLessThan(10);
});

test('[ET23] the second full segment is acknowledged at once, a small one after 40 ms', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  await client.write(new Uint8Array(20));
  path.scheduler.advance(100_000);
  path.keepsSegments = true;
  const startUs = path.scheduler.nowUs();
  await client.write(new Uint8Array(2 * 1448));
  path.scheduler.advance(200_000);
  await client.write(new Uint8Array(10));
  path.scheduler.advance(200_000);
  const acks = path.seen.filter(({ from }) => from === 'server').map(({ atUs }) => atUs - startUs);
  expect(acks).toEqual([1000, 200_000 + 1000 + 40_000]);
  expect(await server.read()).toHaveLength(20 + 2 * 1448 + 10);
});

for (const [noDelay, sizes] of [
  [false, [10, 90]],
  [true, Array.from({ length: 10 }, () => 10)],
] as const) {
  test(`[ET24] ten small writes ${noDelay ? 'with' : 'without'} noDelay`, async () => {
    const path = new Path();
    const { client } = await connected(path, { noDelay });
    path.scheduler.advance(100_000);
    path.keepsSegments = true;
    for (let i = 0; i < 10; i++) await client.write(new Uint8Array(10));
    path.scheduler.advance(100_000);
    expect(fromClient(path).map(({ data }) => data.length)).toEqual(sizes);
  });
}

test('[ET21] bytes are the same read in whatever pieces they were written', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const data = noise(20_000);
  const writing = (async () => {
    for (let at = 0, size = 1; at < data.length; at += size, size = (size * 5 + 1) % 700)
      await client.write(data.subarray(at, at + size));
    client.end();
  })();
  const [got] = await path.scheduler.settle(Promise.all([readAll(server), writing]));
  expect(got.length).toBeGreaterThan(0);
  expect(Buffer.compare(got, data.subarray(0, got.length))).toBe(0);
});

test('[ET33] without loss, the path is filled, or a window a round trip is sent', async () => {
  const data = noise(20_000_000);
  const bytesASecond = async (bandwidthBps: number, delayUs: number) => {
    const path = new Path(3, { delayUs, bandwidthBps });
    const { client, server } = await connected(path);
    const startUs = path.scheduler.nowUs();
    const writing = client.write(data).then(() => client.end());
    await path.scheduler.settle(Promise.all([readAll(server), writing]));
    expect(client.info.retransmitted).toBe(0);
    return (data.length * 1e6) / (path.scheduler.nowUs() - startUs);
  };
  // 1448 of 1514 bytes are data.
  const filled = await bytesASecond(100e6, 1000);
  expect(filled / ((100e6 / 8) * (1448 / 1514))).toBeGreaterThan(0.97);
  const windowed = await bytesASecond(10e9, 50_000);
  expect(windowed / (megabyte / 0.1)).toBeGreaterThan(0.6);
  expect(windowed / (megabyte / 0.1)).toBeLessThanOrEqual(1);
}, 30_000);

test('[ET40] a FIN goes with the last bytes, and both are acknowledged at once', async () => {
  const path = new Path();
  const { client } = await connected(path);
  path.scheduler.advance(100_000);
  path.keepsSegments = true;
  await client.write(new Uint8Array(10));
  await client.write(new Uint8Array(20));
  client.end();
  path.scheduler.advance(10_000);
  expect(fromClient(path).map(({ flags }) => flags & flag.fin)).toEqual([0, flag.fin]);
  expect(fromServer(path)).toHaveLength(1);
});
