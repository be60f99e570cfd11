import { expect, test } from 'vitest';
import { encodeSegment, flag, type Segment, seal } from './segment.ts';
import { clientAddress, Path, serverAddress } from './testing/path.ts';
import { connected, readAll, serverEnd } from './testing/streams.ts';

const stateOf = (path: Path, which: 'client' | 'server') => path[which].sockets().at(-1)?.state;
const bytes = (text: string) => Buffer.from(text);
const textOf = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString();

/** What somebody else on the way puts in the server's name, or the client's. */
function forge(path: Path, from: 'client' | 'server', template: Segment, change: Partial<Segment>): void {
  const [source, destination] = from === 'client' ? [clientAddress, serverAddress] : [serverAddress, clientAddress];
  const payload = encodeSegment({ ...template, ...change }, 0);
  seal(payload, source, destination);
  path.deliver({ source, destination, payload });
}
const lastOf = (path: Path, from: 'client' | 'server'): Segment => {
  const last = path.seen.filter((seen) => seen.from === from).at(-1);
  if (last === undefined) throw new Error('nothing was sent');
  return last.segment;
};

test('[ET40] the other direction goes on after the end of one', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  client.end();
  expect(await path.scheduler.settle(server.read())).toBeUndefined();
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual(['FIN_WAIT1', 'CLOSE_WAIT']);
  await server.write(bytes('still here'));
  expect(textOf(await path.scheduler.settle(client.read()))).toBe('still here');
  expect(stateOf(path, 'client')).toBe('FIN_WAIT2');
  await expect(client.write(bytes('x'))).rejects.toThrow('Broken pipe');
  server.close();
  expect(await path.scheduler.settle(client.read())).toBeUndefined();
  path.scheduler.advance(100_000);
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual(['TIME_WAIT', 'LISTEN']);
});

test('[ET40] both sides close at once', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  path.scheduler.advance(100_000);
  client.close();
  server.close();
  path.scheduler.advance(1000);
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual(['CLOSING', 'CLOSING']);
  path.scheduler.advance(1000);
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual(['TIME_WAIT', 'TIME_WAIT']);
  path.scheduler.advance(60_000_000);
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual([undefined, 'LISTEN']);
});

test('[ET40] a closed connection lingers until its peer has everything; one whose peer never ends goes after 60 s', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const data = new Uint8Array(700_000).fill(7);
  await client.write(data);
  client.close();
  const got: Uint8Array[] = [];
  for (let size = 0; size < data.length; size += got.at(-1)?.length ?? 0)
    got.push((await path.scheduler.settle(server.read())) ?? new Uint8Array(data.length));
  expect(Buffer.concat(got).equals(data)).toBe(true);
  path.scheduler.advance(1_000_000);
  expect([stateOf(path, 'client'), stateOf(path, 'server')]).toEqual(['FIN_WAIT2', 'CLOSE_WAIT']);
  path.scheduler.advance(60_000_000);
  expect(stateOf(path, 'client')).toBeUndefined();
});

test('[ET41] abort resets', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  client.abort();
  await expect(path.scheduler.settle(server.read())).rejects.toThrow('Connection reset by peer');
  await expect(server.write(bytes('x'))).rejects.toThrow('Connection reset by peer');
  expect(stateOf(path, 'server')).toBe('LISTEN');
});

test('[ET41] closing with bytes unread resets, and so do bytes that come after closing', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  await client.write(bytes('unread'));
  path.scheduler.advance(10_000);
  server.close();
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('Connection reset by peer');

  const later = new Path();
  const second = await connected(later);
  second.server.close();
  expect(await later.scheduler.settle(second.client.read())).toBeUndefined();
  await second.client.write(bytes('too late'));
  later.scheduler.advance(10_000);
  await expect(second.client.write(bytes('x'))).rejects.toThrow('Broken pipe');
  expect(stateOf(later, 'server')).toBe('LISTEN');
});

test('[ET41] what came before a reset can still be read', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  await client.write(bytes('last words'));
  path.scheduler.advance(10_000);
  client.abort();
  path.scheduler.advance(10_000);
  expect(textOf(await server.read())).toBe('last words');
  await expect(server.read()).rejects.toThrow('Connection reset by peer');
});

