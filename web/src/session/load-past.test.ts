import { afterEach, expect, test, vi } from 'vitest';
import { TraceBatchWriter } from '../../../bridge/packet/trace-batch.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordsOf } from '../trace/records.fixture.ts';
import { PastLoader } from './load-past.ts';

function batchOf(seqs: readonly number[]): string {
  const writer = new TraceBatchWriter();
  writer.begin(1, ['sw0']);
  for (const seq of seqs) writer.record(seq, seq, 2, 0, 1, 0, 0, 0, 100, 4, [], 0, Uint8Array.of(1, 2, 3, 4), 0, 4);
  return btoa(String.fromCharCode(...writer.finish()));
}

/** A server that keeps everything from `keptFrom` on; each answer waits to be let go. */
function serverKeeping(keptFrom: number, leftOut: readonly number[] = []) {
  const asked: number[][] = [];
  const waiting: ((refused?: boolean) => void)[] = [];
  vi.stubGlobal('fetch', (_path: string, { body }: { body: string }) => {
    const seqs: number[] = JSON.parse(body).seqs;
    asked.push(seqs);
    return new Promise<Response>((resolve) => {
      waiting.push((refused = false) => {
        if (refused) return resolve(new Response('{}', { status: 503 }));
        const batch = batchOf(seqs.filter((seq) => seq >= keptFrom && !leftOut.includes(seq)));
        resolve(new Response(JSON.stringify({ batch, firstSeq: keptFrom, nextSeq: 999 })));
      });
    });
  });
  const answer = async (refused?: boolean) => {
    waiting.shift()?.(refused);
    await vi.advanceTimersByTimeAsync(1);
  };
  return { asked, answer };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function logFrom(seq: number): TraceLog {
  vi.useFakeTimers();
  const log = new TraceLog(() => {});
  log.take({ epochMs: 1, records: recordsOf(seq, seq + 5) });
  log.setKeptFrom(1);
  return log;
}

test('[TRACE90] one question at a time, then the latest wish; what is at hand is not asked for', async () => {
  const { asked, answer } = serverKeeping(1);
  const log = logFrom(500);
  const loader = new PastLoader(log, 'lab');
  loader.want([10, 11, 500]);
  loader.want([50]);
  loader.want([100, 11]);
  expect(asked).toEqual([[10, 11]]);
  await answer();
  expect(log.record(11)?.frame).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(asked).toEqual([[10, 11], [100]]);
  await answer();
  expect(log.record(100)?.node).toBe('sw0');
  expect(asked).toHaveLength(2);
});

test('[TRACE91] what the server forgot is not asked for again; a refused question is, a closed loader asks no more', async () => {
  const { asked, answer } = serverKeeping(40);
  const log = logFrom(500);
  const loader = new PastLoader(log, 'lab');
  loader.want([30, 41]);
  await answer();
  expect(log.past.keptFrom).toBe(40);
  expect(log.record(41)?.seq).toBe(41);
  loader.want([30, 60]);
  expect(asked.at(-1)).toEqual([60]);
  await answer(true);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(asked.at(-1)).toEqual([60]);
  expect(asked).toHaveLength(3);
  loader.close();
  await answer(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveLength(3);
});

test('[TRACE90] what the server left out is asked for once, until another log begins', async () => {
  const { asked, answer } = serverKeeping(1, [12, 13]);
  const log = logFrom(500);
  const loader = new PastLoader(log, 'lab');
  loader.want([11, 12, 13]);
  await answer();
  loader.want([11, 12, 13]);
  loader.want([12, 14]);
  expect(asked).toEqual([[11, 12, 13], [14]]);
  expect([11, 12, 13, 14].filter((seq) => log.past.isLeftOut(seq))).toEqual([12, 13]);
  await answer();
  log.take({ epochMs: 2, records: recordsOf(500, 505) });
  log.setKeptFrom(1);
  loader.want([12]);
  expect(asked.at(-1)).toEqual([12]);
});
