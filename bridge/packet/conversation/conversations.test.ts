import { expect, test } from 'vitest';
import { buildFrame, type TcpFlag } from '../build.ts';
import { Conversations, type Sighting } from './conversations.ts';
import { Segment } from './segment.ts';
import { type TcpAnalysisName, tcpAnalysis } from './tcp-flags.ts';

interface Sent {
  readonly back?: boolean;
  readonly from?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: readonly TcpFlag[];
  readonly data?: string;
}

/** A frame of a connection between 10.0.1.100 and port 80 of 192.168.2.2. */
function tcp({ back = false, from = 4000, seq = 0, ack = 0, flags = ['ack'], data = '' }: Sent): Uint8Array {
  const [src, dst] = back ? ['192.168.2.2', '10.0.1.100'] : ['10.0.1.100', '192.168.2.2'];
  const [srcPort, dstPort] = back ? [80, from] : [from, 80];
  return buildFrame({
    eth: { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' },
    layer: {
      kind: 'ipv4',
      ...{ src, dst, ttl: 64, id: 1, dontFragment: false },
      transport: { kind: 'tcp', srcPort, dstPort, seq, ack, flags, window: 1000 },
      payload: new TextEncoder().encode(data),
    },
  });
}
const udp = (from: number, to: number): Uint8Array =>
  buildFrame({
    eth: { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' },
    layer: {
      kind: 'ipv4',
      ...{ src: '10.0.1.100', dst: '192.168.2.2', ttl: 64, id: 1, dontFragment: false },
      transport: { kind: 'udp', srcPort: from, dstPort: to },
      payload: new Uint8Array(3),
    },
  });

class Bench {
  readonly #conversations = new Conversations();
  readonly #segment = new Segment();
  #tUs = 0;

  /** The number of a frame's conversation and what its analysis says; a millisecond passes. */
  see(frame: Uint8Array, change: Partial<Sighting> = {}): string {
    this.#tUs += 1000;
    if (!this.#segment.read(frame, 0, frame.length, frame.length)) return 'none';
    this.#conversations.take(this.#segment, { vantage: 0, port: 1, tUs: this.#tUs, parent: 0, ...change });
    const { stream, analysis } = this.#conversations;
    const names = Object.entries(tcpAnalysis).flatMap(([name, bit]: [TcpAnalysisName | string, number]) =>
      (analysis & bit) === 0 ? [] : [name],
    );
    return [this.#segment.transport, stream, ...names].join(' ');
  }
}

const syn = tcp({ seq: 99, flags: ['syn'] });

test('[PK71] conversations are numbered as they appear, TCP and UDP each from 0, both ways the same', () => {
  const bench = new Bench();
  expect(bench.see(syn)).toBe('tcp 0');
  expect(bench.see(udp(5000, 53))).toBe('udp 0');
  expect(bench.see(tcp({ from: 4001, seq: 7, flags: ['syn'] }))).toBe('tcp 1');
  expect(bench.see(tcp({ back: true, seq: 499, ack: 100, flags: ['syn', 'ack'] }))).toBe('tcp 0');
  expect(bench.see(udp(5000, 54))).toBe('udp 1');
  expect(bench.see(udp(5000, 53))).toBe('udp 0');
});

test('[PK71] a SYN with another number is a new conversation at every place, whatever comes late elsewhere', () => {
  const bench = new Bench();
  const [here, there] = [{ vantage: 1 }, { vantage: 2 }];
  expect(bench.see(syn, here)).toBe('tcp 0');
  expect(bench.see(syn, there)).toBe('tcp 0');
  expect(bench.see(tcp({ seq: 100, ack: 5, flags: ['fin', 'ack'] }), here)).toBe('tcp 0');
  const again = tcp({ seq: 70_000, flags: ['syn'] });
  expect(bench.see(again, here)).toBe('tcp 1 reused_ports');
  // The last of the old one comes to the other place after the new one began at the first.
  expect(bench.see(tcp({ seq: 100, ack: 5, flags: ['fin', 'ack'] }), there)).toBe('tcp 0');
  expect(bench.see(again, there)).toBe('tcp 1 reused_ports');
  expect(bench.see(tcp({ seq: 70_001, data: 'x' }), here)).toBe('tcp 1');
});

test('[PK72] a frame that is seen at several places is no retransmission, at the same place it is', () => {
  const bench = new Bench();
  const data = tcp({ seq: 100, ack: 5, data: 'hello' });
  for (const vantage of [1, 2, 3]) expect(bench.see(data, { vantage })).toBe('tcp 0');
  expect(bench.see(data, { vantage: 2 })).toBe('tcp 0 retransmission');
});

test('[PK72] a frame that a flood sends out of several ports is there once, and what a fault doubles is there twice', () => {
  const bench = new Bench();
  const data = tcp({ seq: 100, ack: 5, data: 'hello' });
  expect(bench.see(data, { parent: 7, port: 1 })).toBe('tcp 0');
  expect(bench.see(data, { parent: 7, port: 2 })).toBe('tcp 0');
  expect(bench.see(data, { parent: 7, port: 2 })).toBe('tcp 0 retransmission');
});

test('[PK72] what was done to a frame on its way is numbered and not analysed', () => {
  const bench = new Bench();
  bench.see(syn);
  const data = tcp({ seq: 100, data: 'hello' });
  expect(bench.see(data, { vantage: undefined })).toBe('tcp 0');
  expect(bench.see(data, { vantage: undefined })).toBe('tcp 0');
  expect(bench.see(tcp({ seq: 999, data: 'hello' }), { vantage: undefined })).toBe('tcp 0');
});

test('[PK72] holes, duplicate acknowledgements and a segment sent again, over the wrap of the numbers', () => {
  const bench = new Bench();
  const first = 2 ** 32 - 3;
  bench.see(tcp({ seq: first - 1, flags: ['syn'] }));
  bench.see(tcp({ back: true, seq: 499, ack: first, flags: ['syn', 'ack'] }));
  bench.see(tcp({ seq: first, ack: 500 }));
  expect(bench.see(tcp({ seq: first, ack: 500, data: 'abcd' }))).toBe('tcp 0');
  // Number 1, behind the wrap, is lost.
  expect(bench.see(tcp({ seq: 5, ack: 500, data: 'ijkl' }))).toBe('tcp 0 lost_segment');
  expect(bench.see(tcp({ back: true, seq: 500, ack: 1 }))).toBe('tcp 0');
  for (let i = 0; i < 2; i++) expect(bench.see(tcp({ back: true, seq: 500, ack: 1 }))).toBe('tcp 0 duplicate_ack');
  expect(bench.see(tcp({ seq: 1, ack: 500, data: 'efgh' }))).toBe('tcp 0 retransmission fast_retransmission');
});

test('[PK70] fragments and other frames have no conversation; an ICMP error has the one that it quotes, without analysis', () => {
  const bench = new Bench();
  const data = tcp({ seq: 100, ack: 5, data: 'hello, there is more' });
  expect(bench.see(data)).toBe('tcp 0');
  const fragment = Uint8Array.from(data);
  fragment[20] = 0x20;
  expect(bench.see(fragment)).toBe('none');
  const error = new Uint8Array(14 + 20 + 8 + 40);
  error.set(data.subarray(0, 34));
  error.set([0, 68], 16);
  error.set([11, 0], 34);
  error[23] = 1;
  error.set(data.subarray(14, 54), 42);
  expect(bench.see(error)).toBe('tcp 0');
  expect(bench.see(new Uint8Array(60))).toBe('none');
});
