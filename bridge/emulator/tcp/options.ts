/** TCP options that this side understands; what is undefined was not there. */
export interface TcpOptions {
  readonly mss: number | undefined;
  /** Left shift of windows that follow (RFC 7323 §2); more than 14 counts as 14. */
  readonly windowScale: number | undefined;
  readonly sackPermitted: boolean;
  /** RFC 7323 §3: the sender's clock, and the one of this side that it saw last. */
  readonly timestamp: number | undefined;
  readonly timestampEcho: number;
  /** Left and right edges by turns, at most four blocks (RFC 2018). */
  readonly sack: readonly number[];
}

const kind = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8 } as const;
const lengthOf = { mss: 4, windowScale: 3, sackPermitted: 2, timestamps: 10, sackBlock: 8 } as const;
const noSack: readonly number[] = [];
/** Of a segment that needs none. */
export const noOptions: TcpOptions = {
  mss: undefined,
  windowScale: undefined,
  sackPermitted: false,
  timestamp: undefined,
  timestampEcho: 0,
  sack: noSack,
};
/** Aligned as Linux does it: two NOPs, or SACK permitted, before timestamps, two before SACK, one before the window scale. */
const timestampsSize = 2 + lengthOf.timestamps;
const maxWindowScale = 14;

interface Found {
  mss: number | undefined;
  windowScale: number | undefined;
  sackPermitted: boolean;
  timestamp: number | undefined;
  timestampEcho: number;
  sack: readonly number[];
}

/** Reads the options in [start, end); undefined when a length makes no sense. Options of other kinds are passed over. */
export function readOptions(view: DataView, start: number, end: number): TcpOptions | undefined {
  const found: Found = { ...noOptions };
  let at = start;
  while (at < end) {
    const which = view.getUint8(at);
    if (which === kind.end) break;
    if (which === kind.nop) {
      at += 1;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) return undefined;
    readOption(view, at, which, length, found);
    at += length;
  }
  return found;
}

/** An option of a known kind and the wrong length is passed over, as Linux does. */
function readOption(view: DataView, at: number, which: number, length: number, found: Found): void {
  const value = at + 2;
  if (which === kind.timestamps && length === lengthOf.timestamps) {
    found.timestamp = view.getUint32(value);
    found.timestampEcho = view.getUint32(value + 4);
  } else if (which === kind.sack && length > 2 && (length - 2) % lengthOf.sackBlock === 0) {
    const edges: number[] = [];
    for (let edge = value; edge < at + length; edge += 4) edges.push(view.getUint32(edge));
    found.sack = edges;
  } else if (which === kind.mss && length === lengthOf.mss) found.mss = view.getUint16(value);
  else if (which === kind.windowScale && length === lengthOf.windowScale)
    found.windowScale = Math.min(view.getUint8(value), maxWindowScale);
  else if (which === kind.sackPermitted && length === lengthOf.sackPermitted) found.sackPermitted = true;
}

/** Bytes that `writeOptions` fills, a multiple of 4. */
export function sizeOfOptions(options: TcpOptions): number {
  let size = options.timestamp === undefined ? 0 : timestampsSize;
  if (options.mss !== undefined) size += lengthOf.mss;
  if (options.windowScale !== undefined) size += 1 + lengthOf.windowScale;
  // It stands where timestamps would have their two NOPs (Linux).
  if (options.sackPermitted && options.timestamp === undefined) size += 2 + lengthOf.sackPermitted;
  if (options.sack.length > 0) size += 4 + options.sack.length * 4;
  return size;
}

export function writeOptions(view: DataView, start: number, options: TcpOptions): void {
  const { mss, windowScale, sackPermitted, timestamp, timestampEcho, sack } = options;
  let at = start;
  if (mss !== undefined) {
    at = writeKind(view, at, 0, kind.mss, lengthOf.mss);
    view.setUint16(at - 2, mss);
  }
  if (sackPermitted) at = writeKind(view, at, timestamp === undefined ? 2 : 0, kind.sackPermitted, 2);
  if (timestamp !== undefined) {
    at = writeKind(view, at, sackPermitted ? 0 : 2, kind.timestamps, lengthOf.timestamps);
    view.setUint32(at - 8, timestamp);
    view.setUint32(at - 4, timestampEcho);
  }
  if (windowScale !== undefined) {
    at = writeKind(view, at, 1, kind.windowScale, lengthOf.windowScale);
    view.setUint8(at - 1, windowScale);
  }
  if (sack.length === 0) return;
  at = writeKind(view, at, 2, kind.sack, 2);
  view.setUint8(at - 1, 2 + sack.length * 4);
  for (const edge of sack) {
    view.setUint32(at, edge);
    at += 4;
  }
}

/** NOPs, kind and length; returns where the option ends. */
function writeKind(view: DataView, at: number, nops: number, which: number, length: number): number {
  for (let i = 0; i < nops; i++) view.setUint8(at + i, kind.nop);
  view.setUint8(at + nops, which);
  view.setUint8(at + nops + 1, length);
  return at + nops + length;
}
