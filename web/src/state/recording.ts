import { create } from 'zustand';
import type { BundleDetail } from '../../../server/contract/bundle.ts';

interface RecordingState {
  /** The bundle that is looked at; undefined while the page is live. */
  readonly detail: BundleDetail | undefined;
  /** Records of it that are here. */
  readonly loaded: number;
}

/** Whether what the page shows was recorded, and what. Written by session/bundle-session.ts. */
export const useRecording = create<RecordingState>()(() => ({ detail: undefined, loaded: 0 }));
