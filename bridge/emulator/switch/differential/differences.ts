import type { Observed } from './sequence.ts';

/** A known difference: what it makes alike is all that may differ. */
export interface Difference {
  /** In bridge/SPEC.md. */
  readonly rule: string;
  readonly reason: string;
  alike(observed: readonly Observed[]): readonly Observed[];
}
