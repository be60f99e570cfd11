import { create } from 'zustand';

/** What a lab takes along when it stops. */
export interface StopQuestion {
  readonly id: string;
  readonly title: string;
  /** In its log. */
  readonly packets: number;
  /** Pages that look at it beside this one. */
  readonly others: number;
  /** Whether its run can be kept as a file. */
  readonly canBeSaved: boolean;
  /** Called when it has stopped, or goes on. */
  readonly settled: () => void;
}

/** The lab that somebody wants to stop, while they are asked whether they do. */
export const useStopQuestion = create<{ readonly question: StopQuestion | undefined }>()(() => ({
  question: undefined,
}));
