import { TraceBatchWriter } from '../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from './logged-record.ts';

/** What there is to be read. */
interface Kept {
  readonly firstSeq: number;
  readonly nextSeq: number;
  look(seq: number, into: LoggedRecord): boolean;
}

/** Records of a log as batches (TR5). Writing one more record costs no object. */
export class LogBatches {
  readonly #log: Kept;
  readonly #epochMs: number;
  readonly #nodes: readonly string[];
  readonly #batch = new TraceBatchWriter();
  readonly #looked = newLoggedRecord();

  /** `nodes` are the names by their numbers; it grows. */
  constructor(log: Kept, epochMs: number, nodes: readonly string[]) {
    this.#log = log;
    this.#epochMs = epochMs;
    this.#nodes = nodes;
  }

  /**
   * Records from `fromSeq` (or the oldest kept) on as a batch: at most `limit` of them, and no more begun than
   * `maxBytes` hold. `nextSeq` is where to read on.
   */
  read(fromSeq: number, limit: number, maxBytes: number): { readonly batch: Uint8Array; readonly nextSeq: number } {
    this.#batch.begin(this.#epochMs, this.#nodes);
    const { firstSeq, nextSeq } = this.#log;
    const first = Math.min(Math.max(fromSeq, firstSeq), nextSeq);
    const end = Math.min(nextSeq, first + limit);
    let seq = first;
    for (; seq < end && this.#batch.byteLength < maxBytes; seq++) this.#write(seq);
    return { batch: this.#batch.finish(), nextSeq: seq };
  }

  /** The kept ones of these records as a batch, in the order given. */
  pick(seqs: ArrayLike<number>): Uint8Array {
    this.#batch.begin(this.#epochMs, this.#nodes);
    for (let i = 0; i < seqs.length; i++) this.#write(seqs[i] ?? 0);
    return this.#batch.finish();
  }

  #write(seq: number): void {
    const one = this.#looked;
    if (!this.#log.look(seq, one)) return;
    this.#batch.record(
      seq,
      one.tUs,
      one.point,
      one.node,
      one.port,
      one.verdict,
      one.cause,
      one.rule,
      one.confidence,
      one.length,
      one.parents,
      one.parentCount,
      one.bytes,
      one.start,
      one.end,
    );
  }
}
