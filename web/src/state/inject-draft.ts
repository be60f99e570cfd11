import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { type FramePlace, interceptPoints } from './interventions.ts';
import { isRecord } from './is-record.ts';

interface InjectDraft {
  readonly view: 'form' | 'bytes' | 'replay';
  /** The frame that the bytes' side shows, and what it was made from; empty: none yet. */
  readonly bytes: Uint8Array;
  readonly original: Uint8Array | undefined;
  /** `#427`, '' for a crafted one. */
  readonly from: string;
  readonly place: FramePlace | undefined;
}

/** Bytes as JSON has them. */
const storage = createJSONStorage<InjectDraft>(() => sessionStorage, {
  replacer: (_, value) => (value instanceof Uint8Array ? { base64: toBase64(value) } : value),
  reviver: (_, value) => (isRecord(value) && typeof value.base64 === 'string' ? fromBase64(value.base64) : value),
});

/** What is being made to be injected; it outlives the pane, and the page (INJECT8). */
export const useInjectDraft = create<InjectDraft>()(
  persist(
    (): InjectDraft => ({ view: 'form', bytes: new Uint8Array(0), original: undefined, from: '', place: undefined }),
    { name: 'patchbay.inject', version: 1, ...(storage !== undefined && { storage }) },
  ),
);

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
