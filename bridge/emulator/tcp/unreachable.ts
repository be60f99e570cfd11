import type { Errno, IcmpError } from '../host/api.ts';
import { quotedSegment, tcpProtocol } from './segment.ts';

/** What of a quoted packet says whose it was. */
export interface Quoted {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
}

const destinationUnreachable = 3;
const timeExceeded = 11;
const fragmentationNeeded = 4;
/** By the code of destination unreachable, as Linux has them; others say nothing to a connection. */
const errnoOfCode: Readonly<Record<number, Errno>> = {
  0: 'ENETUNREACH',
  1: 'EHOSTUNREACH',
  2: 'ECONNREFUSED',
  3: 'ECONNREFUSED',
  5: 'EHOSTUNREACH',
  6: 'ENETUNREACH',
  7: 'EHOSTUNREACH',
  8: 'ENETUNREACH',
  9: 'ENETUNREACH',
  10: 'EHOSTUNREACH',
  11: 'ENETUNREACH',
  12: 'EHOSTUNREACH',
  13: 'EHOSTUNREACH',
  14: 'EHOSTUNREACH',
  15: 'EHOSTUNREACH',
};

/** What a connection has to make of an ICMP error (ET12). */
export function meaningOf({ type, code, mtu }: IcmpError): { errno: Errno } | { mtu: number | undefined } | undefined {
  if (type === timeExceeded) return { errno: 'EHOSTUNREACH' };
  if (type !== destinationUnreachable) return undefined;
  if (code === fragmentationNeeded) return { mtu };
  const errno = errnoOfCode[code];
  return errno === undefined ? undefined : { errno };
}

const ipHeaderBytes = 20;
const protocolAt = 9;
const sourceAt = 12;
const destinationAt = 16;

/** The segment that an ICMP error quotes; undefined when it is none, or too little of it. */
export function quotedBy(packet: Uint8Array): Quoted | undefined {
  if (packet.length < ipHeaderBytes || packet[protocolAt] !== tcpProtocol) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const segment = quotedSegment(packet.subarray((view.getUint8(0) & 0xf) * 4));
  return segment && { ...segment, source: view.getUint32(sourceAt), destination: view.getUint32(destinationAt) };
}
