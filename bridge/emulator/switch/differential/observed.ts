import type { Message } from '../../../protocols/openflow/v10/message.ts';
import type { SentFrame } from '../../../testing/switch-under-test.ts';

/** What came back within a step, in order; the frames in order at each port. */
export interface Observed {
  readonly step: string;
  readonly messages: readonly Message[];
  readonly frames: readonly SentFrame[];
  /** The switch ended the connection. */
  readonly isClosed: boolean;
}
