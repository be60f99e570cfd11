import type { Scheduler } from '../../determinism/scheduler.ts';
import { distance } from './sequence.ts';
import { Timer } from './timer.ts';

const delayUs = 40_000;
const challengePeriodUs = 1_000_000;
/** RFC 5961 §10: in a period, for one connection. */
const challengesAPeriod = 10;

/** When a connection acknowledges: at once, a little later, or with whatever goes that way (RFC 9293 §3.8.6.3). */
export class Acknowledging {
  readonly #scheduler: Scheduler;
  readonly #timer: Timer;
  #isDue = false;
  #lastSent = 0;
  #periodUs = Number.NEGATIVE_INFINITY;
  #challenges = 0;

  /** `due` is called when one has waited for long enough. */
  constructor(scheduler: Scheduler, due: () => void) {
    this.#scheduler = scheduler;
    this.#timer = new Timer(scheduler, () => {
      this.#isDue = true;
      due();
    });
  }

  /** One has to go now. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** The number that was acknowledged last. */
  get lastSent(): number {
    return this.#lastSent;
  }

  now(): void {
    this.#isDue = true;
  }

  /** In-order data came, up to `next`: the second full segment is acknowledged at once. */
  received(next: number, largestSegment: number): void {
    if (distance(this.#lastSent, next) > largestSegment) this.now();
    else if (!this.#timer.isSet) this.#timer.set(delayUs);
  }

  /** So few that two sides that disagree, or somebody who guesses, cause no storm. */
  challenge(): void {
    const nowUs = this.#scheduler.nowUs();
    if (nowUs - this.#periodUs >= challengePeriodUs) {
      this.#periodUs = nowUs;
      this.#challenges = 0;
    }
    this.#challenges += 1;
    if (this.#challenges <= challengesAPeriod) this.now();
  }

  sent(next: number): void {
    this.#lastSent = next;
    this.#isDue = false;
    this.#timer.clear();
  }

  close(): void {
    this.#isDue = false;
    this.#timer.close();
  }
}
