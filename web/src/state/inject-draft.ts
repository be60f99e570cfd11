import { create } from 'zustand';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { type FramePlace, interceptPoints } from './interventions.ts';

interface InjectDraft {
  readonly view: 'form' | 'bytes' | 'replay';
  /** The frame that the bytes' side shows, and what it was made from; empty: none yet. */
  readonly bytes: Uint8Array;
  readonly original: Uint8Array | undefined;
  /** `#427`, '' for a crafted one. */
  readonly from: string;
  readonly place: FramePlace | undefined;
}

/** What is being made to be injected; it outlives the pane. */
export const useInjectDraft = create<InjectDraft>()(() => ({
  view: 'form',
  bytes: new Uint8Array(0),
  original: undefined,
  from: '',
  place: undefined,
}));

/** Takes a packet as the frame to inject, at the point where it was seen if frames can be put in there. */
export function draftFrom(
  { seq, point, node, port }: Pick<TraceRecord, 'seq' | 'point' | 'node' | 'port'>,
  frame: Uint8Array,
): void {
  const at = interceptPoints.find((each) => each === point);
  const bytes = frame.slice();
  useInjectDraft.setState((state) => ({
    ...{ view: 'bytes', bytes, original: bytes, from: `#${seq}` },
    place: at === undefined ? state.place : { point: at, node, port },
  }));
}
