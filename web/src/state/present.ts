import { create } from 'zustand';

interface PresentState {
  /** The page is shown to a room: a large map, one sentence, nothing else (UI30). */
  readonly presenting: boolean;
}

export const usePresent = create<PresentState>()(() => ({ presenting: false }));

/** Begins or ends to present. */
export function setPresenting(presenting: boolean): void {
  usePresent.setState({ presenting });
}
