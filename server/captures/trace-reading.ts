import { decodeTraceBatch, type TraceBatch } from '../../bridge/packet/trace-batch.ts';
import type { SeqRange } from './seq-ranges.ts';
import type { TraceSource } from './trace-source.ts';

/** Records asked for at once: enough to be quick, few enough that nobody waits for the bridge. */
const recordsAtOnce = 2000;

/** The records of the ranges that are kept, batch after batch; what arrives meanwhile is not among them. */
export async function* readRanges(source: TraceSource, ranges: readonly SeqRange[]): AsyncGenerator<TraceBatch> {
  const { nextSeq } = await source.kept();
  for (const { from, to } of ranges) {
    const end = Math.min(to, nextSeq - 1);
    for (let next = from; next <= end; ) {
      const batch = decodeTraceBatch(await source.read(next, Math.min(recordsAtOnce, end - next + 1)));
      // The log may have forgotten some while it was read: a batch begins with what is left.
      const records = batch.records.filter(({ seq }) => seq <= end);
      const last = records.at(-1);
      if (last === undefined) break;
      yield { ...batch, records };
      next = last.seq + 1;
    }
  }
}
