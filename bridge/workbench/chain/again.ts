import { points } from '../../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';

/** The packet that a record says again: the network doubled it (the same IP id), or its sender sent it once more. */
export interface Again {
  readonly of: number;
  readonly what: 'duplicate' | 'retransmission';
}

/** How far back the original is looked for. */
const limits = { records: 50_000, us: 120_000_000 } as const;
const etherHeader = 14;
const [tcp, udp] = [6, 17];
/** Datagrams shorter than this say nothing that is not said all the time. */
const leastData = 8;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

interface Segment {
  readonly at: number;
  /** What has to be the same: from here to the end of the IP packet, but for what a sender may change. */
  readonly transport: number;
  readonly end: number;
  readonly protocol: number;
}

/**
 * The first time that a host said what this record says again, TCP or UDP, at the same place; undefined when it did not. A
 * mark, not a parent: nothing was made of the original (WB92).
 */
export function againOf(log: PacketLog, seq: number): Again | undefined {
  const one = newLoggedRecord();
  if (!log.look(seq, one) || (points[one.point] !== 'packet_in' && points[one.point] !== 'host.tx')) return undefined;
  const segment = segmentOf(one);
  if (segment === undefined) return undefined;
  const other = newLoggedRecord();
  let found: Again | undefined;
  const first = Math.max(log.firstSeq, seq - limits.records);
  for (let earlier = seq - 1; earlier >= first; earlier--) {
    if (!log.look(earlier, other) || other.point !== one.point || other.node !== one.node || other.port !== one.port)
      continue;
    if (one.tUs - other.tUs > limits.us) break;
    const candidate = segmentOf(other);
    if (candidate === undefined || !isSame(one.bytes, segment, other.bytes, candidate)) continue;
    const isCopy =
      u16(one.bytes, segment.at + 4) === u16(other.bytes, candidate.at + 4) && u16(one.bytes, segment.at + 4) !== 0;
    found = { of: earlier, what: isCopy ? 'duplicate' : 'retransmission' };
  }
  return found;
}

/** Undefined for what says nothing: no TCP or UDP, a bare acknowledgement, a short datagram, a fragment. */
function segmentOf({ bytes, start, end, length }: LoggedRecord): Segment | undefined {
  const at = start + etherHeader;
  if (end - at < 28 || u16(bytes, start + 12) !== 0x0800 || (bytes[at] ?? 0) >>> 4 !== 4) return undefined;
  if ((u16(bytes, at + 6) & 0x3fff) !== 0) return undefined;
  const transport = at + ((bytes[at] ?? 0) & 15) * 4;
  const stop = Math.min(end, at + u16(bytes, at + 2));
  const protocol = bytes[at + 9] ?? 0;
  if (length < stop - start) return undefined;
  if (protocol === udp) return stop - transport >= 8 + leastData ? { at, transport, end: stop, protocol } : undefined;
  if (protocol !== tcp || stop - transport < 20) return undefined;
  const data = transport + ((bytes[transport + 12] ?? 0) >>> 4) * 4;
  const opensOrEnds = ((bytes[transport + 13] ?? 0) & 3) !== 0;
  return opensOrEnds || data < stop ? { at, transport, end: stop, protocol } : undefined;
}

function isSame(a: Uint8Array, one: Segment, b: Uint8Array, other: Segment): boolean {
  if (one.protocol !== other.protocol) return false;
  if (!equal(a, one.at + 12, b, other.at + 12, 8)) return false;
  // Ports, and of TCP the sequence number; its window, time stamps and acknowledgement may have moved on.
  if (!equal(a, one.transport, b, other.transport, one.protocol === tcp ? 8 : 6)) return false;
  const dataOf = (bytes: Uint8Array, { transport, protocol }: Segment) =>
    transport + (protocol === tcp ? ((bytes[transport + 12] ?? 0) >>> 4) * 4 : 8);
  const [from, otherFrom] = [dataOf(a, one), dataOf(b, other)];
  if (one.end - from !== other.end - otherFrom) return false;
  const flags = one.protocol === udp || ((a[one.transport + 13] ?? 0) & 7) === ((b[other.transport + 13] ?? 0) & 7);
  return flags && equal(a, from, b, otherFrom, one.end - from);
}

function equal(a: Uint8Array, at: number, b: Uint8Array, otherAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[at + i] !== b[otherAt + i]) return false;
  return true;
}
