import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import { fromBase64 } from '../state/base64.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { api } from './api.ts';

/** Records asked for at once. */
const mostAtOnce = 400;
/** Rest before a question that was refused is asked again, milliseconds. */
const againMs = 1_000;

/**
 * Fetches records that are wanted into the log: one question at a time, and only the latest wish counts, so that whoever
 * drags the list from end to end asks for what it stops at and not for everything in between (TRACE90).
 */
export class PastLoader {
  readonly #log: TraceLog;
  readonly #lab: string;
  #wanted: readonly number[] = [];
  #isAsking = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: TraceLog, lab: string) {
    this.#log = log;
    this.#lab = lab;
  }

  /** These records are needed now; what was wanted before and has not been asked for is not any more. */
  want(seqs: readonly number[]): void {
    this.#wanted = seqs;
    if (!this.#isAsking && this.#timer === undefined) void this.#next();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #next(): Promise<void> {
    const { past } = this.#log;
    const { keptFrom = Number.POSITIVE_INFINITY } = past;
    const open = this.#wanted.filter(
      (seq) => seq >= keptFrom && this.#log.record(seq) === undefined && !past.isLeftOut(seq),
    );
    const seqs = open.slice(0, mostAtOnce);
    this.#wanted = open.slice(mostAtOnce);
    if (seqs.length === 0 || this.#isClosed) return;
    this.#isAsking = true;
    const isAnswered = await this.#ask(seqs);
    this.#isAsking = false;
    if (this.#isClosed) return;
    if (isAnswered) return this.#next();
    if (this.#wanted.length === 0) this.#wanted = seqs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#next();
    }, againMs);
  }

  /** False when the server could not be asked. */
  async #ask(seqs: number[]): Promise<boolean> {
    try {
      const { batch, firstSeq, nextSeq } = await api.workbench(this.#lab, 'trace:records', { seqs });
      if (this.#isClosed) return true;
      const answer = decodeTraceBatch(fromBase64(batch));
      const given = new Set(answer.records.map(({ seq }) => seq));
      this.#log.takePast(
        answer,
        seqs.filter((seq) => seq >= firstSeq && seq < nextSeq && !given.has(seq)),
      );
      // What was let go there is let go here.
      this.#log.setKeptFrom(firstSeq);
      return true;
    } catch {
      return false;
    }
  }
}
