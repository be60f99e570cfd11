import type { Message } from '../../../protocols/openflow/v10/message.ts';
import type { Difference } from './differences.ts';

/** What a step can refer to: the answers that came so far, and the ports as this very switch described them. */
export interface Context {
  /** Hardware address of a port, from FEATURES_REPLY. */
  macOf(port: number): string;
  /** The PACKET_IN that was heard last. */
  packetIn(): { readonly bufferId: number; readonly inPort: number; readonly data: Uint8Array };
}

/** A message is given the number of its step as xid where its own is 0; bytes go as they are. */
export type Sent = Message | Uint8Array;

export type Step =
  /** All of it in one write. */
  | { readonly kind: 'send'; readonly what: string; make(context: Context): readonly Sent[] }
  | { readonly kind: 'frame'; readonly what: string; readonly port: number; readonly frame: Uint8Array }
  | { readonly kind: 'wait'; readonly what: string; readonly ms: number };

/** A conversation with a switch, as data. What comes back is not written here: it is what the other switch answered. */
export interface Sequence {
  /** Unique among all sequences. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** What happens before the first step: HELLO on both sides (the usual), or nothing. */
  readonly opening?: 'hello' | 'none';
  /** Where the two switches are known to differ in this sequence, and may. */
  readonly differs?: readonly Difference[];
}

/** Sequences about one thing, and the rule that they prove. */
export interface Topic {
  readonly name: string;
  /** As in bridge/SPEC.md: `ED3`. */
  readonly rule: string;
  readonly sequences: readonly Sequence[];
}

const nameOf = (sent: Sent): string => (sent instanceof Uint8Array ? `${sent.length} bytes` : sent.kind);

/** Sends messages or bytes in one write. */
export const send = (...sent: readonly Sent[]): Step => ({
  kind: 'send',
  what: `send ${sent.map(nameOf).join(', ')}`,
  make: () => sent,
});

/** Sends what depends on what was answered before. */
export const sendWith = (what: string, make: (context: Context) => readonly Sent[]): Step => ({
  kind: 'send',
  what: `send ${what}`,
  make,
});

/** A frame comes in at a port. */
export const frameIn = (port: number, frame: Uint8Array): Step => ({
  kind: 'frame',
  what: `${frame.length} bytes come in at port ${port}`,
  port,
  frame,
});

/** Time passes. */
export const wait = (ms: number): Step => ({ kind: 'wait', what: `${ms} ms pass`, ms });

/** The sequence, with what is known to differ in it. */
export const except = (sequence: Sequence, ...differs: readonly Difference[]): Sequence => ({ ...sequence, differs });
