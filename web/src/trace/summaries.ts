import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Summary } from '../../../bridge/packet/tree.ts';
import { reading } from '../state/reading.ts';
import { traceStore } from '../state/trace-store.ts';
import { TcpBases } from './tcp-bases.ts';

const bases = new TcpBases(traceStore);

/** Summary of a record as its row tells it. */
function summaryOnce(record: TraceRecord): Summary {
  const summary = reading().summarize(record.frame, record.length);
  return { ...summary, info: bases.relative(record, summary.info) };
}

/** Enough for several screens of rows. */
const kept = 2_000;

/** Remembers what was summarized last: rows are drawn far more often than they change. */
class Summaries {
  #known = new Map<TraceRecord, Summary>();

  of(record: TraceRecord): Summary {
    let summary = this.#known.get(record);
    if (summary) this.#known.delete(record);
    else {
      summary = summaryOnce(record);
      if (this.#known.size >= kept) this.#forgetOldest();
    }
    // A Map keeps the order of insertion: what was used last is at its end.
    this.#known.set(record, summary);
    return summary;
  }

  #forgetOldest(): void {
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

const summaries = new Summaries();

/** Summary of a record, from the cache when it was asked for lately. */
export function summaryOf(record: TraceRecord): Summary {
  return summaries.of(record);
}
