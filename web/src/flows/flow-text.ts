import type { FlowRow } from '../../../server/contract/flows.ts';
import { countOf } from '../state/text.ts';

/** How warm a row is, 0 to 4: a step for each power of ten packets a second (FLOW2). */
export function heatOf(packetRate: number): number {
  if (packetRate <= 0) return 0;
  return Math.max(1, Math.min(4, 1 + Math.floor(Math.log10(Math.max(1, packetRate)) + 1e-9)));
}

/** What nothing tells of a moment of the past. */
const notKnown = -2;

/** A counter: `1,204`, `not counted`, or of the past `not known`. */
export function counterText(count: number): string {
  if (count === notKnown) return 'not known';
  return count < 0 ? 'not counted' : countOf(count);
}

/** What came since the answer before: `+3`, '' for nothing. */
export const deltaText = (delta: number): string => (delta > 0 ? `+${countOf(delta)}` : '');

/** Packets a second: `0.5/s`, `120/s`. */
export const rateText = (rate: number): string =>
  `${rate < 10 ? Math.round(rate * 10) / 10 : countOf(Math.round(rate))}/s`;

/** Seconds as `7 s`, `2 min 5 s`. */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Time until an entry ends: `7 s`, `≈7 s` when that is inferred, `never`. */
export function idleText({ idleLeftS, isIdleLeftInferred }: FlowRow): string {
  if (idleLeftS === notKnown) return 'not known';
  if (idleLeftS < 0) return 'never';
  return `${isIdleLeftInferred ? '≈' : ''}${secondsText(idleLeftS)}`;
}
export const hardText = ({ hardLeftS }: FlowRow): string => (hardLeftS < 0 ? 'never' : secondsText(hardLeftS));

/** `0x2a` for `0x000000000000002a`. */
export const cookieText = (cookie: string): string => `0x${cookie.slice(2).replace(/^0+(?=.)/, '')}`;

/** µs of the trace's clock as seconds: `42.204861`. */
export function timeText(tUs: number): string {
  const us = Math.round(tUs);
  return `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
}

/** µs of the trace's clock in a sentence: `12.304 s`. */
export const secondText = (tUs: number): string => `${(tUs / 1e6).toFixed(3)} s`;
