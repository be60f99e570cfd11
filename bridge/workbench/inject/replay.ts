import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';
import type { Passage } from '../../trace/intercept.ts';
import type { ReplayStatus } from './inject.ts';

/** One frame of a replay. */
export interface ReplayFrame {
  readonly atUs: number;
  readonly passage: Passage;
  readonly port: number;
  readonly bytes: Uint8Array;
}
export interface ReplayOptions {
  readonly frames: readonly ReplayFrame[];
  readonly skipped: number;
  /** 0: as fast as is allowed. */
  readonly speed: number;
  readonly scheduler: Scheduler;
  /** Returns the seq of the injected record. */
  readonly send: (frame: ReplayFrame) => number;
  readonly changed: () => void;
}

/** The shortest time between two frames: 2,000 a second are what the bridge carries without a queue. */
const shortestUs = 500;

/** Frames that are put in one after the other, at the pace that was asked for or the fastest that is allowed (WB72). */
export class Replay {
  readonly #options: ReplayOptions;
  #state: ReplayStatus['state'] = 'running';
  #sent = 0;
  #firstSeq = 0;
  #lastSeq = 0;
  #cancel: Cancel = () => undefined;
  #lastDueUs: number;
  readonly #startUs: number;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#startUs = options.scheduler.nowUs();
    this.#lastDueUs = this.#startUs - shortestUs;
    this.#next();
  }

  get status(): ReplayStatus {
    const { frames, skipped } = this.#options;
    return {
      ...{ state: this.#state, total: frames.length, sent: this.#sent, skipped },
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
    };
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Idempotent. */
  cancel(): void {
    this.#cancel();
    if (this.#state === 'running') this.#end('cancelled');
  }

  #next(): void {
    const { frames, speed, scheduler } = this.#options;
    const frame = frames[this.#sent];
    if (frame === undefined) {
      this.#end('done');
      return;
    }
    const recordedUs = frame.atUs - (frames[0]?.atUs ?? 0);
    const wantedUs = speed === 0 ? 0 : this.#startUs + recordedUs / speed;
    this.#lastDueUs = Math.max(wantedUs, this.#lastDueUs + shortestUs);
    this.#cancel = scheduler.at(this.#lastDueUs, () => this.#send(frame));
  }

  #send(frame: ReplayFrame): void {
    // A thread that was late does not make up for it by a burst.
    this.#lastDueUs = Math.max(this.#lastDueUs, this.#options.scheduler.nowUs() - shortestUs);
    this.#sent += 1;
    this.#lastSeq = this.#options.send(frame);
    if (this.#firstSeq === 0) this.#firstSeq = this.#lastSeq;
    if (this.#state === 'running') this.#next();
  }

  #end(state: 'done' | 'cancelled'): void {
    this.#state = state;
    this.#options.changed();
  }
}
