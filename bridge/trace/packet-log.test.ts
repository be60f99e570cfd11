import { describe, expect, test } from 'vitest';
import { decodeTraceBatch } from '../packet/trace-batch.ts';
import { PacketLog } from './packet-log.ts';
import { TraceFeed } from './trace-feed.ts';

const frame = (length: number, fill: number) => new Uint8Array(length).fill(fill);
function makeLog(options: { records?: number; frameBytes?: number; snapLength?: number } = {}) {
  const clock = { us: 0 };
  const log = new PacketLog({
    records: options.records ?? 100,
    frameBytes: options.frameBytes ?? 10_000,
    snapLength: options.snapLength ?? 1000,
    nowUs: () => clock.us,
    epochMs: 1_700_000_000_000,
  });
  const all = (from = 0) => decodeTraceBatch(log.batches.read(from, 1_000_000, 1e9).batch);
  return { log, clock, all };
}

function otherLog() {
  const { log, clock } = makeLog();
  clock.us = 7;
  log.append('packet_in', log.node('sw0'), 3, frame(60, 7), 0, 60);
  return log;
}

describe('packet log', () => {
  test('[TR16] memory that is claimed ahead is not that of what stands in the log, in the first round or a later one', () => {
    const { log, clock, all } = makeLog({ records: 10_000, frameBytes: 400_000 });
    const sw0 = log.node('sw0');
    const restored = decodeTraceBatch(otherLog().batches.read(0, 1, 1e9).batch).records[0];
    for (let i = 1; i <= 12_500; i++) {
      clock.us = i;
      if (i === 3000 && restored !== undefined) log.restore({ ...restored, seq: log.nextSeq + 700 });
      const parent = log.append(
        'packet_in',
        sw0,
        (i % 60_000) + 1,
        frame(20 + (i % 40), i % 256),
        0,
        20 + (i % 40),
        i + 64,
      );
      log.follow(parent, 'to_router', sw0, 5);
      log.claimAhead();
      if (i % 2500 !== 0) continue;
      for (const { seq, tUs, port, node, length, frame: kept, point, parents } of all(log.nextSeq - 5000).records) {
        if (tUs === 7) continue;
        const isFirst = point === 'packet_in';
        expect({ port, node, length, parents }).toEqual({
          port: isFirst ? (tUs % 60_000) + 1 : 5,
          node: 'sw0',
          length: tUs + 64,
          parents: isFirst ? [] : [seq - 1],
        });
        expect(kept).toEqual(frame(20 + (tUs % 40), tUs % 256));
      }
    }
  });

  test('[TR1] a record is stamped, numbered from 1 and read back whole', () => {
    const { log, clock, all } = makeLog();
    const sw0 = log.node('sw0');
    clock.us = 125;
    expect(log.append('packet_in', sw0, 3, frame(60, 7), 10, 60)).toBe(1);
    expect(all()).toEqual({
      epochMs: 1_700_000_000_000,
      nodes: ['sw0'],
      records: [
        {
          seq: 1,
          tUs: 125,
          point: 'packet_in',
          node: 'sw0',
          port: 3,
          verdict: 'passed',
          cause: 'none',
          parents: [],
          rule: 'none',
          confidence: 0,
          length: 50,
          frame: frame(50, 7),
        },
      ],
    });
  });

  test('[TR2] at most the snap length is kept; the length on the wire stays known', () => {
    const { log, all } = makeLog({ snapLength: 64 });
    log.append('packet_in', log.node('sw0'), 1, frame(1500, 1), 0, 1500);
    log.append('packet_in', log.node('sw0'), 1, frame(128, 1), 0, 128, 9000);
    expect(all().records.map((r) => [r.frame.length, r.length])).toEqual([
      [64, 1500],
      [64, 9000],
    ]);
  });

  test('[TR3] the same frame at the next point is an exact link and shares the bytes', () => {
    const { log, all } = makeLog({ frameBytes: 100, snapLength: 100 });
    const seq = log.append('packet_in', log.node('sw0'), 1, frame(100, 9), 0, 100);
    log.follow(seq, 'to_router', log.node('r0'), 1);
    const [first, second] = all().records;
    expect(second).toMatchObject({
      seq: 2,
      point: 'to_router',
      node: 'r0',
      parents: [1],
      rule: 'same frame',
      confidence: 100,
      length: 100,
    });
    expect(second?.frame).toEqual(first?.frame);
  });

  test('[TR4] a drop is a record with its cause and is counted', () => {
    const { log, all } = makeLog();
    const seq = log.append('packet_in', log.node('sw0'), 1, frame(60, 9), 0, 60);
    log.drop(seq, log.node('r0'), 1, 'no router');
    log.drop(seq, log.node('r0'), 1, 'no router');
    expect(all().records[1]).toMatchObject({ point: 'drop', verdict: 'dropped', cause: 'no router', parents: [1] });
    expect(log.counts.drops).toEqual({ 'no router': 2 });
    expect(log.counts.at('packet_in')).toBe(1);
  });

  test('[TR9] what is held or doubled says so; what was made here names what it was made of', () => {
    const { log, all } = makeLog();
    const node = log.node('sw0');
    const seq = log.append('packet_in', node, 1, frame(60, 9), 0, 60);
    const held = log.judge(seq, 'hold', node, 1, 'held');
    log.made(held, 'hold', node, 1, 'edited', frame(62, 8));
    log.judge(seq, 'fault', node, 1, 'dropped', 'fault');
    log.made(0, 'inject', node, 1, 'injected', frame(64, 7));
    const { records } = all();
    expect(records[1]).toMatchObject({ verdict: 'held', cause: 'none', parents: [1], rule: 'same frame', length: 60 });
    expect(records[2]).toMatchObject({ verdict: 'edited', parents: [2], rule: 'edited', confidence: 100, length: 62 });
    expect(records[2]?.frame).toEqual(frame(62, 8));
    expect(records[3]).toMatchObject({ point: 'fault', verdict: 'dropped', cause: 'fault', parents: [1] });
    expect(records[4]).toMatchObject({ point: 'inject', verdict: 'injected', parents: [], rule: 'none', length: 64 });
    expect(log.counts.drops).toEqual({ fault: 1 });
  });

  test('[TR6] the oldest records make room for new ones and are counted as forgotten', () => {
    const { log, all } = makeLog({ records: 10 });
    for (let i = 0; i < 25; i++) log.append('packet_in', log.node('sw0'), i, frame(20, i), 0, 20);
    expect(all().records.map((r) => r.port)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    expect([log.firstSeq, log.nextSeq, log.logged, log.forgotten]).toEqual([16, 26, 25, 15]);
  });

  test('[TR6] a record is forgotten with its frame, never shown with the bytes of another', () => {
    const { log, all } = makeLog({ records: 1000, frameBytes: 1000, snapLength: 300 });
    for (let i = 0; i < 500; i++) log.append('packet_in', log.node('sw0'), i, frame(300, i), 0, 1 + ((i * 97) % 300));
    const { records } = all();
    expect(records.length).toBeGreaterThan(2);
    expect(records.at(-1)?.port).toBe(499);
    for (const record of records) {
      expect(record.frame).toEqual(frame(1 + ((record.port * 97) % 300), record.port));
    }
  });

  test('[TR6] what follows a forgotten frame has no bytes, and does not invent any', () => {
    const { log, all } = makeLog({ records: 1000, frameBytes: 200, snapLength: 100 });
    const held = log.append('packet_in', log.node('sw0'), 1, frame(100, 1), 0, 100);
    for (let i = 0; i < 5; i++) log.append('packet_in', log.node('sw0'), 2, frame(100, 2), 0, 100);
    log.follow(held, 'to_router', log.node('r0'), 1);
    expect(all().records.at(-1)).toMatchObject({ parents: [1], length: 0, frame: new Uint8Array(0) });
  });

  test('[TR5] reading goes on where the last batch ended, within the limits of a batch', () => {
    const { log } = makeLog();
    for (let i = 0; i < 10; i++) log.append('packet_in', log.node('sw0'), i, frame(60, i), 0, 60);
    const first = log.batches.read(0, 4, 1e9);
    expect(decodeTraceBatch(first.batch).records.map((r) => r.seq)).toEqual([1, 2, 3, 4]);
    const second = log.batches.read(first.nextSeq, 100, 200);
    const seqs = decodeTraceBatch(second.batch).records.map((r) => r.seq);
    expect(seqs[0]).toBe(5);
    expect(seqs.length).toBeLessThan(4);
    expect(second.nextSeq).toBe((seqs.at(-1) ?? 0) + 1);
    expect(log.batches.read(11, 5, 1e9).nextSeq).toBe(11);
    expect(log.batches.read(99, 5, 1e9).nextSeq).toBe(11);
  });

  test('[TR5] a feed gives each record once, and leaps when it lies far behind', () => {
    const { log } = makeLog({ records: 1000, frameBytes: 100_000 });
    const feed = new TraceFeed(log, { maxRecords: 10, maxBehind: 3 });
    const seqs = () => feed.step().flatMap((batch) => decodeTraceBatch(batch).records.map((r) => r.seq));
    const add = (n: number) => {
      for (let i = 0; i < n; i++) log.append('packet_in', log.node('sw0'), 1, frame(60, 1), 0, 60);
    };
    expect(feed.step()).toEqual([]);
    add(12);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(seqs()).toEqual([11, 12]);
    expect(feed.step()).toEqual([]);
    add(100);
    expect(seqs()).toEqual([103, 104, 105, 106, 107, 108, 109, 110, 111, 112]);
    add(5);
    feed.restart();
    expect(feed.step()).toEqual([]);
  });

  test('[TR5] after a large step the feed rests for two, unless it would fall behind; behind a rest come three batches', () => {
    const { log } = makeLog({ records: 10_000, frameBytes: 1_000_000 });
    const feed = new TraceFeed(log);
    const given = (n: number) => {
      for (let i = 0; i < n; i++) log.append('packet_in', log.node('sw0'), 1, frame(60, 1), 0, 60);
      return feed.step().map((batch) => decodeTraceBatch(batch).records.length);
    };
    const rests: number[] = [];
    expect([199, 199, 200, 200, 100, 0, 700, 700, 700, 100].map(given)).toEqual([
      [199],
      [199],
      [200],
      rests,
      rests,
      [100, 100, 100],
      rests,
      rests,
      [700, 700, 700],
      [100],
    ]);
    expect([512, 511, 10].map(given)).toEqual([[512], [511], rests]);
    feed.restart();
    expect(given(3)).toEqual([3]);
  });

  test('[TR5] a step has its bytes, however many batches they are', () => {
    const { log } = makeLog({ records: 10_000, frameBytes: 1_000_000 });
    const feed = new TraceFeed(log, { maxBytes: 60_000 });
    const given = (n: number) => {
      for (let i = 0; i < n; i++) log.append('packet_in', log.node('sw0'), 1, frame(60, 1), 0, 60);
      return feed.step().map((batch) => batch.length);
    };
    expect(given(300).length).toBe(1);
    expect(given(1000)).toEqual([]);
    expect(given(500)).toEqual([]);
    const batches = given(0);
    const bytes = batches.reduce((sum, length) => sum + length, 0);
    expect(batches.length).toBe(2);
    expect(bytes).toBeGreaterThanOrEqual(60_000);
    expect(bytes).toBeLessThan(61_000);
  });

  test('[TR5] a step whose first batch leaves no room for a record of the second gives no empty one', () => {
    const lengths = (maxBytes: number) => {
      const { log } = makeLog({ records: 10_000, frameBytes: 1_000_000 });
      const feed = new TraceFeed(log, { maxBytes });
      const given = (n: number) => {
        for (let i = 0; i < n; i++) log.append('packet_in', log.node('sw0'), 1, frame(60, 1), 0, 60);
        return feed.step();
      };
      for (let step = 0; step < 3; step++) given(200);
      return given(200).map(({ length }) => length);
    };
    const [first = 0, ...others] = lengths(1_000_000);
    expect(others.length).toBe(2);
    expect(lengths(first + 1)).toEqual([first]);
  });

  test('[TR7] a peer that invents datapath ids cannot grow the names without end', () => {
    const { log, all } = makeLog();
    for (let i = 0; i < 3000; i++) log.append('packet_in', log.node(`dp${i}`), 1, frame(14, 0), 0, 14);
    const { nodes, records } = all();
    expect(nodes).toHaveLength(1024);
    expect(records.at(-1)?.node).toBe('others');
  });
});
