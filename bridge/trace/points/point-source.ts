import type { SharedRing } from './point-ring.ts';

/** One end of a link. */
export interface PointPlace {
  /** Host or switch, as lab and log name it. */
  readonly node: string;
  /** OpenFlow port; of a host, the index of its interface. */
  readonly port: number;
  readonly kind: 'host' | 'switch';
  /** Index of the place at the other end. */
  readonly peer: number;
}

/** Where frames are seen outside of the bridge (TR10): plain data and shared memory, so that a message port can carry it. */
export interface PointSource {
  readonly ring: SharedRing;
  readonly places: readonly PointPlace[];
  /** `late`: a frame may be told of only after the bridge had it, as by a capture beside the network (TR15). */
  readonly arrival: 'in order' | 'late';
}

/** What came of it. */
export interface PointCounters {
  /** Frames logged at points outside of the bridge. */
  readonly seen: number;
  /** Frames that found no room on their way to the log. */
  readonly missed: number;
  /** Frames that a switch sent on by itself: a flow entry forwards them, and the controller does not see them. */
  readonly bypassed: number;
}
