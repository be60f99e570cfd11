import { sessionNice, setSessionNice } from './scheduling.ts';

/**
 * The session in which the server was started. Where the kernel schedules sessions as groups (sched(7), autogroup), a
 * thread has no precedence over those of other sessions unless its whole session has.
 */
export class OwnSession {
  readonly #preferred: number;
  #before: number | undefined;

  constructor(preferred: number) {
    this.#preferred = preferred;
  }

  prefer(isPreferred: boolean): void {
    if (isPreferred === (this.#before !== undefined)) return;
    if (!isPreferred) {
      setSessionNice(process.pid, this.#before ?? 0);
      this.#before = undefined;
      return;
    }
    const found = sessionNice(process.pid);
    if (found === undefined || !setSessionNice(process.pid, this.#preferred)) return;
    // What a server left that was killed is no weight that anybody chose.
    this.#before = found === this.#preferred ? 0 : found;
  }
}
