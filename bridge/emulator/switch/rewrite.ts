import { etherTypes, hasTag, ipProtocols, ipv4At, transportHeader } from './flow-key.ts';

/**
 * What the actions change in a frame. The functions without a result write into the frame they are given, which must be
 * the caller's own; those that change its length make a new one. A field that a frame does not have stays as it is.
 */

const macBytes = 12;
const tagBytes = 4;
const checksumAt = 10;
const priorityShift = 13;

const u16 = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
function setU16(frame: Uint8Array, at: number, value: number): void {
  frame[at] = value >>> 8;
  frame[at + 1] = value;
}

/** A copy with an empty tag: VLAN 0, priority 0. */
function tagged(frame: Uint8Array): Uint8Array {
  const longer = new Uint8Array(frame.length + tagBytes);
  longer.set(frame.subarray(0, macBytes));
  setU16(longer, macBytes, etherTypes.vlan);
  longer.set(frame.subarray(macBytes), macBytes + tagBytes);
  return longer;
}

/** Sets the VLAN id; a frame without a tag gets one. Always a new frame. */
export function withVlanVid(frame: Uint8Array, vid: number): Uint8Array {
  const own = hasTag(frame) ? frame.slice() : tagged(frame);
  setU16(own, macBytes + 2, (u16(own, macBytes + 2) & 0xf000) | vid);
  return own;
}

/** Sets the priority; a frame without a tag gets one of VLAN 0. Always a new frame. */
export function withVlanPcp(frame: Uint8Array, pcp: number): Uint8Array {
  const own = hasTag(frame) ? frame.slice() : tagged(frame);
  setU16(own, macBytes + 2, (u16(own, macBytes + 2) & 0x1fff) | (pcp << priorityShift));
  return own;
}

/** Without the tag; the frame itself when it has none. */
export function withoutTag(frame: Uint8Array): Uint8Array {
  if (!hasTag(frame)) return frame;
  const shorter = new Uint8Array(frame.length - tagBytes);
  shorter.set(frame.subarray(0, macBytes));
  shorter.set(frame.subarray(macBytes + tagBytes), macBytes);
  return shorter;
}

/** `at` 0 is the destination, 6 the source; the address as its first two and last four bytes. */
export function setMac(frame: Uint8Array, at: 0 | 6, high: number, low: number): void {
  setU16(frame, at, high);
  setU16(frame, at + 2, low >>> 16);
  setU16(frame, at + 4, low);
}

/** `field` 12 is the source, 16 the destination; header and transport checksums follow (RFC 1624). */
export function setIpv4Address(frame: Uint8Array, field: 12 | 16, address: number): void {
  const at = ipv4At(frame);
  if (at < 0) return;
  const transportSum = transportChecksum(frame, at);
  for (const half of [0, 2]) {
    const old = u16(frame, at + field + half);
    const now = (address >>> (half === 0 ? 16 : 0)) & 0xffff;
    adjust(frame, at + checksumAt, old, now);
    if (transportSum > 0) adjustTransport(frame, at, transportSum, old, now);
    setU16(frame, at + field + half, now);
  }
}

/** Sets the DSCP; the two ECN bits stay. */
export function setTos(frame: Uint8Array, tos: number): void {
  const at = ipv4At(frame);
  if (at < 0) return;
  const old = u16(frame, at);
  const now = (old & 0xff03) | (tos & 0xfc);
  adjust(frame, at + checksumAt, old, now);
  setU16(frame, at, now);
}

/** `field` 0 is the source port, 2 the destination's, of TCP, UDP and SCTP in the first or only fragment. */
export function setTransportPort(frame: Uint8Array, field: 0 | 2, port: number): void {
  const at = ipv4At(frame);
  if (at < 0) return;
  const portAt = transportAt(frame, at) + field;
  const needed = transportHeader(frame[at + 9] ?? 0);
  if (needed === 0 || isLaterFragment(frame, at) || endOf(frame, at) < portAt - field + needed) return;
  const transportSum = transportChecksum(frame, at);
  const old = u16(frame, portAt);
  if (transportSum > 0) adjustTransport(frame, at, transportSum, old, port);
  setU16(frame, portAt, port);
}

const transportAt = (frame: Uint8Array, at: number): number => at + ((frame[at] ?? 0) & 0x0f) * 4;
const endOf = (frame: Uint8Array, at: number): number => at + u16(frame, at + 2);
const isLaterFragment = (frame: Uint8Array, at: number): boolean => (u16(frame, at + 6) & 0x1fff) !== 0;

/** Where the checksum of TCP or UDP stands, 0 when there is none: another protocol, a later fragment, UDP without one. */
function transportChecksum(frame: Uint8Array, at: number): number {
  const protocol = frame[at + 9] ?? 0;
  const inHeader = protocol === ipProtocols.tcp ? 16 : protocol === ipProtocols.udp ? 6 : -1;
  const start = transportAt(frame, at);
  if (inHeader < 0 || isLaterFragment(frame, at) || endOf(frame, at) < start + transportHeader(protocol)) return 0;
  return protocol === ipProtocols.udp && u16(frame, start + inHeader) === 0 ? 0 : start + inHeader;
}

function adjustTransport(frame: Uint8Array, at: number, sumAt: number, old: number, now: number): void {
  adjust(frame, sumAt, old, now);
  // Over UDP 0 would mean that there is no checksum.
  if (frame[at + 9] === ipProtocols.udp && u16(frame, sumAt) === 0) setU16(frame, sumAt, 0xffff);
}

/** A checksum after one 16-bit word that it covers has changed (RFC 1624, equation 3). */
function adjust(frame: Uint8Array, sumAt: number, old: number, now: number): void {
  let sum = (~u16(frame, sumAt) & 0xffff) + (~old & 0xffff) + now;
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  setU16(frame, sumAt, ~sum & 0xffff);
}
