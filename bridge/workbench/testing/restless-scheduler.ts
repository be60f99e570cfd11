import { VirtualScheduler } from '../../determinism/scheduler.ts';

/** Virtual time with what a real clock has: it goes on between two looks at it, and what is planned may be late. */
export class RestlessScheduler extends VirtualScheduler {
  /** So late is everything that is planned. */
  lateUs = 0;
  #looksUs = 0;

  override nowUs(): number {
    this.#looksUs += 0.25;
    return super.nowUs() + this.lateUs + this.#looksUs;
  }
}
