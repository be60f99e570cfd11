import type { Expected } from '../why/expectations.ts';
import type { Requirement } from '../why/reasons.ts';
import type { FieldDifference } from './frame-diff.ts';

/** A frame that the student's router sent because of one that it was given. */
export interface Observed {
  readonly seq: number;
  readonly interface: string;
  readonly frame: Uint8Array;
}

/** One way in which the student's router did something else than the reference. */
export interface Divergence {
  readonly what: 'missing' | 'different' | 'extra';
  readonly text: string;
  readonly requirement: Requirement | null;
  readonly expected: Expected | null;
  readonly observed: Observed | null;
  readonly fields: readonly FieldDifference[];
}
