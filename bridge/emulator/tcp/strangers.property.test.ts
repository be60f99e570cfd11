import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noOptions } from './options.ts';
import { encodeSegment, flag, seal } from './segment.ts';
import { clientAddress, Path, serverAddress } from './testing/path.ts';
import { connected, noise } from './testing/streams.ts';

const near = fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const forged = fc.record({
  sequence: near,
  acknowledgement: near,
  flags: fc.integer({ min: 0, max: 0x3f }),
  window: fc.integer({ min: 0, max: 0xffff }),
  data: fc.uint8Array({ maxLength: 1500 }),
  sack: fc.array(fc.tuple(near, near), { maxLength: 3 }).map((blocks) => blocks.flat()),
  timestamp: fc.option(near, { nil: undefined }),
});

test('[ET46] whatever somebody sends in the peer’s name, both hosts go on', async () => {
  const one = async (
    segments: readonly (typeof forged extends fc.Arbitrary<infer S> ? S : never)[],
    action: number,
  ) => {
    const path = new Path();
    path.keepsSegments = true;
    const { client, server } = await connected(path);
    const last = path.seen.filter(({ from }) => from === 'server').at(-1)?.segment;
    if (last === undefined) throw new Error('nothing was sent');
    client.read().catch(() => undefined);
    client.write(noise(20_000)).catch(() => undefined);
    if (action === 1) client.end();
    if (action === 2) server.end();
    if (action === 3) client.close();
    for (const { data, sequence, acknowledgement, sack, timestamp, ...rest } of segments) {
      const payload = encodeSegment(
        {
          ...last,
          ...rest,
          sequence: (last.sequence + 1 + sequence) >>> 0,
          acknowledgement: (last.acknowledgement + acknowledgement) >>> 0,
          options: {
            ...noOptions,
            timestamp: timestamp === undefined ? undefined : timestamp >>> 0,
            sack: sack.map((edge) => (last.acknowledgement + edge) >>> 0),
          },
        },
        data.length,
      );
      payload.set(data, payload.length - data.length);
      seal(payload, serverAddress, clientAddress);
      path.deliver({ source: serverAddress, destination: clientAddress, payload });
      path.client.error({ from: 9, type: 3, code: rest.flags & 15, mtu: rest.window, quoted: data });
      path.scheduler.advance(700);
    }
    path.scheduler.advance(10_000_000);
    for (const { receiveQueue, sendQueue } of path.client.sockets()) {
      expect(receiveQueue).toBeLessThan(2 ** 20 + 128);
      expect(sendQueue).toBeLessThanOrEqual(2 ** 20);
    }
    path.client.close();
    path.server.close();
  };
  const run = fc.asyncProperty(fc.array(forged, { maxLength: 12 }), fc.integer({ min: 0, max: 3 }), one);
  await fc.assert(run, { numRuns: 400, seed: 6 });
}, 30_000);

test('[ET35] a segment from the past is answered and dropped, and 24 days later it is none', async () => {
  const path = new Path();
  path.scheduler.advance(10_000_000);
  path.keepsSegments = true;
  const { client, server } = await connected(path);
  await server.write(Buffer.from('new'));
  expect(await path.scheduler.settle(client.read())).toHaveLength(3);
  path.scheduler.advance(100_000);
  const last = path.seen.filter(({ from }) => from === 'server').at(-1)?.segment;
  if (last === undefined) throw new Error('nothing was sent');
  const forge = (text: string, timestamp: number) => {
    const sequence = (last.sequence + 3) >>> 0;
    const payload = encodeSegment(
      { ...last, sequence, flags: flag.ack, options: { ...noOptions, timestamp, timestampEcho: 0 } },
      text.length,
    );
    payload.set(Buffer.from(text), payload.length - text.length);
    seal(payload, serverAddress, clientAddress);
    path.deliver({ source: serverAddress, destination: clientAddress, payload });
  };
  const before = path.seen.length;
  forge('old', (last.options.timestamp ?? 0) - 1);
  expect(path.client.sockets()[0]?.receiveQueue).toBe(0);
  expect(path.seen.slice(before).map(({ segment }) => segment.flags)).toEqual([flag.ack]);
  path.scheduler.advance(25 * 86_400 * 1_000_000);
  forge('odd', (last.options.timestamp ?? 0) - 1);
  expect(path.client.sockets()[0]?.receiveQueue).toBe(3);
});
