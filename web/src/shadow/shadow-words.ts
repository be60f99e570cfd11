import type { RouterStatus } from '../../../server/contract/status.ts';
import { countOf, plural } from '../state/text.ts';
import type { Tone } from '../ui/chip.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import type { Comparison, Difference } from './use-comparison.ts';

interface Kind {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** How each kind of difference is marked: icon and word. */
export const kinds: Readonly<Record<Difference['what'], Kind>> = {
  missing: { label: 'missing', icon: 'close', tone: 'bad' },
  different: { label: 'different', icon: 'warn', tone: 'warn' },
  extra: { label: 'extra', icon: 'plus', tone: 'info' },
};

/** “12 frames compared, 10 alike, 1 may still come”. */
export function countsText({ compared, alike, pending }: Comparison): string {
  const mayCome = pending === 0 ? '' : `, ${countOf(pending)} may still come`;
  return `${plural(compared, 'frame')} compared, ${countOf(alike)} alike${mayCome}`;
}

/** Tells one difference from another, from answer to answer. */
export function keyOf({ seq, what, expected, observed }: Difference): string {
  return `${seq} ${what} ${observed?.seq ?? ''} ${expected?.bytesBase64 ?? ''}`;
}

/** Whether the router is the reference itself, without a fault put into it. */
export function isReference({ process }: Pick<RouterStatus, 'process'>): boolean {
  return process?.choice.kind === 'reference' && (process.choice.flags ?? []).length === 0;
}
