/** The bridge's one monotonic clock, and the wall time of its zero. */
export interface Clock {
  readonly nowUs: () => number;
  /** Unix milliseconds of `nowUs() === 0`. */
  readonly epochMs: number;
}

/** `machineEpochMs`: Unix ms of `machineUs() === 0`; what the wall clock says unless given. */
export function startClock(machineEpochMs = Date.now() - machineUs() / 1000): Clock {
  const zero = performance.now();
  const epochMs = Math.round(machineEpochMs + machineUs() / 1000);
  return { nowUs: () => Math.round((performance.now() - zero) * 1000), epochMs };
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
