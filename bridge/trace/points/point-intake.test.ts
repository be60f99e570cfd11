import { describe, expect, test } from 'vitest';
import { type DropCause, decodeTraceBatch, type Point } from '../../packet/trace-batch.ts';
import { PacketLog } from '../packet-log.ts';
import { TraceFeed } from '../trace-feed.ts';
import { PointIntake } from './point-intake.ts';
import { createRing, RingWriter } from './point-ring.ts';
import type { PointPlace, PointSource } from './point-source.ts';

/** a — port 1 of sw0 port 2 — b, and port 3 — c; at ends 0 1, 2 3, 4 5. */
const places: readonly PointPlace[] = ['a', 'b', 'c'].flatMap((host, i) => [
  { node: host, port: 0, kind: 'host', peer: 2 * i + 1 } as const,
  { node: 'sw0', port: i + 1, kind: 'switch', peer: 2 * i } as const,
]);
const at = { a: 0, sw1: 1, b: 2, sw2: 3, c: 4, sw3: 5 } as const;
const frame = (fill: number, length = 60) => new Uint8Array(length).fill(fill);

function setUp(options: { frameBytes?: number; arrival?: PointSource['arrival'] } = {}) {
  const clock = { us: 1000 };
  const nowUs = () => clock.us;
  const log = new PacketLog({
    records: 1000,
    frameBytes: options.frameBytes ?? 1_000_000,
    snapLength: 2048,
    nowUs,
    epochMs: 0,
  });
  const ring = createRing();
  const writer = new RingWriter(ring);
  const intake = new PointIntake({ ring, places, arrival: options.arrival ?? 'in order' }, log, nowUs, 5_000_000);
  const sw0 = log.node('sw0');
  return {
    log,
    clock,
    intake,
    sw0,
    /** Seen now. */
    saw: (point: Point, place: keyof typeof at, bytes: Uint8Array, cause: DropCause = 'none') =>
      writer.write(5_000_000 + clock.us, point, cause, at[place], bytes),
    /** Seen a while ago, told now. */
    sawAt: (tUs: number, point: Point, place: keyof typeof at, bytes: Uint8Array) =>
      writer.write(5_000_000 + tUs, point, 'none', at[place], bytes),
    packetIn: (port: number, bytes: Uint8Array) => log.append('packet_in', sw0, port, bytes, 0, bytes.length),
    told: () => {
      intake.drain();
      const { records } = decodeTraceBatch(log.batches.read(0, 1000, 1e9).batch);
      return records.map((r) => [r.seq, r.point, r.node, r.port, ...r.parents]);
    },
    records: () => {
      intake.drain();
      return decodeTraceBatch(log.batches.read(0, 1000, 1e9).batch).records;
    },
  };
}

