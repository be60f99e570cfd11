import { expect, test } from 'vitest';
import type { IcmpError } from '../host/api.ts';
import { encodeSegment, flag } from './segment.ts';
import { clientAddress, Path, serverAddress } from './testing/path.ts';
import { connected, serverEnd } from './testing/streams.ts';

const statesOf = (path: Path) => ({
  client: path.client.sockets().map(({ state }) => state),
  server: path.server.sockets().map(({ state }) => state),
});

/** ICMP's answer to the last segment that the client sent, with 8 bytes of it. */
function icmp(path: Path, type: number, code: number, mtu?: number): IcmpError {
  const sent = path.seen.filter(({ from }) => from === 'client').at(-1)?.segment;
  if (sent === undefined) throw new Error('nothing was sent');
  const quoted = new Uint8Array(28);
  const view = new DataView(quoted.buffer);
  view.setUint8(0, 0x45);
  view.setUint8(9, 6);
  view.setUint32(12, clientAddress);
  view.setUint32(16, serverAddress);
  quoted.set(encodeSegment(sent, 0).subarray(0, 8), 20);
  return { from: 0x0a00_00fe, type, code, mtu, quoted };
}

test('[ET13] a port where nobody listens is refused', async () => {
  const path = new Path();
  await expect(path.scheduler.settle(path.client.connect(serverEnd))).rejects.toThrow('Connection refused');
  expect(path.client.sockets()).toEqual([]);
  expect(path.server.counters.resetsSent).toBe(1);
});

test('[ET11] a SYN goes seven times, then the connection timed out', async () => {
  const path = new Path();
  path.keepsSegments = true;
  path.passes = () => false;
  await expect(path.scheduler.settle(path.client.connect(serverEnd))).rejects.toThrow('Connection timed out');
  expect(path.seen.map(({ atUs }) => atUs / 1e6)).toEqual([0, 1, 3, 7, 15, 31, 63]);
  expect(path.scheduler.nowUs()).toBe(127e6);
});

test('[ET11] a SYN and ACK that nobody answers goes six times', async () => {
  const path = new Path();
  path.keepsSegments = true;
  path.server.listen({ port: 80 });
  path.passes = ({ source }) => source === clientAddress;
  const refused = path.client.connect(serverEnd, { signal: AbortSignal.timeout(1) });
  path.scheduler.advance(900_000);
  path.client.close();
  path.scheduler.advance(200_000_000);
  await expect(refused).rejects.toThrow();
  expect(path.seen.filter(({ from }) => from === 'server')).toHaveLength(6);
  expect(statesOf(path).server).toEqual(['LISTEN']);
});

for (const [name, code, text] of [
  ['port unreachable', 3, 'Connection refused'],
  ['host unreachable', 1, 'No route to host'],
  ['net unreachable', 0, 'Network is unreachable'],
] as const) {
  test(`[ET12] ICMP ${name} while opening: ${text}`, async () => {
    const path = new Path();
    path.keepsSegments = true;
    path.passes = () => false;
    const opening = path.client.connect(serverEnd);
    await Promise.resolve();
    path.client.error(icmp(path, 3, code));
    await expect(path.scheduler.settle(opening)).rejects.toThrow(text);
    expect(path.scheduler.nowUs()).toBe(0);
  });
}

test('[ET12] ICMP ends no connection that stands, but is the reason when the peer stays silent', async () => {
  const path = new Path();
  const { client } = await connected(path);
  path.keepsSegments = true;
  path.passes = () => false;
  await client.write(Buffer.from('x'));
  path.client.error(icmp(path, 3, 1));
  expect(statesOf(path).client).toEqual(['ESTABLISHED']);
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('No route to host');
});

test('[ET12] ICMP that quotes what is not on the way is nobody’s', async () => {
  const path = new Path();
  path.keepsSegments = true;
  path.passes = () => false;
  const opening = path.client.connect(serverEnd);
  await Promise.resolve();
  const error = icmp(path, 3, 3);
  error.quoted[26] = (error.quoted[26] ?? 0) ^ 0x40;
  path.client.error(error);
  await expect(path.scheduler.settle(opening)).rejects.toThrow('Connection timed out');
});

test('[ET14] two SYNs that cross make one connection', async () => {
  const path = new Path();
  const both = Promise.all([
    path.client.connect({ address: serverAddress, port: 2000 }, { localPort: 1000 }),
    path.server.connect({ address: clientAddress, port: 1000 }, { localPort: 2000 }),
  ]);
  const [client, server] = await path.scheduler.settle(both);
  expect(statesOf(path)).toEqual({ client: ['ESTABLISHED'], server: ['ESTABLISHED'] });
  await client.write(Buffer.from('over there'));
  expect(Buffer.from((await path.scheduler.settle(server.read())) ?? []).toString()).toBe('over there');
});

test('[ET10] as many connections wait as the backlog says; the next is there when one was accepted', async () => {
  const path = new Path();
  const listener = path.server.listen({ port: 80, backlog: 2 });
  const sockets = Array.from({ length: 3 }, () => path.client.connect(serverEnd));
  path.scheduler.advance(500_000);
  await Promise.resolve();
  expect(path.server.sockets().filter(({ state }) => state === 'ESTABLISHED')).toHaveLength(2);
  expect(path.server.sockets()[0]).toMatchObject({ state: 'LISTEN', receiveQueue: 2 });
  for (let i = 0; i < 3; i++) expect(await path.scheduler.settle(listener.accept())).toBeDefined();
  await path.scheduler.settle(Promise.all(sockets));
});

test('[ET10] at most 128 handshakes are open', () => {
  const path = new Path();
  path.server.listen({ port: 80, backlog: 1000 });
  path.passes = ({ source }) => source === clientAddress;
  for (let i = 0; i < 130; i++) path.client.connect(serverEnd).catch(() => undefined);
  path.scheduler.advance(500_000);
  expect(path.server.sockets().filter(({ state }) => state === 'SYN_RECV')).toHaveLength(128);
  expect(path.server.counters.refusedByBacklog).toBe(2);
});

test('[ET10] a second listener on the port is refused, one on another address is not', () => {
  const path = new Path();
  const listener = path.server.listen({ port: 80 });
  expect(() => path.server.listen({ port: 80 })).toThrow('Address already in use');
  expect(() => path.server.listen({ port: 80, address: serverAddress })).toThrow('Address already in use');
  expect(() => path.server.listen({ port: 81, address: clientAddress })).toThrow('Cannot assign requested address');
  listener.close();
  path.server.listen({ port: 80, address: serverAddress });
});

test('[ET15] a SYN offers segment size, window scale, SACK and timestamps, and so does the answer', async () => {
  const path = new Path();
  path.keepsSegments = true;
  await connected(path);
  const offers = { mss: 1460, windowScale: 7, sackPermitted: true, timestamp: expect.any(Number) };
  expect(path.seen[0]?.segment).toMatchObject({ flags: flag.syn, options: offers });
  expect(path.seen[1]?.segment).toMatchObject({ flags: flag.syn | flag.ack, options: offers });
});

test('[ET11] opening can be given up', async () => {
  const path = new Path();
  path.passes = () => false;
  const giving = new AbortController();
  const opening = path.client.connect(serverEnd, { signal: giving.signal });
  await Promise.resolve();
  giving.abort(new Error('enough'));
  await expect(opening).rejects.toThrow('enough');
  expect(path.client.sockets()).toEqual([]);
});
