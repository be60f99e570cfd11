import { create } from 'zustand';
import { countOf } from './text.ts';

/** How long a skipped record counts, milliseconds: longer than the pauses between samples of a storm. */
export const shareWindowMs = 3_000;

/** How much of what is logged reaches this page, over the last seconds (TRACE15). */
export class ShareMeter {
  #samples: { readonly atMs: number; readonly shown: number; readonly skipped: number }[] = [];

  note(shown: number, skipped: number, nowMs: number): void {
    this.#forget(nowMs);
    this.#samples.push({ atMs: nowMs, shown, skipped });
  }

  /** From 0 to 1; 1 when nothing was skipped. */
  share(nowMs: number): number {
    this.#forget(nowMs);
    const shown = this.#samples.reduce((sum, sample) => sum + sample.shown, 0);
    const skipped = this.#samples.reduce((sum, sample) => sum + sample.skipped, 0);
    return skipped === 0 ? 1 : shown / (shown + skipped);
  }

  #forget(nowMs: number): void {
    const kept = this.#samples.findIndex(({ atMs }) => atMs > nowMs - shareWindowMs);
    this.#samples.splice(0, kept < 0 ? this.#samples.length : kept);
  }
}

/** A share in words: `1 in 5`, and `7 in 10` above a half; undefined when it is all. */
export function shareWords(share: number): string | undefined {
  if (share >= 1) return undefined;
  if (share < 0.6) return `1 in ${countOf(Math.max(2, Math.round(1 / Math.max(share, 1e-4))))}`;
  return `${Math.min(9, Math.floor(share * 10))} in 10`;
}

/** The share of the log that the page gets now. */
export const useTraceShare = create<{ readonly share: number }>()(() => ({ share: 1 }));
