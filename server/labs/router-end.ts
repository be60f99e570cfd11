import type { RouterProcess } from '../contract/status.ts';

/** Signals that a program gets from outside rather than by its own fault. */
const fromOutside = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** How a router's program ended, to follow its name: `crashed: SIGSEGV 12 ms after packet #431`. */
export function describeEnd(program: RouterProcess): string {
  const { signal, exitCode, stopped, lastPacket } = program;
  if (stopped) return 'was stopped';
  const after = lastPacket === undefined ? '' : ` ${duration(lastPacket.msBefore)} after packet #${lastPacket.seq}`;
  if (signal !== undefined)
    return fromOutside.has(signal) ? `was ended by ${signal}${after}` : `crashed: ${signal}${after}`;
  return exitCode === 0 ? `ended by itself${after}` : `ended with exit code ${exitCode}${after}`;
}

function duration(ms: number): string {
  if (ms < 1) return 'less than 1 ms';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
