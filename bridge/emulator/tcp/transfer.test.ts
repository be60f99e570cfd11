import { expect, test } from 'vitest';
import { clientAddress, Path, serverAddress } from './testing/path.ts';
import { connected, noise, readAll } from './testing/streams.ts';

const port = 80;
const to = { address: serverAddress, port };

test('[ET1] bytes go both ways, and both ends close', async () => {
  const path = new Path();
  const listener = path.server.listen({ port });
  const data = noise(300_000);
  const answer = noise(200_000, 8);
  const served = (async () => {
    const socket = await listener.accept();
    if (socket === undefined) throw new Error('closed');
    const got = await readAll(socket);
    await socket.write(answer);
    socket.close();
    return got;
  })();
  const asked = (async () => {
    const socket = await path.client.connect(to);
    await socket.write(data);
    socket.end();
    const got = await readAll(socket);
    socket.close();
    return got;
  })();
  const [got, back] = await path.scheduler.settle(Promise.all([served, asked]));
  expect(Buffer.compare(got, data)).toBe(0);
  expect(Buffer.compare(back, answer)).toBe(0);
  path.scheduler.advance(1_000_000);
  expect(path.client.sockets().map(({ state }) => state)).toEqual(['TIME_WAIT']);
  expect(path.server.sockets().map(({ state }) => state)).toEqual(['LISTEN']);
  path.scheduler.advance(60_000_000);
  expect(path.client.sockets()).toEqual([]);
});

test('[ET1] 10 MB come intact through 5 % loss with reordering, duplicates and flipped bits', async () => {
  const path = new Path(11, {
    delayUs: 5000,
    jitterUs: 1000,
    loss: 0.05,
    reorder: 0.02,
    duplicate: 0.01,
    corrupt: 0.01,
  });
  const listener = path.server.listen({ port });
  const data = noise(10_000_000);
  const served = listener.accept().then((socket) => socket && readAll(socket));
  const sent = (async () => {
    const socket = await path.client.connect(to);
    await socket.write(data);
    socket.close();
    return socket;
  })();
  const [got, socket] = await path.scheduler.settle(Promise.all([served, sent]));
  expect(Buffer.compare(got ?? new Uint8Array(), data)).toBe(0);
  expect(socket.info.retransmitted).toBeGreaterThan(100);
  expect(path.server.counters.badChecksum).toBeGreaterThan(0);
}, 30_000);

/** 100 kB between hosts whose clock shows `startUs`; the client's first sequence number. */
async function transferAt(startUs: number): Promise<number> {
  const path = new Path(5, { delayUs: 1000, loss: 0.02 });
  path.scheduler.advance(startUs);
  path.keepsSegments = true;
  const { client, server } = await connected(path);
  const data = noise(100_000);
  const writing = client.write(data).then(() => client.end());
  const [got] = await path.scheduler.settle(Promise.all([readAll(server), writing]));
  expect(Buffer.compare(got, data)).toBe(0);
  expect(path.scheduler.nowUs() - startUs).toBeLessThan(5_000_000);
  return path.seen[0]?.segment.sequence ?? 0;
}

test('[ET3] sequence numbers wrap within a transfer', async () => {
  const first = await transferAt(0);
  // The clock of initial sequence numbers ticks every 4 µs.
  expect(await transferAt((2 ** 32 - 50_000 - first) * 4)).toBe(2 ** 32 - 50_000);
});

test('[ET3] timestamps wrap within a transfer', async () => {
  for (const beforeMs of [1, 4, 10]) await transferAt((2 ** 32 - beforeMs) * 1000);
});

test('[ET1] a host talks to itself', async () => {
  const path = new Path();
  const listener = path.client.listen({ port });
  const both = Promise.all([path.client.connect({ address: clientAddress, port }), listener.accept()]);
  const [socket, accepted] = await path.scheduler.settle(both);
  await socket.write(noise(50_000));
  socket.end();
  if (accepted === undefined) throw new Error('closed');
  expect(Buffer.compare(await path.scheduler.settle(readAll(accepted)), noise(50_000))).toBe(0);
});