test('[ET42] a reset or a SYN that somebody guessed is challenged, an exact reset ends the connection', async () => {
  const path = new Path();
  path.keepsSegments = true;
  const { client } = await connected(path);
  path.scheduler.advance(100_000);
  const template = { ...lastOf(path, 'server'), flags: flag.rst, acknowledgement: 0 };
  const expected = lastOf(path, 'client').acknowledgement;
  const before = path.seen.length;
  forge(path, 'server', template, { sequence: (expected + 500) >>> 0 });
  forge(path, 'server', template, { sequence: (expected + 0x4000_0000) >>> 0 });
  forge(path, 'server', template, { sequence: (expected + 9) >>> 0, flags: flag.syn });
  expect(stateOf(path, 'client')).toBe('ESTABLISHED');
  expect(path.seen.slice(before).map(({ segment }) => segment.flags)).toEqual([flag.ack, flag.ack]);
  for (let i = 0; i < 50; i++) forge(path, 'server', template, { sequence: (expected + 500) >>> 0 });
  expect(path.seen.slice(before)).toHaveLength(10);
  forge(path, 'server', template, { sequence: expected });
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('Connection reset by peer');
});

test('[ET42] a reset does not end TIME_WAIT', async () => {
  const path = new Path();
  path.keepsSegments = true;
  const { client, server } = await connected(path);
  client.close();
  expect(await path.scheduler.settle(server.read())).toBeUndefined();
  server.close();
  path.scheduler.advance(10_000);
  const last = lastOf(path, 'client');
  forge(path, 'server', { ...lastOf(path, 'server'), sequence: last.acknowledgement, flags: flag.rst }, {});
  expect(stateOf(path, 'client')).toBe('TIME_WAIT');
});

test('[ET43] a peer that restarted resets what it does not know', async () => {
  const path = new Path();
  const { client } = await connected(path);
  path.restart('server');
  await client.write(bytes('hello?'));
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('Connection reset by peer');
});

test('[ET43] a peer that restarted and opens anew from the same port gets its connection', async () => {
  const path = new Path();
  const listener = path.server.listen({ port: 80 });
  await path.scheduler.settle(path.client.connect(serverEnd, { localPort: 1234 }));
  const old = await path.scheduler.settle(listener.accept());
  path.restart('client');
  path.scheduler.advance(5_000_000);
  const again = await path.scheduler.settle(path.client.connect(serverEnd, { localPort: 1234 }));
  await expect(old?.read()).rejects.toThrow('Connection reset by peer');
  const accepted = await path.scheduler.settle(listener.accept());
  await again.write(bytes('new'));
  again.end();
  if (accepted !== undefined) expect(textOf(await path.scheduler.settle(readAll(accepted)))).toBe('new');
});

test('[ET44] a new SYN takes the place of TIME_WAIT', async () => {
  const path = new Path();
  const listener = path.server.listen({ port: 80 });
  const open = () => path.scheduler.settle(path.client.connect(serverEnd, { localPort: 1234 }));
  const client = await open();
  const server = await path.scheduler.settle(listener.accept());
  server?.close();
  expect(await path.scheduler.settle(client.read())).toBeUndefined();
  client.close();
  path.scheduler.advance(10_000);
  expect(stateOf(path, 'server')).toBe('TIME_WAIT');
  await open();
  path.scheduler.advance(10_000);
  expect(path.server.sockets().map(({ state }) => state)).toEqual(['LISTEN', 'ESTABLISHED']);
});

test('[ET45] a host that goes down leaves nothing planned, and its programs hear of it', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const reading = server.read();
  await client.write(new Uint8Array(2_000));
  path.scheduler.advance(500);
  path.client.close();
  path.server.close();
  await expect(reading).rejects.toThrow('Connection reset by peer');
  expect([...path.client.sockets(), ...path.server.sockets()]).toEqual([]);
  await expect(path.scheduler.runUntil(() => false)).rejects.toThrow('nothing more happens after');
  expect(path.scheduler.nowUs()).toBeLessThan(100_000);
});
