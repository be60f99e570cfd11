import type { BridgeEvent, BridgeState } from './api.ts';
import type { PointSource } from './trace/points/point-source.ts';
import type { AnswerOf, ArgumentOf, MethodName } from './workbench/methods.ts';

/**
 * A running bridge, on its own thread; `state` is the last one pushed (at most 20 a second, at least each second), and
 * never older than the event just told.
 */
export interface BridgeHandle extends AsyncDisposable {
  readonly state: BridgeState;
  /** The system's number of its thread (gettid(2)); undefined where it has none of its own, or the system tells none. */
  readonly systemThread?: number | undefined;
  onState(listener: (state: BridgeState) => void): () => void;
  onEvent(listener: (event: BridgeEvent) => void): () => void;
  /** Batches of new records (trace-batch), at most 20 a second; while nobody listens none are made. */
  onTrace(listener: (batch: Uint8Array) => void): () => void;
  /** Called once when the bridge's thread died without having been closed; the last state stays readable. */
  onLost(listener: (why: string) => void): () => void;
  /** Up to `limit` records from `fromSeq` on (or from the oldest kept), as one batch. */
  readTrace(fromSeq: number, limit: number): Promise<Uint8Array>;
  /** Logs what is seen outside of the bridge, too, from now on; undefined ends that, and nothing of it is left. */
  watchPoints(source: PointSource | undefined): Promise<void>;
  /** Asks the workbench. Rejects with WorkbenchError for what cannot be done. */
  call<M extends MethodName>(method: M, argument: ArgumentOf<M>): Promise<AnswerOf<M>>;
  /** Sends CLOSE with the reason and ends the router's connection; no effect when there is none. */
  closeRouter(name: string, reason: string): Promise<void>;
  close(): Promise<void>;
}
