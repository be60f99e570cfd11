import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../determinism/random.ts';
import { VirtualScheduler } from '../determinism/scheduler.ts';
import { Link } from './link.ts';
import type { Impairments, LinkCounters, WireEnd } from './wire.ts';

/** One end that writes down what comes and when. */
class Recorder implements WireEnd {
  readonly name: string;
  readonly got: { atUs: number; frame: Uint8Array }[] = [];
  readonly carriers: boolean[] = [];
  readonly #nowUs: () => number;

  constructor(name: string, nowUs: () => number) {
    this.name = name;
    this.#nowUs = nowUs;
  }

  receive(frame: Uint8Array): void {
    this.got.push({ atUs: this.#nowUs(), frame });
  }

  carrier(isUp: boolean): void {
    this.carriers.push(isUp);
  }

  get numbers(): number[] {
    return this.got.map(({ frame }) => new DataView(frame.buffer, frame.byteOffset).getUint32(0));
  }
}

function cable(impairments: Impairments = {}, seed = 1) {
  const scheduler = new VirtualScheduler();
  const a = new Recorder('a-eth0', () => scheduler.nowUs());
  const b = new Recorder('b-eth0', () => scheduler.nowUs());
  const randoms = [seededRandom(`${seed} there`), seededRandom(`${seed} back`)] as const;
  const link = new Link({ node: 'a', end: a }, { node: 'b', end: b }, { scheduler, randoms });
  link.setImpairments(impairments);
  link.start();
  return { scheduler, a, b, link, wires: link.wires };
}

function numbered(number: number, length = 100): Uint8Array {
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, number);
  return frame;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const droppedOf = ({ dropped }: LinkCounters): number => dropped.loss + dropped.queue + dropped.down;

describe('a link without impairments', () => {
  test('[EM3] delivers each frame itself, once, in order, after the call that sent it', () => {
    const { scheduler, a, b, wires } = cable();
    const frames = upTo(100).map((i) => numbered(i));
    for (const frame of frames) wires[0].send(frame);
    wires[1].send(frames[0] ?? numbered(0));
    expect([a.got.length, b.got.length]).toEqual([0, 0]);
    scheduler.advance(0);
    expect(b.got.map(({ frame }) => frame)).toEqual(frames);
    expect(b.got[0]?.frame).toBe(frames[0]);
    expect(a.got).toHaveLength(1);
  });

  test('[EM3] two ends that answer each other for ever do not grow the stack, and let others have their turn', () => {
    const { scheduler, a, b, wires } = cable();
    let turns = 0;
    a.receive = (frame) => {
      if (++turns < 100_000) wires[0].send(frame);
    };
    b.receive = (frame) => wires[1].send(frame);
    wires[0].send(numbered(1));
    scheduler.advance(0);
    expect(turns).toBe(100_000);
  });
});

describe('bandwidth and delay', () => {
  test('[EM4] a frame arrives when its last bit has left and the delay has passed', () => {
    const { scheduler, b, wires } = cable({ bandwidthBps: 8_000_000, delayUs: 500 });
    for (const i of upTo(3)) wires[0].send(numbered(i, 1000));
    scheduler.advance(10_000);
    expect(b.got.map(({ atUs }) => atUs)).toEqual([1500, 2500, 3500]);
  });

  test('[EM4] drops what waits beyond the queue, and says how much waits', () => {
    const { scheduler, b, wires, link } = cable({ bandwidthBps: 8_000_000, queueFrames: 10 });
    for (const i of upTo(100)) wires[0].send(numbered(i, 1000));
    expect(link.counters.aToB).toMatchObject({ queued: 11, dropped: { queue: 89 } });
    scheduler.advance(1_000_000);
    expect(b.numbers).toEqual(upTo(11));
    expect(link.counters.aToB.queued).toBe(0);
  });

  test('[EM5] jitter moves frames within its bounds and never out of their order', () => {
    const { scheduler, b, wires } = cable({ delayUs: 10_000, jitterUs: 3000 });
    for (const i of upTo(500)) {
      wires[0].send(numbered(i));
      scheduler.advance(10_000);
    }
    scheduler.advance(20_000);
    expect(b.numbers).toEqual(upTo(500));
    const delays = b.got.map(({ atUs }, i) => atUs - i * 10_000);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(7000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(13_000);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(4000);
  });

  test('[EM5] a reordered frame overtakes those on their way', () => {
    const { scheduler, b, wires, link } = cable({ delayUs: 10_000, reorder: 0.1 });
    for (const i of upTo(1000)) {
      wires[0].send(numbered(i));
      scheduler.advance(100);
    }
    scheduler.advance(20_000);
    expect(b.numbers).not.toEqual(upTo(1000));
    expect(b.numbers.toSorted((x, y) => x - y)).toEqual(upTo(1000));
    expect(link.counters.aToB.reordered).toBeGreaterThan(50);
    expect(link.counters.aToB.reordered).toBeLessThan(150);
  });
});

describe('chance', () => {
  test('[EM6] loss, duplication and corruption take their share', () => {
    const { scheduler, b, wires, link } = cable({ loss: 0.05, duplicate: 0.02, corrupt: 0.1 });
    for (const i of upTo(10_000)) {
      wires[0].send(numbered(i));
      scheduler.advance(1);
    }
    const { dropped, duplicated, corrupted } = link.counters.aToB;
    expect(dropped.loss).toBeGreaterThan(400);
    expect(dropped.loss).toBeLessThan(600);
    expect(duplicated).toBeGreaterThan(140);
    expect(duplicated).toBeLessThan(260);
    expect(corrupted).toBeGreaterThan(850);
    expect(b.got).toHaveLength(10_000 - dropped.loss + duplicated);
  });

  test('[EM6] a corrupt frame differs in one bit, and the sender keeps its own', () => {
    const { scheduler, b, wires } = cable({ corrupt: 1 });
    const frame = numbered(0, 60);
    wires[0].send(frame);
    scheduler.advance(0);
    const ones = [...(b.got[0]?.frame ?? [])].flatMap((byte) => [...byte.toString(2)]).filter((bit) => bit === '1');
    expect(ones).toHaveLength(1);
    expect(frame.every((byte) => byte === 0)).toBe(true);
  });

  test('[EM1] [EM2] a run is repeatable, another seed is another run, and one way does not move the other', () => {
    const run = (seed: number, answers: boolean): unknown => {
      const { scheduler, b, wires } = cable(
        { loss: 0.2, jitterUs: 500, delayUs: 1000, duplicate: 0.1, reorder: 0.1 },
        seed,
      );
      for (const i of upTo(200)) {
        wires[0].send(numbered(i));
        if (answers) wires[1].send(numbered(i));
        scheduler.advance(37);
      }
      scheduler.advance(10_000);
      return b.got.map(({ atUs }, i) => [atUs, b.numbers[i]]);
    };
    expect(run(7, false)).toEqual(run(7, true));
    expect(run(7, false)).not.toEqual(run(8, false));
  });

  test('[EM7] every frame is accounted for, whatever happens to the link', () => {
    const share = fc.constantFrom(0, 0.3, 1);
    const impaired = fc.record({
      bandwidthBps: fc.constantFrom(100_000, 10_000_000),
      delayUs: fc.constantFrom(0, 2000),
      jitterUs: fc.constantFrom(0, 1000),
      loss: share,
      duplicate: share,
      reorder: share,
      corrupt: share,
      queueFrames: fc.constantFrom(1, 20),
    });
    fc.assert(
      fc.property(impaired, fc.integer(), fc.array(fc.nat(3000), { maxLength: 60 }), (impairments, seed, pauses) => {
        const { scheduler, b, wires, link } = cable(impairments, seed);
        pauses.forEach((pause, i) => {
          wires[0].send(numbered(i));
          scheduler.advance(pause);
          if (pause % 17 === 0) link.setUp(!link.isUp);
        });
        scheduler.advance(60_000_000);
        const { sent, duplicated, delivered } = link.counters.aToB;
        expect(sent).toBe(pauses.length);
        expect(delivered).toBe(b.got.length);
        expect(sent + duplicated).toBe(delivered + droppedOf(link.counters.aToB));
      }),
    );
  });
});

describe('up and down', () => {
  test('[EM8] is up when it is switched on and both ends are; both hear of it', () => {
    const { a, b, link, wires } = cable();
    link.setUp(false);
    wires[1].setUp(false);
    link.setUp(true);
    expect([link.isUp, wires[0].isUp]).toEqual([false, false]);
    wires[1].setUp(true);
    expect([a.carriers, b.carriers]).toEqual([
      [true, false, true],
      [true, false, true],
    ]);
  });

  test('[EM8] going down loses what is on its way; taps tell the cause of every loss', () => {
    const { scheduler, b, link, wires } = cable({ delayUs: 1000 });
    const told: string[] = [];
    const stop = link.tap(({ what, from, to }) => told.push(`${what} ${from} ${to}`));
    wires[0].send(numbered(1));
    link.setUp(false);
    wires[0].send(numbered(2));
    scheduler.advance(10_000);
    link.setUp(true);
    scheduler.advance(10_000);
    stop();
    wires[0].send(numbered(3));
    scheduler.advance(10_000);
    expect(b.numbers).toEqual([3]);
    expect(told).toEqual(['sent a-eth0 b-eth0', 'down a-eth0 b-eth0', 'sent a-eth0 b-eth0', 'down a-eth0 b-eth0']);
    expect(link.counters.aToB).toMatchObject({ sent: 3, delivered: 1, dropped: { down: 2 } });
  });
});
