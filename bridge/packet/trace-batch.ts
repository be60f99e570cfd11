import { DecodeError } from '../codec/errors.ts';
import { Writer } from '../codec/writer.ts';
import { decodeUtf8, encodeUtf8 } from './text.ts';

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
  'not forwarded',
  'breakpoint',
  'hold queue full',
  'lost on the link',
  'link queue full',
  'link down',
] as const;
export type DropCause = (typeof dropCauses)[number];

/** How a parent link is known: `same frame` and `edited` (somebody changed it here) are observed, the others inferred. */
export const rules = [
  'none',
  'same frame',
  'forward',
  'arp release',
  'icmp error',
  'echo reply',
  'arp reply',
  'edited',
  'arp request for',
  'nat',
  'flood',
] as const;
export type Rule = (typeof rules)[number];

/** Names to the codes that stand for them in columns and batches: their indices. */
export const codesOf = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name, code) => [name, code])) as Readonly<Record<T, number>>;

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

const magic = 0x5042;
const version = 1;
const headerBytes = 24;
const recordBytes = 32;
const parentBytes = 8;
const maxParents = 255;
const maxCaptured = 0xffff;

/**
 * Collects records into one batch after another in a buffer that it keeps; a record costs no object. Codes are indices
 * into `points`, `verdicts`, `dropCauses` and `rules`; `node` is an index into the names given to `begin`.
 */
export class TraceBatchWriter {
  readonly #out = new Writer(64 * 1024);
  #count = 0;
  #nodes = 0;

  constructor() {
    this.begin(0, []);
  }

  /** Records since `begin`. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that `finish` would return now. */
  get byteLength(): number {
    return this.#out.length;
  }

  /** Starts an empty batch; `epochMs` is the wall time of t = 0. A node name is neither empty nor holds a line feed. */
  begin(epochMs: number, nodeNames: readonly string[]): void {
    for (const name of nodeNames) {
      if (name === '' || name.includes('\n')) throw new RangeError(`not a node name: ${JSON.stringify(name)}`);
    }
    const names = encodeUtf8(nodeNames.join('\n'));
    this.#out.reset();
    this.#out.take(headerBytes);
    this.#out.append(names);
    const { view } = this.#out;
    view.setUint16(0, magic, true);
    view.setUint8(2, version);
    view.setUint8(3, 0);
    view.setUint32(4, 0, true);
    view.setFloat64(8, epochMs, true);
    view.setUint32(16, names.length, true);
    view.setUint32(20, 0, true);
    this.#count = 0;
    this.#nodes = nodeNames.length;
  }

  /**
   * Adds one record: its first `parentCount` parents, `length` bytes on the wire of which `bytes[start, end)` was kept
   * (at most 65,535 bytes and 255 parents are written).
   */
  record(
    seq: number,
    tUs: number,
    point: number,
    node: number,
    port: number,
    verdict: number,
    cause: number,
    rule: number,
    confidence: number,
    length: number,
    parents: ArrayLike<number>,
    parentCount: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (node >= this.#nodes) throw new RangeError(`node ${node} of ${this.#nodes}`);
    const kept = Math.min(parentCount, maxParents);
    const stop = Math.min(end, start + maxCaptured);
    let at = this.#out.take(recordBytes + kept * parentBytes + stop - start);
    const { view, bytes: out } = this.#out;
    view.setFloat64(at, seq, true);
    view.setFloat64(at + 8, tUs, true);
    view.setUint8(at + 16, point);
    view.setUint8(at + 17, verdict);
    view.setUint8(at + 18, cause);
    view.setUint8(at + 19, rule);
    view.setUint8(at + 20, confidence);
    view.setUint8(at + 21, kept);
    view.setUint16(at + 22, node, true);
    view.setUint16(at + 24, port, true);
    view.setUint16(at + 26, stop - start, true);
    view.setUint32(at + 28, length, true);
    at += recordBytes;
    for (let i = 0; i < kept; i++, at += parentBytes) view.setFloat64(at, parents[i] ?? 0, true);
    // A view would be an object; for the usual small frame copying by hand is as quick.
    if (stop - start > 256) out.set(bytes.subarray(start, stop), at);
    else for (let i = start; i < stop; i++) out[at++] = bytes[i] ?? 0;
    this.#count++;
  }

  /** The batch as bytes of its own (they may be transferred); the writer is ready for the next `begin`. */
  finish(): Uint8Array {
    this.#out.view.setUint32(4, this.#count, true);
    return this.#out.finish();
  }
}

export interface TraceBatch {
  /** Wall time (Unix ms) of t = 0. */
  readonly epochMs: number;
  readonly nodes: readonly string[];
  readonly records: TraceRecord[];
}

/** Reads a whole batch; frames are views on `bytes`. Malformed input is a `DecodeError`. */
export function decodeTraceBatch(bytes: Uint8Array): TraceBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { epochMs, count, first } = readHeader(view);
  const nodes = readNodes(bytes.subarray(headerBytes, first));
  const records: TraceRecord[] = [];
  let at = first;
  for (let i = 0; i < count; i++) {
    const end = recordEnd(view, at, i);
    const captured = view.getUint16(at + 26, true);
    const parents: number[] = [];
    for (let p = at + recordBytes; p < end - captured; p += parentBytes) parents.push(readSeq(view, p, i));
    records.push({
      seq: readSeq(view, at, i),
      tUs: view.getFloat64(at + 8, true),
      point: named(points, view.getUint8(at + 16), at + 16, i, 'point'),
      node: named(nodes, view.getUint16(at + 22, true), at + 22, i, 'node'),
      port: view.getUint16(at + 24, true),
      verdict: named(verdicts, view.getUint8(at + 17), at + 17, i, 'verdict'),
      cause: named(dropCauses, view.getUint8(at + 18), at + 18, i, 'cause'),
      parents,
      rule: named(rules, view.getUint8(at + 19), at + 19, i, 'rule'),
      confidence: view.getUint8(at + 20),
      length: view.getUint32(at + 28, true),
      frame: bytes.subarray(end - captured, end),
    });
    at = end;
  }
  if (at !== bytes.length) throw new DecodeError(`${bytes.length - at} bytes behind the last record`, at, '');
  return { epochMs, nodes, records };
}

