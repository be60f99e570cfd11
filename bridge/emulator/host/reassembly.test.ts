import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../determinism/random.ts';
import { datagram } from '../../router/testing/frames.ts';
import { ip, pair } from './testing/pair.ts';

const second = 1_000_000;
const a = { mac: '02:00:00:00:00:01', address: '10.0.0.1' };
const more = 0x2000;

/** A fragment of a UDP datagram to port 9, `from` and `to` within it. */
function piece(whole: readonly number[], from: number, to: number, id = 7): Uint8Array {
  return datagram({
    from: a,
    via: '02:00:00:00:00:02',
    to: '10.0.0.2',
    protocol: 17,
    id,
    payload: whole.slice(from, to),
    fragment: (to < whole.length ? more : 0) | (from / 8),
  });
}
/** UDP without a checksum. */
const udp = (length: number): number[] => [
  0x9c,
  0x40,
  0,
  9,
  (length + 8) >>> 8,
  (length + 8) & 255,
  0,
  0,
  ...Array.from({ length }, (_, i) => (i * 7) & 255),
];

/** Host b with an open port 9, and a way to put frames on its link. */
function listening() {
  const lab = pair();
  const wire = lab.cable.connect({ name: 'x-eth0', receive: () => {}, carrier: () => {} });
  const socket = lab.b.udp.bind({ port: 9 });
  const got: Uint8Array[] = [];
  void (async () => {
    for (let next = await socket.receive(); next !== undefined; next = await socket.receive()) got.push(next.data);
  })();
  return { ...lab, got, put: (frame: Uint8Array) => wire.send(frame), turn: () => lab.scheduler.advance(10) };
}
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await undefined;
};

test('[EH25] a datagram in pieces of any size, in any order, some twice, arrives as it was', async () => {
  const plan = fc.record({
    length: fc.integer({ min: 16, max: 3000 }),
    cuts: fc.array(fc.integer({ min: 1, max: 370 }), { maxLength: 12 }),
    order: fc.integer(),
    twice: fc.array(fc.nat({ max: 12 }), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ length, cuts, order, twice }) => {
      const { got, put, turn } = listening();
      const whole = udp(length);
      const at = [...new Set([0, ...cuts.map((cut) => cut * 8).filter((cut) => cut < whole.length), whole.length])];
      at.sort((x, y) => x - y);
      const pieces = at.slice(1).map((to, i) => piece(whole, at[i] ?? 0, to));
      const random = seededRandom(order);
      // A repeat of the last one that is missing would begin the datagram anew, so all repeats come before it.
      const shuffled = pieces.map((frame) => ({ frame, key: random.next() })).sort((x, y) => x.key - y.key);
      const last = shuffled.pop();
      for (const { frame } of shuffled) put(frame);
      for (const i of twice) {
        const again = shuffled[i % Math.max(1, shuffled.length)];
        if (again !== undefined) put(again.frame);
      }
      if (last !== undefined) put(last.frame);
      turn();
      await settled();
      expect(got.map((data) => [...data])).toEqual([whole.slice(8)]);
    }),
    { numRuns: 200 },
  );
});

test('[EH21] what one host takes apart the other puts together, at any MTU', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 68, max: 1500 }), fc.integer({ min: 0, max: 20_000 }), async (mtu, length) => {
      const { a: sender, b, got, scheduler, cable } = listening();
      sender.interfaces[1]?.setMtu(mtu);
      // Known, so that no pieces are lost to the queue of who waits for ARP.
      sender.neighbors.set(ip('10.0.0.2'), 'a-eth0', '02:00:00:00:00:02');
      const data = Uint8Array.from({ length }, (_, i) => i * 31);
      sender.udp.bind().send({ address: ip('10.0.0.2'), port: 9 }, data);
      scheduler.advance(1000);
      await settled();
      expect(got).toHaveLength(1);
      expect(Buffer.compare(got[0] ?? new Uint8Array(), data)).toBe(0);
      expect(Math.max(...cable.frames.map(({ frame }) => frame.length))).toBeLessThanOrEqual(mtu + 14);
      expect(b.counters.IpReasmOKs).toBe(length + 28 > mtu ? 1 : 0);
    }),
    { numRuns: 100 },
  );
});

test('[EH21] with do-not-fragment what is too long is refused', () => {
  const { a: sender } = pair();
  const socket = sender.udp.bind();
  const to = { address: ip('10.0.0.2'), port: 9 };
  socket.send(to, new Uint8Array(1472), { dontFragment: true });
  expect(() => socket.send(to, new Uint8Array(1473), { dontFragment: true })).toThrow('Message too long');
  expect(() => socket.send(to, new Uint8Array(65_508))).toThrow('Message too long');
  socket.send(to, new Uint8Array(65_507));
});

test.each([
  ['an overlap', [0, 16], [8, 24]],
  ['two different ends', [24, 48], [24, 40]],
] as const)('[EH25] %s ends the datagram', async (_name, first, second2) => {
  const { b, got, put, turn } = listening();
  const whole = udp(40);
  const shorter = whole.slice(0, 40);
  put(piece(whole, first[0], first[1]));
  put(piece(second2[1] === 40 ? shorter : whole, second2[0], second2[1]));
  put(piece(whole, 0, 24));
  put(piece(whole, 24, 48));
  turn();
  await settled();
  expect(b.counters.IpReasmFails).toBe(1);
  // What follows is a new datagram, and is whole.
  expect(got).toHaveLength(1);
});

test('[EH26] after 30 s the sender is told, if the first piece is there; the rest of it is in vain', async () => {
  const { b, cable, got, put, scheduler, turn } = listening();
  const whole = udp(100);
  put(piece(whole, 0, 48, 1));
  put(piece(whole, 48, 108, 2));
  scheduler.advance(29.9 * second);
  expect(b.counters.IpReasmTimeout).toBe(0);
  cable.frames.length = 0;
  scheduler.advance(0.2 * second);
  expect(b.counters.IpReasmTimeout).toBe(2);
  expect(cable.said().filter((line) => line.includes('ICMP'))).toEqual([
    expect.stringMatching(/^b 10\.0\.0\.2 > 10\.0\.0\.1 ICMP .*reassembly/i),
  ]);
  put(piece(whole, 48, 108, 1));
  turn();
  await settled();
  expect(got).toEqual([]);
});

test('[EH27] 64 halves wait, the oldest makes room, and a whole one still arrives', async () => {
  const { b, got, put, turn } = listening();
  const whole = udp(100);
  for (let id = 100; id < 200; id++) put(piece(whole, 0, 48, id));
  turn();
  expect(b.counters.IpReasmFails).toBe(36);
  put(piece(whole, 48, 108, 100));
  put(piece(whole, 48, 108, 199));
  turn();
  await settled();
  expect(got).toHaveLength(1);
});

test('[EH27] a piece that reaches behind the longest packet is dropped', () => {
  const { b, put, turn } = listening();
  put(
    datagram({
      from: a,
      via: '02:00:00:00:00:02',
      to: '10.0.0.2',
      protocol: 17,
      payload: new Array<number>(200).fill(0),
      fragment: 8190,
    }),
  );
  turn();
  expect(b.counters.IpReasmFails).toBe(1);
});
