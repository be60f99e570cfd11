import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TraceBatchWriter, traceBatchRange } from '../../bridge/packet/trace-batch.ts';
import { TraceFollower } from './trace-follower.ts';

/** A batch of records, as the bridge makes it. */
function batchOf(firstSeq: number, count: number): Uint8Array {
  const writer = new TraceBatchWriter();
  writer.begin(0, ['sw0']);
  for (let seq = firstSeq; seq < firstSeq + count; seq++)
    writer.record(seq, 0, 2, 0, 1, 0, 0, 0, 0, 60, [], 0, new Uint8Array(60), 0, 60);
  return writer.finish();
}

/** A follower that takes in at once what it is sent, on a clock of the test's. */
function follow() {
  const clock = { nowMs: 0 };
  const sent: { first: number; last: number; skipped: number }[] = [];
  const source = {
    batchedSeq: 0,
    readTrace: async (fromSeq: number, limit: number) =>
      batchOf(fromSeq, Math.max(0, Math.min(limit, source.batchedSeq + 1 - fromSeq))),
  };
  const follower = new TraceFollower(
    (data, skipped) => {
      const { firstSeq, lastSeq } = traceBatchRange(data);
      sent.push({ first: firstSeq, last: lastSeq, skipped });
      follower.taken(lastSeq);
    },
    () => clock.nowMs,
  );
  /** Live batches of 2,000 records every 50 ms. */
  let next = 1;
  const live = (batches: number): void => {
    for (let i = 0; i < batches; i++, next += 2000) {
      clock.nowMs += 50;
      const batch = batchOf(next, 2000);
      source.batchedSeq = next + 1999;
      follower.offer(batch, traceBatchRange(batch));
    }
  };
  return { follower, source, sent, live, clock };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('[LIVE9] above its rate a page gets whole batches of what is newest, and every record is sent or counted as skipped', async () => {
  const { follower, source, sent, live } = follow();
  follower.follow({ ...source, batchedSeq: 1, readTrace: async () => batchOf(1, 0) }, 1);
  await settled();
  live(200); // ten seconds of 40,000 records a second
  const records = sent.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  expect(records).toBeGreaterThan(8_000 + 9 * 8_000);
  expect(records).toBeLessThan(8_000 + 11 * 8_000);
  let expected = 1;
  for (const { first, last, skipped } of sent) {
    expect(first).toBe(expected + skipped);
    expected = last + 1;
  }
  expect(sent.at(-1)?.last).toBeGreaterThan(400_000 - 20_000);
});

test('[LIVE9] below its rate nothing is skipped', async () => {
  const { follower, source, sent, live, clock } = follow();
  follower.follow({ ...source, batchedSeq: 1, readTrace: async () => batchOf(1, 0) }, 1);
  await settled();
  for (let i = 0; i < 40; i++) {
    clock.nowMs += 250;
    live(1);
  }
  expect(sent.length).toBe(40);
  expect(sent.every(({ skipped }) => skipped === 0)).toBe(true);
});

describe('what a storm ends with', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());
  const quiet = async () => {
    await vi.advanceTimersByTimeAsync(1000);
    await settled();
  };

  test('[LIVE9] its last records come when it is over, and what was skipped is counted', async () => {
    const { follower, source, sent, live } = follow();
    follower.follow(source, 1);
    await settled();
    for (const batches of [1, 7, 60, 61, 62, 63]) {
      live(batches);
      await quiet();
      expect(sent.at(-1)?.last).toBe(source.batchedSeq);
    }
    let expected = 1;
    for (const { first, last, skipped } of sent) {
      expect(first).toBe(expected + skipped);
      expected = last + 1;
    }
  });
});
