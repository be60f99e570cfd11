import type { Cancel, Scheduler } from '../../determinism/scheduler.ts';

/**
 * One deadline that moves often. Moving it further away costs nothing: what was planned is left, and plans anew when it
 * comes too early.
 */
export class Timer {
  readonly #scheduler: Scheduler;
  readonly #run: () => void;
  #deadlineUs: number | undefined;
  #planned: { readonly atUs: number; readonly cancel: Cancel } | undefined;

  constructor(scheduler: Scheduler, run: () => void) {
    this.#scheduler = scheduler;
    this.#run = run;
  }

  get isSet(): boolean {
    return this.#deadlineUs !== undefined;
  }

  set(delayUs: number): void {
    const deadlineUs = this.#scheduler.nowUs() + delayUs;
    this.#deadlineUs = deadlineUs;
    if (this.#planned !== undefined && this.#planned.atUs <= deadlineUs) return;
    this.#planned?.cancel();
    this.#plan(deadlineUs);
  }

  clear(): void {
    this.#deadlineUs = undefined;
  }

  /** Clears it and leaves nothing planned. */
  close(): void {
    this.clear();
    this.#planned?.cancel();
    this.#planned = undefined;
  }

  #plan(atUs: number): void {
    this.#planned = { atUs, cancel: this.#scheduler.at(atUs, () => this.#due()) };
  }

  #due(): void {
    this.#planned = undefined;
    if (this.#deadlineUs === undefined) return;
    if (this.#deadlineUs > this.#scheduler.nowUs()) {
      this.#plan(this.#deadlineUs);
      return;
    }
    this.#deadlineUs = undefined;
    this.#run();
  }
}
