import { internetChecksum } from '../../packet/checksum.ts';
import { ether, ip, putAddress, putU16 } from '../../packet/header-layout.ts';

/** Where the fields of an IP header stand in a frame. */
export const ipHeaderAt = {
  id: ether.header + ip.id,
  fragment: ether.header + ip.fragment,
  checksum: ether.header + ip.checksum,
  source: ether.header + ip.source,
  destination: ether.header + ip.destination,
} as const;

/** Where a packet of ours has its payload: it never has IP options. */
export const payloadAt = ether.header + ip.header;
export const defaultTtl = 64;
export const dontFragment = 0x4000;

export interface IpFields {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  readonly id: number;
  /** Flags and offset in units of 8 bytes. */
  readonly fragment: number;
}

/** Writes the IPv4 header and the Ethernet type of the frame that reaches to `end`. */
export function writeIpHeader(frame: Uint8Array, end: number, fields: IpFields): void {
  const at = ether.header;
  frame[ether.type] = 0x08;
  frame[ether.type + 1] = 0;
  frame[at] = 0x45;
  frame[at + ip.typeOfService] = fields.tos;
  putU16(frame, at + ip.totalLength, end - at);
  putU16(frame, ipHeaderAt.id, fields.id);
  putU16(frame, ipHeaderAt.fragment, fields.fragment);
  frame[at + ip.ttl] = fields.ttl;
  frame[at + ip.protocol] = fields.protocol;
  putU16(frame, ipHeaderAt.checksum, 0);
  putAddress(frame, ipHeaderAt.source, fields.source);
  putAddress(frame, ipHeaderAt.destination, fields.destination);
  putU16(frame, ipHeaderAt.checksum, internetChecksum(frame, at, payloadAt));
}
