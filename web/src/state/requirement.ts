import { create } from 'zustand';
import { showPanel } from './dock-store.ts';

/** A requirement that somebody wants to read where the guide states it. */
export interface AskedRequirement {
  /** As SPEC.md and the comparison name it: `RT10`. */
  readonly id: string;
  /** What it asks for, in a sentence: shown where the guide has no section for it; '' when nobody knows. */
  readonly sentence: string;
}

interface RequirementState {
  /** A new object each time that it is asked for, the same requirement again too. */
  readonly asked: AskedRequirement | undefined;
}

/** What the guide shows and marks (GUIDE10). */
export const useRequirement = create<RequirementState>()(() => ({ asked: undefined }));

/** Opens the guide at the section that states a requirement, and marks it. */
export function showRequirement(id: string, sentence = ''): void {
  useRequirement.setState({ asked: { id, sentence } });
  showPanel('guide');
}

/** Takes the mark away. */
export function forgetRequirement(): void {
  useRequirement.setState({ asked: undefined });
}
