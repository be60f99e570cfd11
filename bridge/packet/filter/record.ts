import { type ConversationTable, noConversations } from '../conversation/table.ts';

/** What a filter looks at: a record of the log, filled in again for each (`LoggedRecord` is one). */
export interface FilterRecord {
  readonly seq: number;
  /** Microseconds since the log began. */
  readonly tUs: number;
  /** Indices into `points`, `verdicts`, `dropCauses` and `rules`. */
  readonly point: number;
  readonly verdict: number;
  readonly cause: number;
  readonly rule: number;
  readonly confidence: number;
  /** Number of the node; its name is the context's. */
  readonly node: number;
  readonly port: number;
  /** Length on the wire. */
  readonly length: number;
  /** The frame is `bytes[start, end)`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What only the log around a record knows. */
export interface FilterContext {
  /** What the bytes of a record begin with; a frame of Ethernet when left out. */
  readonly first?: 'openflow';
  /** A number keeps its name. */
  nodeName(node: number): string;
  /** One number for all records of a journey (TRACE5). */
  chainOf(seq: number): number;
  /** Names of the checks that ran when the record was made. */
  checksOf(seq: number): readonly string[];
  /** Kinds of what was found about it. */
  findingsOf(seq: number): readonly string[];
  /** What people say of it. */
  commentsOf(seq: number): readonly string[];
  /** Which conversation a record belongs to, and what its analysis says (PK71, PK72). */
  readonly conversations: ConversationTable;
}

/** Of a frame that stands alone: a capture file. */
export const noContext: FilterContext = {
  nodeName: () => '',
  chainOf: (seq) => seq,
  checksOf: () => [],
  findingsOf: () => [],
  commentsOf: () => [],
  conversations: noConversations,
};

export const newFilterRecord = (): { -readonly [K in keyof FilterRecord]: FilterRecord[K] } => ({
  seq: 0,
  tUs: 0,
  point: 0,
  verdict: 0,
  cause: 0,
  rule: 0,
  confidence: 0,
  node: 0,
  port: 0,
  length: 0,
  bytes: new Uint8Array(0),
  start: 0,
  end: 0,
});
