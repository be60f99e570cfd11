/**
 * What joins the parts of the emulated network. A frame (Ethernet without preamble and FCS) that was handed over is never
 * written again by anyone: it may be shared, kept and sent on without a copy. Who changes one makes a new one.
 */

/** The near end of a link, as the node that is plugged in sees it. */
export interface Wire {
  /** Hands a frame to the link; it is never delivered inside this call. Dropped and counted when the link cannot take it. */
  send(frame: Uint8Array): void;
  /** Whether the link is up: both ends are, and nobody took it down. */
  readonly isUp: boolean;
  /** Takes this end up or down (`ip link set … down`, OFPPC_PORT_DOWN): the other end loses its carrier. */
  setUp(isUp: boolean): void;
}

/** A node's interface, as a link sees it. */
export interface WireEnd {
  /** Interface name, as `client-eth0` and `sw0-eth3`. */
  readonly name: string;
  receive(frame: Uint8Array): void;
  /** The link came up or went down; called when it is plugged in, too. */
  carrier(isUp: boolean): void;
}

/** What a link does to frames, in each direction by itself; what is left out does not happen. Probabilities are 0–1. */
export interface Impairments {
  /** Bits per second. */
  readonly bandwidthBps?: number;
  readonly delayUs?: number;
  /** A frame's delay varies uniformly by up to this much, either way; frames keep their order unless they are reordered. */
  readonly jitterUs?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** This share of the frames is not delayed, and so overtakes others. */
  readonly reorder?: number;
  /** This share has one bit flipped. */
  readonly corrupt?: number;
  /** Frames that wait for the bandwidth at most; one more is dropped. 1000 unless given. */
  readonly queueFrames?: number;
}

export interface LinkCounters {
  readonly sent: number;
  readonly delivered: number;
  readonly bytes: number;
  /** By cause: loss, queue, down. */
  readonly dropped: Readonly<Record<'loss' | 'queue' | 'down', number>>;
  readonly duplicated: number;
  readonly reordered: number;
  readonly corrupted: number;
  readonly queued: number;
}

/** Frames that wait for a link's bandwidth, and how many may; the one that is being sent does not wait. */
export interface LinkQueue {
  readonly waiting: number;
  readonly limit: number;
}

/** Sees every frame of a link, when it is handed over and when it arrives; `from` is the sending end's name. */
export type LinkTap = (event: {
  readonly atUs: number;
  readonly from: string;
  readonly to: string;
  readonly what: 'sent' | 'delivered' | 'lost' | 'queue-full' | 'down';
  readonly frame: Uint8Array;
}) => void;
