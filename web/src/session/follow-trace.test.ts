import { expect, test, vi } from 'vitest';
import { points, TraceBatchWriter, verdicts } from '../../../bridge/packet/trace-batch.ts';
import type { ServerToClient } from '../../../server/contract/events.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { TraceLog } from '../state/trace-log.ts';
import { followTrace, isOutdated, type TraceSocket } from './follow-trace.ts';

/** A server's side of the socket, played by hand. */
class FakeSocket implements TraceSocket {
  connected = true;
  nextSeq = 1;
  readonly follows: number[] = [];
  newest = 0;
  readonly taken: number[] = [];
  unfollowed = 0;
  #batch: ServerToClient['trace:batch'] = () => {};
  #resume = () => {};

  request(_event: 'trace:follow', { fromSeq, newest }: { lab: string; fromSeq: number; newest: number }) {
    this.follows.push(fromSeq);
    this.newest = newest;
    return Promise.resolve({ firstSeq: 1, nextSeq: this.nextSeq });
  }
  send(event: 'trace:unfollow' | 'trace:taken', payload: { lab: string; seq?: number }) {
    if (event === 'trace:unfollow') this.unfollowed++;
    else this.taken.push(payload.seq ?? -1);
  }
  on(_event: 'trace:batch', listener: ServerToClient['trace:batch']) {
    this.#batch = listener;
    return () => {
      this.#batch = () => {};
    };
  }
  onResume(resume: () => void) {
    this.#resume = resume;
    return () => {
      this.#resume = () => {};
    };
  }
  onLink() {
    return () => {};
  }

  reconnect(): void {
    this.#resume();
  }
  batch(epochMs: number, from: number, to: number, lab = 'lab', skipped = 0, usEach = 1): void {
    const writer = new TraceBatchWriter();
    writer.begin(epochMs, ['sw0']);
    const frame = Uint8Array.of(1, 2, 3);
    for (let seq = from; seq <= to; seq++)
      writer.record(
        seq,
        seq * usEach,
        points.indexOf('packet_in'),
        0,
        1,
        verdicts.indexOf('passed'),
        0,
        0,
        100,
        3,
        [],
        0,
        frame,
        0,
        3,
      );
    this.#batch({ lab, data: writer.finish(), skipped });
  }
}

const status: LabStatus = bareStatus;

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('[TRACE3] each batch is acknowledged with the last seq taken in; another lab’s is not', () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {});
  followTrace(log, socket, 'lab');
  expect(socket.follows).toEqual([0]);
  socket.batch(1, 1, 3);
  socket.batch(1, 4, 4);
  socket.batch(1, 5, 9, 'other');
  expect(socket.taken).toEqual([3, 4]);
  expect([...(log.record(4)?.frame ?? [])]).toEqual([1, 2, 3]);
});

test('[TRACE3] of a long log no more is asked for than the page keeps, and what it had before the page came is no news', async () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {}, 1_000);
  socket.nextSeq = 50_001;
  followTrace(log, socket, 'lab');
  await settled();
  expect(socket.newest).toBe(1_000);
  expect(log.liveFrom).toBe(50_001);
  socket.batch(1, 49_001, 50_002);
  expect(log.ring.lastSeq).toBe(50_002);
  socket.batch(2, 1, 1);
  expect(log.liveFrom).toBe(0);
});

test('[TRACE3] after a reconnection the log goes on behind the last seq', async () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {});
  followTrace(log, socket, 'lab');
  socket.batch(1, 1, 3);
  socket.nextSeq = 6;
  socket.reconnect();
  await settled();
  expect(socket.follows).toEqual([0, 4]);
  socket.batch(1, 4, 5);
  expect(log.ring.size).toBe(5);
  expect(log.missing).toBe(0);
});

test('[TRACE3] a server whose log is shorter than what is known has another log: what is here stays until that speaks', async () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {});
  followTrace(log, socket, 'lab');
  socket.batch(1, 1, 30);
  socket.nextSeq = 2;
  socket.reconnect();
  await settled();
  expect(socket.follows).toEqual([0, 31, 0]);
  expect(log.ring.size).toBe(30);
  socket.batch(2, 1, 1);
  expect(log.ring.size).toBe(1);
  expect(socket.follows).toEqual([0, 31, 0]);
});

test('[TRACE3] a batch of another epoch that begins in the middle is asked for from its start', () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {});
  followTrace(log, socket, 'lab');
  socket.batch(1, 1, 5);
  socket.batch(2, 40, 41);
  expect(socket.follows).toEqual([0, 0]);
  socket.batch(2, 1, 41);
  expect(log.ring.size).toBe(41);
  expect(log.missing).toBe(0);
});

test('[TRACE3] the log of an earlier run goes when the lab starts again', () => {
  const log = new TraceLog(() => {});
  const socket = new FakeSocket();
  followTrace(log, socket, 'lab');
  const at = (phase: LabStatus['phase'], startedMs: number) => isOutdated(log, { ...status, phase, startedMs });
  expect(at('starting', 900)).toBe(false);
  socket.batch(1_000, 1, 3);
  expect(at('running', 900)).toBe(false);
  expect(at('starting', 2_000)).toBe(true);
  expect(at('running', 2_000)).toBe(true);
  expect(at('stopped', 2_000)).toBe(false);
});

test('[TRACE3] leaving the lab ends it: nothing more is taken in', () => {
  const socket = new FakeSocket();
  const log = new TraceLog(() => {});
  const leave = followTrace(log, socket, 'lab');
  leave();
  expect(socket.unfollowed).toBe(1);
  socket.batch(1, 1, 3);
  expect(log.ring.size).toBe(0);
});

test('[TRACE15] a storm of which only a part comes is told at once, while it lasts, and its end too', () => {
  vi.useFakeTimers();
  const socket = new FakeSocket();
  const told: number[] = [];
  const leave = followTrace(new TraceLog(() => {}), socket, 'lab', (share) => told.push(share));
  socket.batch(1, 101, 110, 'lab', 100);
  expect(told).toEqual([]);
  socket.batch(1, 131, 140, 'lab', 20);
  expect(told).toEqual([0.5]);
  vi.advanceTimersByTime(5_000);
  expect(told.at(-1)).toBe(1);
  const calls = told.length;
  vi.advanceTimersByTime(5_000);
  expect(told).toHaveLength(calls);
  leave();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('[TRACE15] a leap over seconds of an older log is a page that catches up, not a storm', () => {
  const socket = new FakeSocket();
  const told: number[] = [];
  const leave = followTrace(new TraceLog(() => {}), socket, 'lab', (share) => told.push(share));
  socket.batch(1, 1, 10, 'lab', 0, 1_000);
  socket.batch(1, 9_001, 9_010, 'lab', 8_990, 1_000);
  expect(told).toEqual([]);
  leave();
});