export interface TraceBatchRange {
  readonly count: number;
  /** 0 when the batch is empty, as `lastSeq`. */
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Which records a batch holds, without reading them. Malformed input is a `DecodeError`. */
export function traceBatchRange(bytes: Uint8Array): TraceBatchRange {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, first } = readHeader(view);
  let last = first;
  let at = first;
  for (let i = 0; i < count; i++) {
    last = at;
    at = recordEnd(view, at, i);
  }
  if (at !== bytes.length) throw new DecodeError(`${bytes.length - at} bytes behind the last record`, at, '');
  if (count === 0) return { count, firstSeq: 0, lastSeq: 0 };
  return { count, firstSeq: readSeq(view, first, 0), lastSeq: readSeq(view, last, count - 1) };
}

/** The records of a batch from `fromSeq` on, as a batch of its own; records are in order. Malformed input is a `DecodeError`. */
export function traceBatchFrom(bytes: Uint8Array, fromSeq: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, first } = readHeader(view);
  let at = first;
  let skipped = 0;
  while (skipped < count && readSeq(view, at, skipped) < fromSeq) {
    at = recordEnd(view, at, skipped);
    skipped += 1;
  }
  const trimmed = new Uint8Array(first + bytes.length - at);
  trimmed.set(bytes.subarray(0, first));
  trimmed.set(bytes.subarray(at), first);
  new DataView(trimmed.buffer).setUint32(4, count - skipped, true);
  return trimmed;
}

function readHeader(view: DataView): { epochMs: number; count: number; first: number } {
  if (view.byteLength < headerBytes) throw new DecodeError('shorter than a batch header', view.byteLength, 'header');
  if (view.getUint16(0, true) !== magic) throw new DecodeError('not a trace batch', 0, 'magic');
  if (view.getUint8(2) !== version) throw new DecodeError(`unknown version ${view.getUint8(2)}`, 2, 'version');
  const count = view.getUint32(4, true);
  const names = view.getUint32(16, true);
  const left = view.byteLength - headerBytes;
  if (names > left) throw new DecodeError(`${names} bytes of node names, ${left} left`, 16, 'nodeNamesLength');
  if (count * recordBytes > left - names) throw new DecodeError(`${count} records cannot fit`, 4, 'count');
  return { epochMs: view.getFloat64(8, true), count, first: headerBytes + names };
}

function readNodes(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new DecodeError('node names are not UTF-8', headerBytes, 'nodes');
  return text.split('\n');
}

function recordEnd(view: DataView, at: number, index: number): number {
  const left = view.byteLength - at;
  const head = left < recordBytes ? recordBytes : recordBytes + view.getUint8(at + 21) * parentBytes;
  const size = left < recordBytes ? recordBytes : head + view.getUint16(at + 26, true);
  if (size > left) throw new DecodeError(`needs ${size} bytes, has ${left}`, at, `records[${index}]`);
  return at + size;
}

function readSeq(view: DataView, at: number, index: number): number {
  const seq = view.getFloat64(at, true);
  if (!Number.isSafeInteger(seq) || seq < 0) throw new DecodeError(`not a seq: ${seq}`, at, `records[${index}].seq`);
  return seq;
}

function named<T>(names: readonly T[], code: number, at: number, index: number, what: string): T {
  const name = names[code];
  if (name === undefined) throw new DecodeError(`unknown ${what} ${code}`, at, `records[${index}].${what}`);
  return name;
}
