import { LatencyHistogram } from '../trace/latency.ts';
import type { PacketLog } from '../trace/packet-log.ts';

/** How long bytes that arrived wait until their packets are handed on. All of it happens in one turn of the event loop. */
export class Dispatch {
  readonly latency = new LatencyHistogram();
  readonly #log: PacketLog;
  readonly #nowUs: () => number;
  #arrivedUs = 0;

  constructor(log: PacketLog, nowUs: () => number) {
    this.#log = log;
    this.#nowUs = nowUs;
  }

  /** A piece of a stream came and is about to be worked on. */
  arrived(): void {
    this.#arrivedUs = this.#nowUs();
  }

  handedOn(seq: number): void {
    this.latency.add(this.#log.timeOf(seq) - this.#arrivedUs);
  }
}
