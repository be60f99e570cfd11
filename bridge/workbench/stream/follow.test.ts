import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { Path } from '../../emulator/tcp/testing/path.ts';
import { framesSeenAt, serveOnce } from '../../emulator/tcp/testing/seen-frames.ts';
import { noise } from '../../emulator/tcp/testing/streams.ts';
import { buildFrame, type TcpFlag } from '../../packet/build.ts';
import type { Point } from '../../packet/trace-batch.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import { findMethods } from '../find.ts';
import { type FollowQuestion, streamMethods } from './follow.ts';

interface Sent {
  readonly back?: boolean;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: readonly TcpFlag[];
  readonly data?: string;
  readonly at?: Point;
  readonly node?: string;
}

class Bench {
  readonly log: PacketLog;
  readonly #methods;
  #nowUs = 0;

  constructor(snapLength = 2048, records = 10_000) {
    this.log = new PacketLog({ records, frameBytes: 8_000_000, snapLength, nowUs: () => this.#nowUs, epochMs: 0 });
    this.#methods = streamMethods(this.log);
  }

  /** Logs a segment between 10.0.1.100 and port 80 of 192.168.2.2; returns its seq. */
  tcp({ back = false, seq = 100, ack = 0, flags = ['ack'], data = '', at = 'to_router', node = 'r0' }: Sent): number {
    const [src, dst] = back ? ['192.168.2.2', '10.0.1.100'] : ['10.0.1.100', '192.168.2.2'];
    const [srcPort, dstPort] = back ? [80, 4000] : [4000, 80];
    const frame = buildFrame({
      eth: { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' },
      layer: {
        kind: 'ipv4',
        ...{ src, dst, ttl: 64, id: 1, dontFragment: false },
        transport: { kind: 'tcp', srcPort, dstPort, seq, ack, flags, window: 1000 },
        payload: new TextEncoder().encode(data),
      },
    });
    return this.frame(frame, at, node, this.#nowUs + 1000);
  }

  frame(frame: Uint8Array, at: Point, node: string, atUs: number): number {
    this.#nowUs = atUs;
    return this.log.append(at, this.log.node(node), 1, frame, 0, frame.length);
  }

  async follow(seq: number, change: Partial<FollowQuestion> = {}) {
    return await this.#methods['stream:follow']({ seq, asker: 'a', ...change });
  }

  numbers(fromSeq = 1) {
    return this.#methods['stream:numbers']({ fromSeq, asker: 'a' });
  }

  async view(seq: number, change: Partial<FollowQuestion> = {}) {
    const { stream } = await this.follow(seq, change);
    if (stream === null) throw new Error('nothing came since');
    return stream;
  }

  /** `client#1,4 hello`, `server -3 not captured`: each piece in a line. */
  async story(seq: number): Promise<string[]> {
    const { pieces } = await this.view(seq);
    return pieces.map(({ direction, seqs, bytesBase64, gap, why, differs }) => {
      const text = gap > 0 ? `-${gap} ${why}` : Buffer.from(bytesBase64, 'base64').toString();
      const other = differs.length > 0 ? ` differs#${differs.join()}` : '';
      return `${direction}#${seqs.join()} ${text}${other}`;
    });
  }
}

test('[WB32] a question and its answer are in order, each with the records that carried it, from any record', async () => {
  const bench = new Bench();
  bench.tcp({ seq: 99, flags: ['syn'] });
  bench.tcp({ back: true, seq: 499, ack: 100, flags: ['syn', 'ack'] });
  bench.tcp({ ack: 500, data: 'GET / ' });
  bench.tcp({ seq: 106, ack: 500, data: 'HTTP/1.0' });
  bench.tcp({ back: true, seq: 500, ack: 114, data: '200 OK' });
  const last = bench.tcp({ back: true, seq: 506, ack: 114, flags: ['fin', 'ack'] });
  bench.tcp({ seq: 114, ack: 507, flags: ['rst'] });
  expect(await bench.story(last)).toEqual(['client#3 GET / ', 'client#4 HTTP/1.0', 'server#5 200 OK']);
  expect(await bench.view(1)).toMatchObject({
    transport: 'tcp',
    filter: 'tcp.stream == 0',
    vantage: { point: 'to_router', node: 'r0' },
    client: { address: '10.0.1.100', port: 4000, packets: 4, bytes: 14 },
    server: { address: '192.168.2.2', port: 80, packets: 3, bytes: 6 },
    isStartSeen: true,
    endings: [
      { direction: 'server', how: 'FIN', seq: 6 },
      { direction: 'client', how: 'RST', seq: 7 },
    ],
    isTruncated: false,
  });
});

test('[WB33] what comes again is there once, what came early is put in order, and other bytes are said', async () => {
  const bench = new Bench();
  const first = bench.tcp({ data: 'abc', ack: 1 });
  bench.tcp({ seq: 109, data: 'jkl', ack: 1 });
  bench.tcp({ seq: 100, data: 'abc', ack: 1 });
  bench.tcp({ seq: 103, data: 'defghi', ack: 1 });
  bench.tcp({ seq: 106, data: 'GHIjklm', ack: 1 });
  expect(await bench.story(first)).toEqual([
    'client#1,3 abc',
    'client#4,5 defghi differs#5',
    'client#2,5 jkl',
    'client#5 m',
  ]);
  expect((await bench.view(first)).repeatedBytes).toBe(9);
});

test('[WB33] a hole is said once the other side acknowledges what is behind it, or nothing more comes', async () => {
  const bench = new Bench();
  const first = bench.tcp({ data: 'abc', ack: 500 });
  bench.tcp({ seq: 108, data: 'ijk', ack: 500 });
  bench.tcp({ back: true, seq: 500, ack: 111, data: 'ok' });
  bench.tcp({ back: true, seq: 510, ack: 111, data: 'end' });
  expect(await bench.story(first)).toEqual([
    'client#1 abc',
    'server#3 ok',
    'client# -5 not captured',
    'client#2 ijk',
    'server# -8 not captured',
    'server#4 end',
  ]);
});

test('[WB33] what the log did not keep of a frame is a hole, too; the numbers may wrap', async () => {
  const bench = new Bench(64);
  const first = bench.tcp({ seq: 2 ** 32 - 8, data: 'abcdefghijklmno' });
  bench.tcp({ seq: 7, data: 'pq' });
  expect(await bench.story(first)).toEqual(['client#1 abcdefghij', 'client#1 -5 not kept', 'client#2 pq']);
});

test('[WB31] a vantage is a point at a node, of a host both ways; another one can be chosen', async () => {
  const bench = new Bench();
  const sent = bench.tcp({ data: 'ask', at: 'host.tx', node: 'client' });
  const given = bench.tcp({ data: 'ask' });
  const held = bench.log.judge(given, 'hold', bench.log.node('r0'), 1, 'held');
  bench.tcp({ back: true, seq: 500, ack: 103, data: 'reply', at: 'host.rx', node: 'client' });
  expect(await bench.story(sent)).toEqual(['client#1 ask', 'server#4 reply']);
  expect(await bench.story(held)).toEqual(['client#2 ask']);
  const view = await bench.view(sent, { vantage: { point: 'to_router', node: 'r0' } });
  expect(view).toMatchObject({ vantage: { point: 'to_router', node: 'r0' }, server: { packets: 0 } });
  expect(view.vantages).toEqual([
    { point: 'host', node: 'client', packets: 2 },
    { point: 'to_router', node: 'r0', packets: 1 },
  ]);
  await expect(bench.view(sent, { vantage: { point: 'sw.rx', node: 'sw9' } })).rejects.toMatchObject({
    code: 'not-found',
    message: 'The stream was not seen at sw.rx of sw9, only at host of client, to_router of r0.',
  });
});

test('[WB32] ports that are used again have another stream, and a capture that begins in the middle says so', async () => {
  const bench = new Bench();
  const middle = bench.tcp({ data: 'old', flags: ['fin', 'ack'] });
  bench.tcp({ seq: 7000, flags: ['syn'] });
  const fresh = bench.tcp({ seq: 7001, data: 'new' });
  expect(await bench.story(middle)).toEqual(['client#1 old']);
  expect(await bench.view(middle)).toMatchObject({ stream: 0, isStartSeen: false });
  expect(await bench.story(fresh)).toEqual(['client#3 new']);
  expect(await bench.view(fresh)).toMatchObject({ stream: 1, isStartSeen: true });
});

test('[WB34] an answer has at most 1 MiB and says that there is more; it is told when nothing came since', async () => {
  const bench = new Bench();
  for (let i = 0; i < 800; i++) bench.tcp({ seq: 100 + i * 1400, data: 'x'.repeat(1400) });
  const { stream, seenTo } = await bench.follow(1);
  expect(stream).toMatchObject({ isTruncated: true, client: { packets: 800 } });
  expect(stream?.pieces.length).toBe(Math.floor((1024 * 1024) / 1400));
  expect(await bench.follow(1, { sinceSeq: seenTo })).toEqual({ stream: null, seenTo });
  bench.tcp({ seq: 100, data: 'x', at: 'packet_in', node: 'sw0' });
  expect(await bench.follow(1, { sinceSeq: seenTo })).toMatchObject({ stream: null });
  bench.tcp({ seq: 100 + 800 * 1400, data: 'x' });
  expect((await bench.follow(1, { sinceSeq: seenTo })).stream).toMatchObject({ client: { packets: 801 } });
});

test('[WB32] what has no stream is refused with the reason', async () => {
  const bench = new Bench();
  bench.frame(new Uint8Array(60), 'packet_in', 'sw0', 1);
  await expect(bench.follow(1)).rejects.toMatchObject({ code: 'bad-request' });
  await expect(bench.follow(9)).rejects.toMatchObject({
    code: 'not-found',
    message: 'Record 9 is not kept, only 1 to 1.',
  });
});

test('[WB33] transfers through loss and reordering come out whole, seen at either end', async () => {
  const path = new Path(4, { delayUs: 5_000, jitterUs: 1_000, loss: 0.03, reorder: 0.03, duplicate: 0.01 });
  const frames = framesSeenAt(path);
  const [question, answer] = [noise(120_000), noise(80_000, 9)];
  await serveOnce(path, question, answer);
  let repeated = 0;
  for (const end of ['client', 'server'] as const) {
    const bench = new Bench();
    for (const { frame, atUs } of frames[end]) bench.frame(frame, 'to_router', end, atUs);
    const { pieces, repeatedBytes } = await bench.view(1);
    for (const [direction, bytes] of [
      ['client', question],
      ['server', answer],
    ] as const) {
      const got = pieces.filter((piece) => piece.direction === direction);
      expect(got.filter(({ gap, differs }) => gap > 0 || differs.length > 0)).toEqual([]);
      const whole = Buffer.concat(got.map(({ bytesBase64 }) => Buffer.from(bytesBase64, 'base64')));
      expect(Buffer.compare(whole, bytes)).toBe(0);
    }
    repeated += repeatedBytes;
  }
  expect(repeated).toBeGreaterThan(1000);
});

test('[WB30] filters over the whole log ask for conversations; the same numbers are told to a page, in parts', async () => {
  const bench = new Bench();
  bench.tcp({ seq: 99, flags: ['syn'] });
  bench.frame(new Uint8Array(60), 'packet_in', 'sw0', 1);
  bench.tcp({ seq: 100, data: 'xy' });
  bench.tcp({ seq: 100, data: 'xy' });
  bench.tcp({ seq: 900, flags: ['syn'] });
  const { 'trace:find': find } = findMethods(bench.log);
  const found = async (filter: string) => (await find({ filter, fromSeq: 1, limit: 100, asker: 'a' })).seqs;
  expect(await found('tcp.stream == 0')).toEqual([1, 3, 4]);
  expect(await found('tcp.analysis.retransmission')).toEqual([4]);
  bench.tcp({ seq: 901, data: 'y' });
  expect(await found('tcp.stream == 1 and tcp.len > 0')).toEqual([6]);
  expect(await found('tcp.analysis.flags')).toEqual([4, 5]);
  expect(await bench.numbers(3)).toEqual({
    tcp: { seqs: [3, 4, 5, 6], streams: [0, 0, 1, 1], analysis: [0, 1, 0x4000, 0] },
    udp: { seqs: [], streams: [] },
    scannedTo: 6,
    isComplete: true,
  });
});
