import { Agenda, type Cancel, type Scheduler } from '../determinism/scheduler.ts';
import { startClock } from './clock.ts';

/** So long the scheduler works before sockets get their turn. */
const sliceUs = 2_000;
/** What is due within this time is awaited turn by turn: a timer would come a millisecond late. */
const nearUs = 1_000;
/** A timer that comes so late was kept from the processor: sockets get their turn before it. */
const lateUs = 10_000;
const maxTimerMs = 0x7fff_ffff;

/**
 * The emulated network's time in the real world (ES75–ES78): one setImmediate or one setTimeout is waiting at most, and
 * neither when nothing is planned.
 */
export class RealScheduler implements Scheduler {
  readonly #clock = startClock();
  readonly #agenda = new Agenda();
  readonly #turn = () => this.#run();
  readonly #timedTurn = () => this.#runTimed();
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerUs = Infinity;
  #isRunning = false;
  #isClosed = false;

  nowUs(): number {
    return this.#clock.nowUs();
  }

  at(atUs: number, run: () => void): Cancel {
    const cancel = this.#agenda.at(atUs, run);
    if (atUs < this.#timerUs) this.#arm();
    return cancel;
  }

  after(delayUs: number, run: () => void): Cancel {
    return this.at(this.nowUs() + Math.max(0, delayUs), run);
  }

  soon(run: () => void): void {
    this.#agenda.soon(run);
    this.#arm();
  }

  /** Nothing that is planned happens any more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#disarm();
  }

  /** Waits for whatever comes next; while a slice runs its end sees to that. */
  #arm(): void {
    if (this.#isRunning || this.#isClosed || this.#immediate !== undefined) return;
    const nextUs = this.#agenda.hasSoon ? 0 : this.#agenda.nextUs();
    if (nextUs === undefined || nextUs === this.#timerUs) return;
    this.#disarm();
    const waitUs = nextUs - this.nowUs();
    if (waitUs <= nearUs) {
      this.#immediate = setImmediate(this.#turn);
    } else {
      this.#timerUs = nextUs;
      this.#timer = setTimeout(this.#timedTurn, Math.min(Math.floor(waitUs / 1000), maxTimerMs));
    }
  }

  #disarm(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#immediate = undefined;
    this.#timer = undefined;
    this.#timerUs = Infinity;
  }

  #runTimed(): void {
    if (this.nowUs() - this.#timerUs < lateUs) {
      this.#run();
      return;
    }
    this.#disarm();
    this.#immediate = setImmediate(this.#turn);
  }

  #run(): void {
    this.#disarm();
    this.#isRunning = true;
    try {
      const agenda = this.#agenda;
      const endUs = this.nowUs() + sliceUs;
      for (let nowUs = this.nowUs(); nowUs < endUs && !this.#isClosed; nowUs = this.nowUs()) {
        if (agenda.hasSoon) agenda.runSoon();
        else if (!agenda.runDue(nowUs)) break;
      }
    } finally {
      this.#isRunning = false;
      this.#arm();
    }
  }
}
