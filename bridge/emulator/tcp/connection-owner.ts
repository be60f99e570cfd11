import type { HostError } from '../host/host-error.ts';

/** RFC 9293 §3.3.2, by the names that netstat has for them. */
export type State =
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT1'
  | 'FIN_WAIT2'
  | 'CLOSE_WAIT'
  | 'CLOSING'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE';

/** Who a connection tells of itself. */
export interface ConnectionOwner {
  /** Before the last step of a handshake that the peer began: false leaves the peer waiting. */
  mayEstablish(): boolean;
  established(): void;
  /** There is something to read, or the end. */
  readable(): void;
  /** There is room in the send buffer again. */
  writable(): void;
  /** The connection is gone; undefined when it closed in order. Called once. */
  ended(error: HostError | undefined): void;
}
