/**
 * A run of trace records as compact bytes: what the bridge's thread posts, the socket carries and the page reads (TR5).
 * Little-endian. Header, 24 bytes: u16 magic 0x5042, u8 version 1, u8 0, u32 count, f64 epochMs (wall time of t = 0),
 * u32 nodeNamesLength, u32 0; then the node names as UTF-8 joined by '\n'; then the records, each 32 bytes + 8 a parent +
 * the captured frame: f64 seq, f64 tUs, u8 point, u8 verdict, u8 cause, u8 rule, u8 confidence, u8 parents, u16 node,
 * u16 port, u16 captured, u32 length.
 */
export const points = [
  'host.tx',
  'sw.rx',
  'packet_in',
  'to_router',
  'from_router',
  'packet_out',
  'sw.tx',
  'host.rx',
  'hold',
  'inject',
  'fault',
  'drop',
] as const;
export type Point = (typeof points)[number];

export const verdicts = ['passed', 'dropped', 'held', 'edited', 'injected', 'duplicated'] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a frame went no further; `none` unless the verdict is `dropped`. */
export const dropCauses = [
  'none',
  'no router',
  'router not ready',
  'router queue full',
  'unknown interface',
  'unknown port',
  'switch gone',
  'switch queue full',
  'truncated by the switch',
  'too large',
  'malformed',
  'fault',
  'held too long',
] as const;
export type DropCause = (typeof dropCauses)[number];

/** How a parent link is known: `same frame` and `release` links are observed, the others inferred. */
export const rules = ['none', 'same frame', 'forward', 'arp release', 'icmp error', 'echo reply', 'arp reply'] as const;
export type Rule = (typeof rules)[number];

export interface TraceRecord {
  readonly seq: number;
  /** Microseconds since the bridge started, monotonic. */
  readonly tUs: number;
  readonly point: Point;
  /** Switch or router. */
  readonly node: string;
  /** OpenFlow port number; of a router, the port that its interface stands for. */
  readonly port: number;
  readonly verdict: Verdict;
  readonly cause: DropCause;
  readonly parents: readonly number[];
  readonly rule: Rule;
  /** 0 to 100; 100 for an exact link. */
  readonly confidence: number;
  /** Length on the wire; `frame` may hold fewer bytes (snap length). */
  readonly length: number;
  readonly frame: Uint8Array;
}
