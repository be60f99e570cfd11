/** Ports of either switch. */
export const portNumbersUnderTest = [1, 2, 3, 4] as const;

/** A frame that left the switch, and where. */
export interface SentFrame {
  readonly port: number;
  readonly frame: Uint8Array;
}

/** What a switch did since it was asked last. */
export interface Happened {
  /** Whole OpenFlow messages. */
  readonly messages: readonly Uint8Array[];
  readonly frames: readonly SentFrame[];
  readonly isClosed: boolean;
}

/** One switch with one controller connection, four ports and nothing in its table, seen from outside. */
export interface SwitchUnderTest extends AsyncDisposable {
  write(bytes: Uint8Array): void;
  frame(port: number, frame: Uint8Array): Promise<void>;
  /** Lets time pass on the switch's clock. */
  wait(ms: number): Promise<void>;
  /** Resolves when everything that was begun has come to its end; so many messages and frames are waited for a while. */
  settled(atLeast?: number): Promise<Happened>;
}
