/** Where a fault acts. Direction `in` is from the network towards the router, `out` the way back. */
export type FaultPlace =
  | { readonly kind: 'link'; readonly switch: string; readonly port: number; readonly direction: Direction }
  /** `port` is the one that the interface stands for. */
  | { readonly kind: 'interface'; readonly router: string; readonly port: number; readonly direction: Direction }
  | { readonly kind: 'switch'; readonly name: string; readonly direction: Direction }
  | { readonly kind: 'router'; readonly name: string; readonly direction: Direction }
  /** All switches. */
  | { readonly kind: 'controller'; readonly direction: Direction };
type Direction = 'in' | 'out' | 'both';

/** What a fault does to the frames that it hits; the last two hit a connection or a process. */
export type FaultEffect =
  | { readonly kind: 'lose' }
  /** Keeps the order, whatever the jitter. */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitterMs: number }
  | { readonly kind: 'duplicate' }
  /** A frame waits until at least so many have overtaken it, or a second has gone by. */
  | { readonly kind: 'reorder'; readonly behind: number }
  /** Flips a bit, counted from the first of the frame; undefined: any. */
  | { readonly kind: 'corrupt'; readonly bit?: number | undefined }
  | { readonly kind: 'rate-limit'; readonly kbitPerSecond: number }
  /** From the first frame that it hits (without a choice: from its beginning) nothing passes for so long. */
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'kill' };

/** Which of the frames there: those of a filter ('' is all), of these the nth, every nth, or a share; at most one of the three. */
interface FaultChoice {
  readonly filter: string;
  readonly nth?: number | undefined;
  readonly every?: number | undefined;
  readonly share?: number | undefined;
}

/** A fault as it is asked for. The same seed and the same frames give the same faults. */
export interface FaultSpec {
  /** Of a fault that this one replaces; a new one is named when left out. */
  readonly id?: string | undefined;
  readonly where: FaultPlace;
  readonly what: FaultEffect;
  readonly which: FaultChoice;
  readonly seed: number;
  /** Begins after `afterMs` and ends after `forMs` more; 0: not before it is removed. */
  readonly when: { readonly afterMs: number; readonly forMs: number };
}

/** A fault as it is: `matched` frames fitted its filter, `affected` were hit, the last of them as record `lastSeq`. */
export interface FaultInfo extends FaultSpec {
  readonly id: string;
  readonly state: 'scheduled' | 'active' | 'over';
  readonly matched: number;
  readonly affected: number;
  readonly lastSeq: number;
  /** Frames that it delays at the moment. */
  readonly waiting: number;
}

export interface FaultMethods {
  'fault:list'(argument: Record<string, never>): readonly FaultInfo[];
  /** Adds a fault or replaces the one of its id. */
  'fault:set'(argument: FaultSpec): FaultInfo;
  /** What it delayed goes on at once. */
  'fault:remove'(argument: { readonly id: string }): readonly FaultInfo[];
  /** Removes every fault. */
  'fault:stop-all'(argument: Record<string, never>): readonly FaultInfo[];
}
