import type { SecondStatus } from '../../../server/contract/status.ts';
import { countOf, durationOf, plural } from '../state/text.ts';
import type { Tone } from '../ui/chip.tsx';

/** Silent for so long about so many frames: it may hang, or it drops them all. */
const silence = { ms: 3_000, frames: 3 } as const;

/** How a program beside a router is doing, in a word or two. */
export function secondState({ state, process }: SecondStatus): { readonly label: string; readonly tone: Tone } {
  if (process?.state === 'ended') {
    if (process.stopped) return { label: 'stopped', tone: 'plain' };
    if (process.signal !== undefined) return { label: `ended by ${process.signal}`, tone: 'bad' };
    return { label: `ended, exit code ${process.exitCode ?? 0}`, tone: process.exitCode === 0 ? 'plain' : 'bad' };
  }
  if (state === 'ended') return { label: 'connection over', tone: 'bad' };
  return state === 'ready' ? { label: 'ready', tone: 'ok' } : { label: 'connecting', tone: 'warn' };
}

/** What a person should know of it, each a sentence (SHADOW12). */
export function secondNotes(
  second: SecondStatus,
): readonly { readonly tone: 'warn' | 'info'; readonly text: string }[] {
  const { until, dropped, ignored, answered, unanswered, silentMs, endedBecause, state } = second;
  const isStopped = second.process?.stopped === true;
  const notes: { tone: 'warn' | 'info'; text: string }[] = [];
  if (until !== undefined && !(until.why === 'ended' && isStopped))
    notes.push({ tone: 'warn', text: `Not comparable from #${until.seq} on: ${reasons[until.why]}` });
  if (endedBecause !== '' && !isStopped) notes.push({ tone: 'warn', text: `Its connection is over: ${endedBecause}.` });
  if (dropped > 0)
    notes.push({
      tone: 'warn',
      text: `${plural(dropped, 'frame was', 'frames were')} dropped for it: its queue was full.`,
    });
  if (state === 'ready' && unanswered >= silence.frames && silentMs >= silence.ms)
    notes.push({
      tone: 'warn',
      text: `It has sent nothing for ${durationOf(silentMs)}, and was given ${plural(unanswered, 'frame')} since. Does it hang?`,
    });
  if (ignored > 0)
    notes.push({
      tone: 'info',
      text: `${plural(ignored, 'frame')} of it cannot be compared: too many at once, not whole, or without a known cause.`,
    });
  if (answered > 0)
    notes.push({
      tone: 'info',
      text: `${countOf(answered)} of its ARP requests ${answered === 1 ? 'was' : 'were'} answered from what the router knew (simulated): they are never sent.`,
    });
  return notes;
}

const reasons = {
  'queue full': 'it read too slowly, and frames were lost to it. Start it again to compare it anew.',
  flood: 'it sent more than can be looked at. Start it again to compare it anew.',
  ended: 'it ended.',
} as const;
