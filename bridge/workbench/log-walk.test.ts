import { expect, test } from 'vitest';
import { PacketLog } from '../trace/packet-log.ts';
import { walkLog } from './log-walk.ts';

const frame = new Uint8Array(60);

function logOf(records: number): PacketLog {
  const log = new PacketLog({ records: 4096, frameBytes: 400_000, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const node = log.node('sw0');
  for (let i = 0; i < records; i++) log.append('packet_in', node, 1, frame, 0, frame.length);
  return log;
}

/** Walks with a clock that goes on by `costMs` a record; tells how many records each turn of the event loop looked at. */
async function turnsOf(log: PacketLog, costMs: number, walk: Partial<Parameters<typeof walkLog>[1]> = {}) {
  let nowMs = 0;
  const looked: number[] = [0];
  let isWalking = true;
  const count = (): void => {
    looked.push(0);
    if (isWalking) setImmediate(count);
  };
  setImmediate(count);
  const walked = await walkLog(log, { fromSeq: 1, isWanted: () => true, nowMs: () => nowMs, ...walk }, () => {
    nowMs += costMs;
    looked.push((looked.pop() ?? 0) + 1);
  });
  isWalking = false;
  return { looked: looked.filter((many) => many > 0), walked };
}

test('[WB12] a turn of the event loop lasts 5 ms, then it is others’ turn', async () => {
  const { looked, walked } = await turnsOf(logOf(2000), 0.05);
  expect(walked).toEqual({ scannedTo: 2000, isComplete: true });
  // 5 ms are 100 records; the clock is read after each 64.
  expect(Math.max(...looked)).toBe(128);
  expect(looked.length).toBe(Math.ceil(2000 / 128));
});

test('[WB12] after half a second the answer says how far it came, and the next goes on from there', async () => {
  const log = logOf(2000);
  const ends: number[] = [];
  for (let fromSeq = 1, isComplete = false; !isComplete; ) {
    const { walked } = await turnsOf(log, 1, { fromSeq });
    ends.push(walked.scannedTo);
    fromSeq = walked.scannedTo + 1;
    isComplete = walked.isComplete;
  }
  expect(ends).toEqual([512, 1024, 1536, 2000]);
  const back = await turnsOf(log, 1, { fromSeq: 2000, backwards: true });
  expect(back.walked).toEqual({ scannedTo: 2000 - 511, isComplete: false });
});

test('[WB12] an answer that came to the end as its time was over is complete', async () => {
  const { walked } = await turnsOf(logOf(1024), 1, { fromSeq: 513 });
  expect(walked).toEqual({ scannedTo: 1024, isComplete: true });
  const back = await turnsOf(logOf(1024), 1, { fromSeq: 512, backwards: true });
  expect(back.walked).toEqual({ scannedTo: 1, isComplete: true });
});

test('[WB10] what comes while it looks is the next question’s, and what is forgotten meanwhile is passed over', async () => {
  const log = logOf(3000);
  const seen: number[] = [];
  let nowMs = 0;
  const walked = await walkLog(log, { fromSeq: 1, isWanted: () => true, nowMs: () => nowMs }, (seq) => {
    nowMs += 0.1;
    seen.push(seq);
    // Four for each that is looked at: soon the log has forgotten where the walk is.
    for (let i = 0; i < 4; i++) log.append('packet_in', 0, 1, frame, 0, frame.length);
  });
  expect(walked).toMatchObject({ isComplete: true });
  expect(seen.every((seq, i) => i === 0 || seq > (seen[i - 1] ?? 0))).toBe(true);
  expect(seen.at(-1)).toBeLessThanOrEqual(3000);
  expect(seen.length).toBeLessThan(3000);
});

test('[WB10] a walk ends where it is told to', async () => {
  const seen: number[] = [];
  const walk = { fromSeq: 5, toSeq: 9, isWanted: () => true };
  expect(await walkLog(logOf(100), walk, (seq) => seen.push(seq))).toEqual({ scannedTo: 9, isComplete: true });
  expect(seen).toEqual([5, 6, 7, 8, 9]);
});

test('[WB12] a gentle walk rests after each half of a millisecond', async () => {
  const { looked, walked } = await turnsOf(logOf(400), 0.02, { isGentle: true });
  expect(walked.isComplete).toBe(true);
  // 0.5 ms are 25 records; the clock is read after each sixteen.
  expect(Math.max(...looked)).toBe(32);
});
