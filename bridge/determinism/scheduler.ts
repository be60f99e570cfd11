/** Ends what was planned; no effect when it has happened. */
export type Cancel = () => void;

/**
 * Time, as the emulated network knows it (EM1): in tests a virtual clock, else the real one of net/. Nothing in the
 * emulator looks at another clock or makes a timer of its own.
 */
export interface Scheduler {
  /** Microseconds on a monotonic clock. */
  nowUs(): number;
  /**
   * Runs once at `atUs`, or soon when that is past; what is due at the same time runs in the order in which it was planned.
   * What must keep an order is planned so: from one look at a real clock to the next it is another delay.
   */
  at(atUs: number, run: () => void): Cancel;
  /** Runs once, `delayUs` from now. */
  after(delayUs: number, run: () => void): Cancel;
  /** Runs at this very time, after what runs now: never inside the caller, in the order in which it was asked. */
  soon(run: () => void): void;
}

interface Planned {
  readonly atUs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** What is planned, by time and then by order: a binary heap. Cancelled entries stay until they come to the top. */
export class Agenda {
  readonly #heap: Planned[] = [];
  #order = 0;
  #soon: (() => void)[] = [];
  #spare: (() => void)[] = [];

  at(atUs: number, run: () => void): Cancel {
    const planned: Planned = { atUs, order: this.#order++, run };
    this.#push(planned);
    return () => {
      planned.run = undefined;
    };
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  get hasSoon(): boolean {
    return this.#soon.length > 0;
  }

  /** When the next thing is due; undefined when nothing is planned. */
  nextUs(): number | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.run !== undefined) return top.atUs;
      this.#pop();
    }
    return undefined;
  }

  /** Runs what was asked for `soon`, not what that asks for in turn: the caller decides when to go on. */
  runSoon(): void {
    const now = this.#soon;
    this.#soon = this.#spare;
    this.#spare = now;
    for (const run of now) run();
    now.length = 0;
  }

  /** Runs the next thing if it is due at `nowUs`; false when there is none. */
  runDue(nowUs: number): boolean {
    const atUs = this.nextUs();
    if (atUs === undefined || atUs > nowUs) return false;
    const run = this.#pop()?.run;
    run?.();
    return true;
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(planned);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || isBefore(parent, planned)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = planned;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || top === last) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      const left = heap[down];
      const right = heap[down + 1];
      if (left === undefined) break;
      let child = left;
      if (right !== undefined && isBefore(right, left)) {
        child = right;
        down += 1;
      }
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return top;
  }
}

const isBefore = (a: Planned, b: Planned): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);

/** A clock that stands still until a test moves it: hours pass in milliseconds, and every run is the same. */
export class VirtualScheduler implements Scheduler {
  readonly #agenda = new Agenda();
  #nowUs = 0;

  nowUs(): number {
    return this.#nowUs;
  }

  at(atUs: number, run: () => void): Cancel {
    return this.#agenda.at(Math.max(atUs, this.#nowUs), run);
  }

  after(delayUs: number, run: () => void): Cancel {
    return this.at(this.#nowUs + delayUs, run);
  }

  soon(run: () => void): void {
    this.#agenda.soon(run);
  }

  /** Lets `us` microseconds pass: everything due until then runs at its own time. */
  advance(us: number): void {
    const untilUs = this.#nowUs + us;
    for (;;) {
      this.#runSoon();
      const nextUs = this.#agenda.nextUs();
      if (nextUs === undefined || nextUs > untilUs) break;
      this.#nowUs = nextUs;
      this.#agenda.runDue(nextUs);
    }
    this.#nowUs = untilUs;
  }

  /**
   * Advances until `isDone` says so, giving promises their turn in between: for programs that await. Throws when it has
   * not come about within `limitUs` of virtual time.
   */
  async runUntil(isDone: () => boolean, limitUs = 3_600_000_000): Promise<void> {
    const untilUs = this.#nowUs + limitUs;
    for (;;) {
      for (let turn = 0; turn < 50; turn++) {
        await undefined;
        this.#runSoon();
        if (isDone()) return;
      }
      const nextUs = this.#agenda.nextUs();
      if (nextUs === undefined || nextUs > untilUs)
        throw new Error(`nothing more happens after ${this.#nowUs} µs, and what was waited for has not`);
      this.#nowUs = nextUs;
      this.#agenda.runDue(nextUs);
    }
  }

  /** `runUntil` for a promise: resolves or rejects as it does. */
  async settle<T>(promise: Promise<T>, limitUs?: number): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await this.runUntil(() => settled, limitUs);
    return promise;
  }

  #runSoon(): void {
    while (this.#agenda.hasSoon) this.#agenda.runSoon();
  }
}
