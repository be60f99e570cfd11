import { machineUs } from '../bridge/index.ts';

const byWallClock = (): number => Date.now() - machineUs() / 1000;

let epochMs = byWallClock();

/**
 * The server's date, Unix ms. It goes on as evenly as the clock of a lab's log: a machine that slept, or whose wall clock
 * was set anew, would otherwise date what comes hours away from the packets beside it (LAB22).
 */
export const nowMs = (): number => Math.round(epochMs + machineUs() / 1000);

/** Unix ms at which the machine's monotonic clock was zero, by `nowMs`. */
export const machineEpochMs = (): number => epochMs;

/** Takes the wall clock's word again; for when nothing goes on whose dates would jump. */
export function setByWallClock(): void {
  epochMs = byWallClock();
}
