import type { Writer } from '../codec/writer.ts';

/** Where a session's bytes go: a connection of net/, in tests a writer alone. */
export interface Outlet {
  /** What is appended is sent at the end of the turn, in order. Read it anew each time: it changes while a peer is slow. */
  readonly writer: Writer;
  /** Asks for that send. */
  flush(): void;
}

/** A protocol's side of one connection: fed with bytes and time, it answers through its outlet and its outputs. */
export interface Session {
  open(nowMs: number): void;
  /** Any piece of the stream; `chunk` is not kept. */
  receive(chunk: Uint8Array, nowMs: number): void;
  /** Called a few times a second: time-outs are found here. */
  tick(nowMs: number): void;
  /** The stream is over. */
  ended(reason: string): void;
}

/** Why a session ended: `malformed` and `silent` are the peer's fault, `refused` is ours to say, `ended` is the stream's. */
export type CloseCause = 'malformed' | 'version' | 'timeout' | 'silent' | 'refused' | 'closed' | 'ended';
