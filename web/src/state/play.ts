import { create } from 'zustand';

interface PlayState {
  /** The packet whose journey was asked for last, and how often one was: asking again plays again. */
  readonly asked: { readonly seq: number; readonly times: number } | undefined;
  /** The record that the token on the map stands for now. */
  readonly atSeq: number | undefined;
}

/** What is played on the map; written by whoever asks, and by the map as it goes. */
export const usePlay = create<PlayState>()(() => ({ asked: undefined, atSeq: undefined }));

/** Lets a packet's journey travel the map (MAP9). */
export function playPacket(seq: number): void {
  usePlay.setState(({ asked }) => ({ asked: { seq, times: (asked?.times ?? 0) + 1 } }));
}
