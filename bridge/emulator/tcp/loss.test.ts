import { expect, test } from 'vitest';
import { noOptions } from './options.ts';
import { encodeSegment, flag, type Segment, seal } from './segment.ts';
import { clientAddress, type Packet, Path } from './testing/path.ts';
import { connected, noise, readAll } from './testing/streams.ts';

const isFromClient = ({ source }: Packet) => source === clientAddress;
const segmentBytes = 1448;

/** Loses the client's data segments of these numbers, counted from 1 as they are sent. */
function losing(path: Path, ...numbers: readonly number[]): void {
  let count = 0;
  path.passes = (packet, { data }) => !isFromClient(packet) || data.length === 0 || !numbers.includes(++count);
}

const dataOf = (path: Path) => path.seen.filter(({ from, segment }) => from === 'client' && segment.data.length > 0);

test('[ET31] a lost segment goes again when three behind it have arrived, and nothing else does', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  losing(path, 3);
  path.keepsSegments = true;
  const startUs = path.scheduler.nowUs();
  await client.write(noise(10 * segmentBytes));
  path.scheduler.advance(3000);
  expect(client.info.retransmitted).toBe(1);
  expect(dataOf(path).map(({ atUs }) => atUs - startUs)).toEqual([...Array.from({ length: 10 }, () => 0), 2000]);
  expect(dataOf(path).at(-1)?.segment.sequence).toBe(dataOf(path)[2]?.segment.sequence);
  expect(Buffer.compare((await server.read()) ?? new Uint8Array(), noise(10 * segmentBytes))).toBe(0);
});

test('[ET31] what was sent again and lost again goes once more without a time-out', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  losing(path, 3, 11);
  const data = noise(40 * segmentBytes);
  await client.write(data);
  client.end();
  expect(Buffer.compare(await path.scheduler.settle(readAll(server)), data)).toBe(0);
  expect(client.info.retransmitted).toBe(2);
  expect(path.scheduler.nowUs()).toBeLessThan(100_000);
});

test('[ET31] reordering by fewer than three segments sends nothing again', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  const held: Packet[] = [];
  let count = 0;
  path.passes = (packet, { data }) => {
    if (!isFromClient(packet) || data.length === 0) return true;
    count += 1;
    if (count % 5 === 0) {
      held.push(packet);
      return false;
    }
    // Two have overtaken it by now.
    const late = count % 5 === 3 ? held.shift() : undefined;
    if (late !== undefined) path.send(late);
    return true;
  };
  const data = noise(104 * segmentBytes);
  await client.write(data);
  client.end();
  expect(Buffer.compare(await path.scheduler.settle(readAll(server)), data)).toBe(0);
  expect(client.info.retransmitted).toBe(0);
});

test('[ET31] SACK blocks tell of what came beyond a gap, the newest first', async () => {
  const path = new Path();
  const { client } = await connected(path);
  losing(path, 2, 4);
  path.keepsSegments = true;
  await client.write(noise(5 * segmentBytes));
  path.scheduler.advance(1500);
  const last = path.seen.filter(({ from }) => from === 'server').at(-1)?.segment;
  const at = (number: number) => dataOf(path)[number - 1]?.segment.sequence;
  expect(last?.acknowledgement).toBe(at(2));
  expect(last?.options.sack).toEqual([at(5), ((at(5) ?? 0) + segmentBytes) >>> 0, at(3), at(4)]);
});

for (const how of ['SACK', 'no SACK', 'no timestamps', 'no window scale', 'no options'] as const) {
  test(`[ET31] 1 MB comes through 5 % loss to a peer with ${how}`, async () => {
    const path = new Path(21, { delayUs: 2000, loss: 0.05, reorder: 0.01 });
    const strip = (options: Segment['options']): Segment['options'] => {
      if (how === 'no SACK') return { ...options, sackPermitted: false };
      if (how === 'no timestamps') return { ...options, timestamp: undefined };
      if (how === 'no window scale') return { ...options, windowScale: undefined };
      return how === 'no options' ? noOptions : options;
    };
    path.passes = (packet, segment) => {
      if ((segment.flags & flag.syn) === 0) {
        if (how === 'no SACK' || how === 'no options') expect(segment.options.sack).toEqual([]);
        return true;
      }
      // As if an old host had sent it.
      const payload = encodeSegment({ ...segment, options: strip(segment.options) }, 0);
      seal(payload, packet.source, packet.destination);
      path.scheduler.after(2000, () => path.deliver({ ...packet, payload }));
      return false;
    };
    const { client, server } = await connected(path);
    const data = noise(1_000_000);
    const writing = client.write(data).then(() => client.end());
    const [got] = await path.scheduler.settle(Promise.all([readAll(server), writing]));
    expect(Buffer.compare(got, data)).toBe(0);
  });
}

