export interface PathTiming {
  /** How long the busiest carrier must have filled a processor to count as a storm. */
  readonly fullMs: number;
  /** For so long after the last busy look there is precedence, and for so long after a storm there is none. */
  readonly calmMs: number;
}

/** Of a processor. 2,000 packets a second take the switch 0.2 of one, 10,000 take it 0.6. */
const share = { busy: 0.4, full: 0.9 } as const;
/** Of a look in the average: a moment's rush is not a lot, and a second of it is. */
const weight = 0.2;

/** Shares of a processor since the last look. */
export interface Took {
  /** Nothing but packets keeps a switch busy; bridge and routers compile as they start, and answer questions. */
  readonly bySwitch: number;
  readonly byBusiest: number;
}

/** Whether a lab carries so much that packets wait for a page, and not so much that the page never has its turn. */
export class PathLoad {
  readonly #timing: PathTiming;
  #busyMs = Number.NEGATIVE_INFINITY;
  #stormMs = Number.NEGATIVE_INFINITY;
  #notFullMs: number | undefined;
  #average = 0;

  constructor(timing: PathTiming) {
    this.#timing = timing;
  }

  /** To be asked after each look. */
  needsPrecedence({ bySwitch, byBusiest }: Took, nowMs: number): boolean {
    const { fullMs, calmMs } = this.#timing;
    this.#average += (bySwitch - this.#average) * weight;
    if (this.#average >= share.busy) this.#busyMs = nowMs;
    if (byBusiest < share.full) this.#notFullMs = nowMs;
    this.#notFullMs ??= nowMs;
    if (nowMs - this.#notFullMs >= fullMs) this.#stormMs = nowMs;
    return nowMs - this.#busyMs < calmMs && nowMs - this.#stormMs >= calmMs;
  }
}
