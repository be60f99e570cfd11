/** The bridge's one monotonic clock, and the wall time of its zero. */
export interface Clock {
  readonly nowUs: () => number;
  /** Unix milliseconds of `nowUs() === 0`. */
  readonly epochMs: number;
}

export function startClock(): Clock {
  const zero = performance.now();
  return { nowUs: () => Math.round((performance.now() - zero) * 1000), epochMs: Date.now() };
}

/** Calls `step` again and again; returns what ends it. */
export function every(periodMs: number, step: () => void): () => void {
  const timer = setInterval(step, periodMs);
  return () => clearInterval(timer);
}

/** Microseconds on the monotonic clock that all threads and programs of this machine share (CLOCK_MONOTONIC on Linux). */
export function machineUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
