import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import { fromBase64 } from '../state/base64.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { api } from './api.ts';

/** Records asked for at once. */
const mostAtOnce = 400;
/** So many that the server left out are remembered: their rows would ask for them each time they are drawn. */
const mostUnkept = 50_000;
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
  #unkept = new Set<number>();
  #generation: number;
  #isAsking = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: TraceLog, lab: string) {
    this.#log = log;
    this.#generation = log.generation;
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
    const { keptFrom = Number.POSITIVE_INFINITY } = this.#log.past;
    this.#forgetIfNewLog();
    const open = this.#wanted.filter(
      (seq) => seq >= keptFrom && this.#log.record(seq) === undefined && !this.#unkept.has(seq),
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
      if (answer.epochMs === this.#log.epochMs) {
        const given = new Set(answer.records.map(({ seq }) => seq));
        this.#leaveAlone(seqs.filter((seq) => seq < nextSeq && !given.has(seq)));
      }
      this.#log.takePast(answer);
      // What was asked for and did not come is forgotten there, too.
      this.#log.setKeptFrom(firstSeq);
      return true;
    } catch {
      return false;
    }
  }

  /** The server has its log, but not these: a recorded run may have left them out. */
  #leaveAlone(seqs: readonly number[]): void {
    this.#forgetIfNewLog();
    if (this.#unkept.size + seqs.length > mostUnkept) this.#unkept.clear();
    for (const seq of seqs) this.#unkept.add(seq);
  }

  #forgetIfNewLog(): void {
    if (this.#generation === this.#log.generation) return;
    this.#generation = this.#log.generation;
    this.#unkept.clear();
  }
}
