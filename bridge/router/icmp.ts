import { internetChecksum } from '../packet/checksum.ts';
import {
  address,
  ether,
  fragment,
  icmp,
  icmpTypes,
  ip,
  protocols,
  putAddress,
  putU16,
  u16,
} from '../packet/header-layout.ts';

/** RFC 1812 §4.3.2.5: errors travel with the precedence of network control. */
const errorTypeOfService = 0xc0;
const defaultTtl = 64;

/** Errors about errors would breed: types that are never complained about (RFC 1122 §3.2.2). */
const errorTypes = new Set([3, 4, 5, 11, 12]);

/** True when an ICMP error about the datagram at `at` is allowed (RT24); its addresses were checked on arrival. */
export function mayComplain(bytes: Uint8Array, at: number, end: number): boolean {
  if ((u16(bytes, at + ip.fragment) & fragment.offset) !== 0) return false;
  if (bytes[at + ip.protocol] !== protocols.icmp) return true;
  const type = at + headerLength(bytes, at);
  return type < end && !errorTypes.has(bytes[type] ?? 0);
}

/** Length of the IPv4 header at `at`, options included. */
export const headerLength = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) & 0x0f) * 4;

export interface Complaint {
  readonly type: number;
  readonly code: number;
  /** Addresses of the error: who complains, and to whom. */
  readonly source: number;
  readonly destination: number;
  readonly id: number;
}

/** Writes the error about `bytes[at, end)` behind an Ethernet header to `out`, quoting header + 8 bytes (RT23); returns its end. */
export function writeComplaint(
  out: Uint8Array,
  complaint: Complaint,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  const quoted = Math.min(headerLength(bytes, at) + 8, end - at);
  const start = ether.header + ip.header;
  const messageEnd = start + icmp.header + quoted;
  out.fill(0, start, start + icmp.header);
  out[start + icmp.type] = complaint.type;
  out[start + icmp.code] = complaint.code;
  out.set(bytes.subarray(at, at + quoted), start + icmp.header);
  putU16(out, start + icmp.checksum, internetChecksum(out, start, messageEnd));
  writeHeader(out, messageEnd, { ...complaint, typeOfService: errorTypeOfService, fragment: 0 });
  return messageEnd;
}

/**
 * Writes the reply to the echo request `bytes[at, end)`; `start` is behind its IP header. A fragment of a request becomes
 * a fragment of the reply with the same id, which the asking host puts together (RT21). Returns the reply's end.
 */
export function writeEchoReply(out: Uint8Array, bytes: Uint8Array, at: number, start: number, end: number): number {
  const flags = u16(bytes, at + ip.fragment) & (fragment.more | fragment.offset);
  const replyStart = ether.header + ip.header;
  const replyEnd = replyStart + end - start;
  out.set(bytes.subarray(start, end), replyStart);
  if ((flags & fragment.offset) === 0) {
    out[replyStart + icmp.type] = icmpTypes.echoReply;
    // Incremental, so that a first fragment, whose sum covers bytes that are not here, works too.
    const checksum = u16(bytes, start + icmp.checksum);
    putU16(out, replyStart + icmp.checksum, checksumAfter(checksum, icmpTypes.echoRequest << 8));
  }
  writeHeader(out, replyEnd, {
    source: address(bytes, at + ip.destination),
    destination: address(bytes, at + ip.source),
    id: u16(bytes, at + ip.id),
    fragment: flags,
    typeOfService: bytes[at + ip.typeOfService] ?? 0,
  });
  return replyEnd;
}

/** A checksum after one of the words it covers got smaller by `less` (RFC 1624). */
export function checksumAfter(checksum: number, less: number): number {
  const sum = checksum + less;
  return sum >= 0xffff ? (sum + 1) & 0xffff : sum;
}

interface OwnHeader {
  readonly source: number;
  readonly destination: number;
  readonly id: number;
  readonly fragment: number;
  readonly typeOfService: number;
}

/** The IPv4 header of a message of our own, in front of what is in `out` already up to `end`. */
function writeHeader(out: Uint8Array, end: number, header: OwnHeader): void {
  const at = ether.header;
  out[at] = 0x45;
  out[at + ip.typeOfService] = header.typeOfService;
  putU16(out, at + ip.totalLength, end - at);
  putU16(out, at + ip.id, header.id);
  putU16(out, at + ip.fragment, header.fragment);
  out[at + ip.ttl] = defaultTtl;
  out[at + ip.protocol] = protocols.icmp;
  putU16(out, at + ip.checksum, 0);
  putAddress(out, at + ip.source, header.source);
  putAddress(out, at + ip.destination, header.destination);
  putU16(out, at + ip.checksum, internetChecksum(out, at, at + ip.header));
}
