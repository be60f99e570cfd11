import {
  type AnswerOf,
  type BridgeEvent,
  type BridgeHandle,
  type BridgeState,
  type MethodName,
  WorkbenchError,
} from '../../bridge/index.ts';
import { TraceBatchWriter } from '../../bridge/packet/trace-batch.ts';

/** Nobody interferes. */
export const quietWorkbench: BridgeState['workbench'] = {
  held: 0,
  breakpoints: 0,
  faults: 0,
  replaying: false,
  distorted: false,
  stopsRouter: false,
};

/** A log in memory behind the bridge's interface: records are numbers, batches are made when a test says so. */
export class FakeBridge implements BridgeHandle {
  readonly #listeners = new Set<(batch: Uint8Array) => void>();
  readonly #frame: Uint8Array;
  #logged = 0;
  #batched = 0;
  #oldest = 1;
  reads = 0;

  constructor(options: { frameBytes?: number } = {}) {
    this.#frame = new Uint8Array(options.frameBytes ?? 60).fill(0xab);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
  get state(): BridgeState {
    return {
      listening: { openflow: [], vns: [] },
      switches: [],
      routers: [],
      counters: {
        logged: this.#logged,
        forgotten: this.#oldest - 1,
        packetsIn: 0,
        packetsOut: 0,
        drops: {},
        dispatchP50Us: 0,
        dispatchP99Us: 0,
      },
      workbench: quietWorkbench,
      comments: { revision: 0, kept: 0, forgotten: 0 },
      epochMs: 1000,
      nowUs: 0,
    };
  }

  /** Logs records and tells those who listen, in one batch. */
  log(count: number): void {
    this.logSilently(count);
    this.flush();
  }
  /** Logs records that come with the next batch. */
  logSilently(count: number): void {
    this.#logged += count;
  }
  flush(): void {
    const batch = this.#batch(this.#batched + 1, this.#logged);
    this.#batched = this.#logged;
    for (const listener of this.#listeners) listener(batch);
  }
  /** The log keeps nothing below `seq`. */
  forget(seq: number): void {
    this.#oldest = seq;
  }

  async watchPoints(): Promise<void> {}

  /** Of the workbench only the bounds of the log are there. */
  async call<M extends MethodName>(method: M): Promise<AnswerOf<M>> {
    if (method === 'note:list') return { revision: 0, kept: 0, forgotten: 0, comments: [] } as unknown as AnswerOf<M>;
    if (method !== 'trace:kept') throw new WorkbenchError('not-found', 'There is no workbench here.');
    return { firstSeq: this.#oldest, nextSeq: this.#logged + 1 } as AnswerOf<M>;
  }
  onTrace(listener: (batch: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async readTrace(fromSeq: number, limit: number): Promise<Uint8Array> {
    this.reads += 1;
    const first = Math.max(fromSeq, this.#oldest);
    return this.#batch(first, Math.min(this.#logged, first + limit - 1));
  }
  onState(_listener: (state: BridgeState) => void): () => void {
    return () => undefined;
  }
  onEvent(_listener: (event: BridgeEvent) => void): () => void {
    return () => undefined;
  }
  onLost(): () => void {
    return () => undefined;
  }
  async closeRouter(): Promise<void> {}
  async close(): Promise<void> {
    this.#listeners.clear();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #batch(first: number, last: number): Uint8Array {
    const writer = new TraceBatchWriter();
    writer.begin(1000, ['sw0']);
    for (let seq = first; seq <= last; seq++)
      writer.record(seq, seq, 2, 0, 1, 0, 0, 0, 100, 60, [], 0, this.#frame, 0, this.#frame.length);
    return writer.finish();
  }
}
