/** Where a frame's way through the bridge can be intercepted, in the order of that way. */
export type InterceptPoint = 'packet_in' | 'to_router' | 'from_router' | 'packet_out';

/** A frame that has come to a point: `bytes[start, end)`, which are nobody's to keep unless `kept` made them so. */
export interface Crossing {
  /** Its last record. */
  readonly parent: number;
  /** Port of the switch; of a router, the port that its interface stands for. */
  readonly port: number;
  /** Where a frame for a switch came in, for PACKET_OUT. */
  readonly inPort: number;
  /** Of the switch that keeps the frame, or `noBuffer`. */
  readonly bufferId: number;
  /** False when the switch sent only the beginning. */
  readonly isWhole: boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One of the points at one switch or router: where frames can be stopped, changed and put in. */
export interface Passage {
  readonly point: InterceptPoint;
  /** Switch or router. */
  readonly name: string;
  /** Its number in the log. */
  readonly node: number;
  /** Names by port: of the switch's ports, or of the router's interfaces. */
  ports(): ReadonlyMap<number, string>;
  /** Lets a frame go on as if nobody had looked at it. */
  pass(crossing: Crossing): void;
}

/** What may take a frame at a point: the faults first, then the breakpoints. */
export interface Stage {
  readonly isArmed: boolean;
  /** True: it took the frame (and copied it) and will see to it. */
  takes(passage: Passage, crossing: Crossing): boolean;
}

/** The same frame in bytes of its own. */
export function kept(crossing: Crossing): Crossing {
  const { start, end } = crossing;
  return { ...crossing, bytes: crossing.bytes.slice(start, end), start: 0, end: end - start };
}

/** The frame with other bytes; a switch's buffer would send the old ones. */
export const withBytes = (crossing: Crossing, bytes: Uint8Array, noBuffer: number): Crossing => ({
  ...crossing,
  bytes,
  start: 0,
  end: bytes.length,
  bufferId: noBuffer,
  isWhole: true,
});

/**
 * What the four points ask on a packet's way (WB40): `isArmed` is all that it costs while nothing is set. Frames that are
 * put in (injected, released, delayed) come back through here, too.
 */
export class Interceptor {
  /** Whether any stage wants to see frames. */
  isArmed = false;
  readonly #passages: Passage[] = [];
  readonly #resumed: () => void;
  readonly #onFault: (what: string) => void;
  #stages: readonly Stage[] = [];

  /** `resumed` is called before a frame goes on; `onFault` hears what was thrown by whoever it went to. */
  constructor(resumed: () => void, onFault: (what: string) => void) {
    this.#resumed = resumed;
    this.#onFault = onFault;
  }

  register(...passages: readonly Passage[]): void {
    this.#passages.push(...passages);
  }

  get passages(): readonly Passage[] {
    return this.#passages;
  }

  /** What frames meet, in this order; a stage calls `changed` when it is armed or is no longer. */
  use(stages: readonly Stage[]): void {
    this.#stages = stages;
    this.changed();
  }

  changed(): void {
    this.isArmed = this.#stages.some((stage) => stage.isArmed);
  }

  /** For the packet path, when `isArmed`. True: the frame was taken. */
  takes(
    passage: Passage,
    parent: number,
    port: number,
    inPort: number,
    bufferId: number,
    isWhole: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    return this.#meets(passage, { parent, port, inPort, bufferId, isWhole, bytes, start, end }, 0);
  }

  /** Lets a frame that `stage` had taken meet what comes after it, and then pass; without a stage it meets all. */
  onward(passage: Passage, crossing: Crossing, stage?: Stage): void {
    const first = stage === undefined ? 0 : this.#stages.indexOf(stage) + 1;
    try {
      if (this.#meets(passage, crossing, first)) return;
      this.#resumed();
      passage.pass(crossing);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#onFault(`Record ${crossing.parent} could not go on at ${passage.point} of ${passage.name}: ${why}`);
    }
  }

  #meets(passage: Passage, crossing: Crossing, first: number): boolean {
    for (let i = first; i < this.#stages.length; i++) {
      const stage = this.#stages[i];
      if (stage?.isArmed === true && stage.takes(passage, crossing)) return true;
    }
    return false;
  }
}
