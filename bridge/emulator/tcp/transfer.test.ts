import { expect, test } from 'vitest';
import { Path, serverAddress } from './testing/path.ts';
import { noise, readAll } from './testing/streams.ts';

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