test('[ET31] without SACK, three duplicates and partial acknowledgements bring back what was lost without a time-out', async () => {
  const path = new Path();
  let data = 0;
  path.passes = (packet, segment) => {
    if ((segment.flags & flag.syn) !== 0 && segment.options.sackPermitted) {
      const payload = encodeSegment({ ...segment, options: { ...segment.options, sackPermitted: false } }, 0);
      seal(payload, packet.source, packet.destination);
      path.scheduler.after(1000, () => path.deliver({ ...packet, payload }));
      return false;
    }
    return segment.data.length === 0 || ![12, 14, 15].includes(++data);
  };
  const { client, server } = await connected(path);
  const bytes = noise(60 * segmentBytes);
  await client.write(bytes);
  client.end();
  expect(Buffer.compare(await path.scheduler.settle(readAll(server)), bytes)).toBe(0);
  expect(client.info.retransmitted).toBe(3);
  expect(path.scheduler.nowUs()).toBeLessThan(100_000);
});

test('[ET30] the last segment comes again after the time-out, 200 ms above the round trip', async () => {
  const path = new Path();
  const { client } = await connected(path);
  path.scheduler.advance(100_000);
  losing(path, 1, 2);
  path.keepsSegments = true;
  const startUs = path.scheduler.nowUs();
  await client.write(new Uint8Array(10));
  path.scheduler.advance(2_000_000);
  expect(dataOf(path).map(({ atUs }) => atUs - startUs)).toEqual([0, 202_000, 606_000]);
});

test('[ET32] a peer that vanishes: ETIMEDOUT after 15 time-outs', async () => {
  const path = new Path();
  const { client } = await connected(path);
  path.passes = () => false;
  path.keepsSegments = true;
  await client.write(new Uint8Array(10));
  await expect(path.scheduler.settle(client.read())).rejects.toThrow('Connection timed out');
  expect(dataOf(path)).toHaveLength(16);
  await expect(client.write(new Uint8Array(1))).rejects.toThrow('Connection timed out');
});

test('[ET33] ten segments, twenty, forty; half of it after a loss, one after a time-out, ten after silence', async () => {
  const path = new Path(1, { delayUs: 10_000 });
  const { client } = await connected(path);
  path.scheduler.advance(100_000);
  expect(client.info.cwnd).toBe(10 * segmentBytes);
  path.keepsSegments = true;
  await client.write(noise(70 * segmentBytes));
  path.scheduler.advance(5000);
  expect(dataOf(path)).toHaveLength(10);
  path.scheduler.advance(20_000);
  expect(dataOf(path)).toHaveLength(30);
  path.scheduler.advance(20_000);
  expect(dataOf(path)).toHaveLength(70);
  path.scheduler.advance(20_000);
  expect(client.info.cwnd).toBeGreaterThan(40 * segmentBytes);
  losing(path, 1);
  await client.write(noise(40 * segmentBytes));
  path.scheduler.advance(40_000);
  expect(client.info.ssthresh).toBeLessThanOrEqual(20 * segmentBytes);
  expect(client.info.cwnd).toBe(client.info.ssthresh);
  path.scheduler.advance(5_000_000);
  await client.write(noise(100));
  expect(client.info.cwnd).toBe(10 * segmentBytes);
  path.passes = () => false;
  path.scheduler.advance(100_000);
  await client.write(noise(10 * segmentBytes));
  path.scheduler.advance(300_000);
  expect(client.info.cwnd).toBe(segmentBytes);
});

test('[ET34] a path that gets narrower is told by ICMP, or by the host itself', async () => {
  const path = new Path();
  const { client, server } = await connected(path);
  await client.write(new Uint8Array(10));
  path.scheduler.advance(100_000);
  await server.read();
  path.keepsSegments = true;
  path.passes = (packet, { sequence, sourcePort, destinationPort }) => {
    if (packet.payload.length + 20 <= 600) return true;
    const quoted = new Uint8Array(28);
    const view = new DataView(quoted.buffer);
    view.setUint16(0, 0x4500);
    view.setUint8(9, 6);
    view.setUint32(12, packet.source);
    view.setUint32(16, packet.destination);
    view.setUint16(20, sourcePort);
    view.setUint16(22, destinationPort);
    view.setUint32(24, sequence);
    const error = { from: 1, type: 3, code: 4, mtu: 600, quoted };
    path.scheduler.after(500, () => path.client.error(error));
    return false;
  };
  const data = noise(20_000);
  await client.write(data);
  path.scheduler.advance(20_000);
  path.mtu = 500;
  await client.write(data);
  client.end();
  const got = await path.scheduler.settle(readAll(server));
  expect(Buffer.compare(got, Buffer.concat([data, data]))).toBe(0);
  expect(path.scheduler.nowUs()).toBeLessThan(400_000);
  expect(
    Math.max(
      ...dataOf(path)
        .slice(-20)
        .map(({ segment }) => segment.data.length),
    ),
  ).toBe(500 - 52);
});