describe('points outside of the bridge', () => {
  test('[TR10][TR12] what was seen before a packet came is logged before it, and each point is linked to the one before', () => {
    const lab = setUp();
    lab.saw('host.tx', 'a', frame(1));
    lab.clock.us += 20;
    lab.saw('sw.rx', 'sw1', frame(1));
    lab.clock.us += 100;
    const packetIn = lab.packetIn(1, frame(1));
    const toRouter = lab.log.follow(packetIn, 'to_router', lab.log.node('r0'), 1);
    const fromRouter = lab.log.append('from_router', lab.log.node('r0'), 2, frame(2), 0, 60);
    const out = lab.log.follow(fromRouter, 'packet_out', lab.sw0, 2);
    expect([packetIn, toRouter, fromRouter, out]).toEqual([3, 4, 5, 6]);
    lab.clock.us += 50;
    lab.saw('sw.tx', 'sw2', frame(2));
    lab.saw('host.rx', 'b', frame(2));
    expect(lab.told()).toEqual([
      [1, 'host.tx', 'a', 0],
      [2, 'sw.rx', 'sw0', 1, 1],
      [3, 'packet_in', 'sw0', 1, 2],
      [4, 'to_router', 'r0', 1, 3],
      [5, 'from_router', 'r0', 2],
      [6, 'packet_out', 'sw0', 2, 5],
      [7, 'sw.tx', 'sw0', 2, 6],
      [8, 'host.rx', 'b', 0, 7],
    ]);
    const records = lab.records();
    expect(records.map(({ tUs }) => tUs)).toEqual([1000, 1020, 1120, 1120, 1120, 1120, 1170, 1170]);
    const linked = records.filter(({ parents }) => parents.length > 0);
    expect(new Set(linked.map(({ rule, confidence }) => `${rule} ${confidence}`))).toEqual(new Set(['same frame 100']));
    expect(lab.intake.counters).toEqual({ seen: 4, missed: 0, bypassed: 0 });
  });

  test('[TR12] of frames that are the same byte by byte, the first that nothing continues goes on', () => {
    const lab = setUp();
    for (let i = 0; i < 3; i++) lab.saw('host.tx', 'a', frame(1));
    for (let i = 0; i < 3; i++) lab.saw('sw.rx', 'sw1', frame(1));
    for (let i = 0; i < 3; i++) lab.packetIn(1, frame(1));
    lab.saw('host.tx', 'b', frame(1));
    lab.saw('sw.rx', 'sw2', frame(1));
    const told = lab.told();
    expect(told.slice(3)).toEqual([
      [4, 'sw.rx', 'sw0', 1, 1],
      [5, 'sw.rx', 'sw0', 1, 2],
      [6, 'sw.rx', 'sw0', 1, 3],
      [7, 'packet_in', 'sw0', 1, 4],
      [8, 'packet_in', 'sw0', 1, 5],
      [9, 'packet_in', 'sw0', 1, 6],
      [10, 'host.tx', 'b', 0],
      [11, 'sw.rx', 'sw0', 2, 10],
    ]);
  });

  test('[TR12] a flood is one to many; a link that doubles a frame delivers it twice from one', () => {
    const lab = setUp();
    lab.saw('host.tx', 'a', frame(1));
    lab.saw('sw.rx', 'sw1', frame(1));
    const out = lab.log.follow(lab.packetIn(1, frame(1)), 'packet_out', lab.sw0, 0xfffb);
    lab.saw('sw.tx', 'sw2', frame(1));
    lab.saw('sw.tx', 'sw3', frame(1));
    lab.saw('host.rx', 'b', frame(1));
    lab.saw('host.rx', 'c', frame(1));
    lab.saw('host.rx', 'c', frame(1));
    expect(lab.told().slice(out)).toEqual([
      [5, 'sw.tx', 'sw0', 2, out],
      [6, 'sw.tx', 'sw0', 3, out],
      [7, 'host.rx', 'b', 0, 5],
      [8, 'host.rx', 'c', 0, 6],
      [9, 'host.rx', 'c', 0, 6],
    ]);
    expect(lab.intake.counters.bypassed).toBe(0);
  });

  test('[TR14] a frame that a switch sends on by itself follows from where it came in, and is counted', () => {
    const lab = setUp();
    for (let i = 0; i < 2; i++) {
      lab.saw('host.tx', 'a', frame(1));
      lab.saw('sw.rx', 'sw1', frame(1));
      lab.saw('sw.tx', 'sw2', frame(1));
      lab.saw('host.rx', 'b', frame(1));
      lab.clock.us += 1000;
    }
    expect(lab.told().map(([, point, , , parent]) => [point, parent])).toEqual([
      ['host.tx', undefined],
      ['sw.rx', 1],
      ['sw.tx', 2],
      ['host.rx', 3],
      ['host.tx', undefined],
      ['sw.rx', 5],
      ['sw.tx', 6],
      ['host.rx', 7],
    ]);
    expect(lab.intake.counters).toEqual({ seen: 8, missed: 0, bypassed: 2 });
  });

  test('[TR12] what was changed on its way, or injected, has no exact link; an old frame is no origin of a new one', () => {
    const lab = setUp();
    lab.saw('host.tx', 'a', frame(1));
    lab.saw('sw.rx', 'sw1', frame(9));
    lab.saw('host.tx', 'b', frame(2));
    lab.saw('sw.rx', 'sw2', frame(2));
    lab.clock.us += 1;
    lab.intake.drain();
    lab.log.made(0, 'packet_in', lab.sw0, 2, 'injected', frame(2));
    lab.saw('host.tx', 'c', frame(3));
    lab.clock.us += 6_000_000;
    lab.saw('sw.rx', 'sw3', frame(3));
    expect(lab.told().map(([, point, , , ...parents]) => [point, ...parents])).toEqual([
      ['host.tx'],
      ['sw.rx'],
      ['host.tx'],
      ['sw.rx', 3],
      ['packet_in'],
      ['host.tx'],
      ['sw.rx'],
    ]);
  });

  test('[TR14] what a link loses is a drop with its cause, behind the record of who sent it', () => {
    const lab = setUp();
    lab.saw('host.tx', 'a', frame(1));
    lab.saw('drop', 'a', frame(1), 'lost on the link');
    lab.saw('sw.tx', 'sw2', frame(2));
    lab.saw('drop', 'sw2', frame(2), 'link queue full');
    const [, first, , second] = lab.records();
    expect(first).toMatchObject({
      point: 'drop',
      node: 'a',
      verdict: 'dropped',
      cause: 'lost on the link',
      parents: [1],
    });
    expect(second).toMatchObject({ point: 'drop', node: 'sw0', port: 2, cause: 'link queue full', parents: [3] });
    expect(lab.log.counts.drops).toEqual({ 'lost on the link': 1, 'link queue full': 1 });
  });

  test('[TR11] a frame that is seen at eight points is kept once', () => {
    const lab = setUp({ frameBytes: 40_000 });
    for (let i = 0; i < 60; i++) {
      for (const [point, place] of [
        ['host.tx', 'a'],
        ['sw.rx', 'sw1'],
        ['sw.tx', 'sw2'],
        ['host.rx', 'b'],
      ] as const)
        lab.saw(point, place, frame(i, 600));
      lab.intake.drain();
    }
    // 60 frames of 600 bytes fit, 240 would not.
    const records = lab.records();
    expect(records).toHaveLength(240);
    for (const [i, record] of records.entries()) expect(record.frame).toEqual(frame(Math.floor(i / 4), 600));
  });

  test('[TR11] a frame that comes again for long is kept anew in time: it is never shown without its bytes', () => {
    const lab = setUp({ frameBytes: 20_000 });
    const often = frame(255, 100);
    for (let i = 0; i < 900; i++) {
      lab.saw('host.tx', 'a', often);
      lab.saw('host.tx', 'b', frame(i % 250, 100));
      lab.intake.drain();
    }
    const records = lab.records().slice(20);
    expect(records.length).toBeGreaterThan(100);
    for (const record of records) expect(record.frame).toHaveLength(100);
  });

  test('[TR13] when it is closed the log is as before: nothing runs, no frame is looked for', () => {
    const lab = setUp();
    lab.saw('host.tx', 'a', frame(1));
    lab.intake.close();
    lab.saw('sw.rx', 'sw1', frame(1));
    lab.packetIn(1, frame(1));
    const { records } = decodeTraceBatch(lab.log.batches.read(0, 100, 1e9).batch);
    expect(records.map(({ point, parents }) => [point, parents])).toEqual([
      ['host.tx', []],
      ['packet_in', []],
    ]);
  });

  test('[TR15] a frame that is told of after its PACKET_IN was logged in its place, and gets its own time', () => {
    const lab = setUp({ arrival: 'late' });
    lab.clock.us = 2000;
    lab.packetIn(1, frame(1));
    lab.clock.us = 4000;
    lab.sawAt(1500, 'host.tx', 'a', frame(1));
    lab.sawAt(1502, 'sw.rx', 'sw1', frame(1));
    expect(lab.told()).toEqual([
      [1, 'host.tx', 'a', 0],
      [2, 'sw.rx', 'sw0', 1, 1],
      [3, 'packet_in', 'sw0', 1, 2],
    ]);
    expect(lab.records().map(({ tUs }) => tUs)).toEqual([1500, 1502, 2000]);
    expect(lab.intake.counters.seen).toBe(2);
  });

  test('[TR15] what was told in time, wholly or in part, is not logged twice; what comes again is a frame of its own', () => {
    const lab = setUp({ arrival: 'late' });
    lab.saw('host.tx', 'a', frame(1));
    lab.saw('sw.rx', 'sw1', frame(1));
    lab.packetIn(1, frame(1));
    lab.saw('host.tx', 'b', frame(2));
    lab.packetIn(2, frame(2));
    lab.saw('sw.rx', 'sw2', frame(2));
    lab.clock.us += 100_000;
    lab.packetIn(1, frame(1));
    lab.sawAt(lab.clock.us - 400, 'host.tx', 'a', frame(1));
    lab.sawAt(lab.clock.us - 399, 'sw.rx', 'sw1', frame(1));
    expect(lab.told().map(([seq, point, , , parent]) => [seq, point, parent])).toEqual([
      [1, 'host.tx', undefined],
      [2, 'sw.rx', 1],
      [3, 'packet_in', 2],
      [4, 'host.tx', undefined],
      [5, 'sw.rx', 4],
      [6, 'packet_in', 5],
      [7, 'host.tx', undefined],
      [8, 'sw.rx', 7],
      [9, 'packet_in', 8],
    ]);
    expect(
      lab
        .records()
        .slice(6)
        .map(({ tUs }) => tUs),
    ).toEqual([100_600, 100_601, 101_000]);
  });

  test('[TR15] a frame whose capture was lost keeps the time of its PACKET_IN; the next one like it is not mistaken for it', () => {
    const lab = setUp({ arrival: 'late' });
    lab.packetIn(1, frame(1));
    lab.clock.us += 1_000_000;
    lab.packetIn(1, frame(1));
    lab.sawAt(lab.clock.us - 300, 'sw.rx', 'sw1', frame(1));
    lab.intake.drain();
    expect(lab.records().map(({ point, tUs }) => [point, tUs])).toEqual([
      ['host.tx', 1000],
      ['sw.rx', 1000],
      ['packet_in', 1000],
      ['host.tx', 1_001_000],
      ['sw.rx', 1_000_700],
      ['packet_in', 1_001_000],
    ]);
  });

  test('[TR15] a live batch waits until the times in it are known', () => {
    const lab = setUp({ arrival: 'late' });
    const feed = new TraceFeed(lab.log);
    lab.packetIn(1, frame(1));
    lab.clock.us += 20_000;
    lab.packetIn(2, frame(2));
    const seqs = (untilUs?: number) =>
      feed.step(untilUs).flatMap((batch) => decodeTraceBatch(batch).records.map((r) => r.seq));
    expect(seqs(500)).toEqual([]);
    expect(seqs(1000)).toEqual([1, 2, 3]);
    expect(seqs()).toEqual([4, 5, 6]);
  });
});
