import type { RouterStatus } from '../../../server/contract/status.ts';
import { countOf, plural } from '../state/text.ts';
import type { Tone } from '../ui/chip.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import type { Comparison, Difference, Other } from './use-comparison.ts';

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

interface Side {
  readonly label: string;
  /** The same over a column of fields. */
  readonly short: string;
}
/** How the two that are compared are called: the other one, and the router. */
export const sides: Readonly<Record<Other, { readonly other: Side; readonly router: Side; readonly note: string }>> = {
  reference: {
    other: { label: 'Expected', short: 'Expected' },
    router: { label: 'Observed', short: 'Observed' },
    note: 'computed by the reference, never sent',
  },
  build: {
    other: { label: 'Your other build', short: 'Other build' },
    router: { label: 'The router', short: 'Router' },
    note: 'sent by it, went nowhere',
  },
};

/** With whom of two programs the reference agrees, in a sentence; undefined where it is one of the two that are compared. */
export function agreementText({ agrees }: Pick<Difference, 'agrees'>): string | undefined {
  switch (agrees) {
    case undefined:
      return undefined;
    case null:
      return 'The reference does as neither of the two, or as both: which is right is not said.';
    case 'router':
      return 'The reference does as the router. Your other build breaks';
    case 'build':
      return 'The reference does as your other build. The router breaks';
  }
}

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
