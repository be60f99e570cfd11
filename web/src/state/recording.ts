import { create } from 'zustand';
import type { BundleDetail } from '../../../server/contract/bundle.ts';
import { useNow } from './hooks.ts';

interface RecordingState {
  /** The bundle that is looked at; undefined while the page is live. */
  readonly detail: BundleDetail | undefined;
  /** Records of it that are here. */
  readonly loaded: number;
}

/** Whether what the page shows was recorded, and what. Written by session/bundle-session.ts. */
export const useRecording = create<RecordingState>()(() => ({ detail: undefined, loaded: 0 }));

/** The time as the lab has it, Unix ms: told again each `everyMs`, and of a recorded run when it was saved. */
export function useLabNow(everyMs: number): number {
  const savedMs = useRecording(({ detail }) => detail?.content.writtenMs);
  const now = useNow(everyMs, savedMs === undefined);
  return savedMs ?? now;
}

const prefix = 'bundle:';

/** The id that a recorded run has in place of a lab's: no lab can be called so. */
export const recordedId = (bundle: number): string => `${prefix}${bundle}`;

/** The bundle that an id stands for; undefined for that of a lab. */
export function bundleOf(id: string): number | undefined {
  return id.startsWith(prefix) ? Number(id.slice(prefix.length)) : undefined;
}

const readOnly = 'This is a recorded run: it is only looked at.';

/** Why nothing can be changed: what the page shows was recorded. Undefined while it is live. */
export function whyReadOnly(): string | undefined {
  return useRecording.getState().detail === undefined ? undefined : readOnly;
}

/** The same as a hook. */
export function useReadOnly(): string | undefined {
  return useRecording(({ detail }) => (detail === undefined ? undefined : readOnly));
}
