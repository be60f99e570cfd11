/** Sum of big-endian 16-bit words, not folded; an odd last byte is the high half of a word (RFC 1071). */
function wordSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  const last = end - 1;
  let i = start;
  for (; i < last; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  if (i < end) sum += (bytes[i] ?? 0) << 8;
  return sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

/**
 * The RFC 1071 checksum of `bytes[start, end)`: what the header's field has to hold when it was 0 in the sum, and 0 when
 * the field was included and is right. `initial` is an unfolded sum to begin with, as `pseudoHeaderSum` makes it.
 */
export function internetChecksum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  return ~fold(initial + wordSum(bytes, start, end)) & 0xffff;
}

/**
 * What TCP, UDP and ICMPv6 add to their checksum: both addresses, which stand one behind the other in an IP header at
 * `addressesAt` (8 bytes in all for IPv4, 32 for IPv6), the protocol number and the length of the transport's bytes.
 */
export function pseudoHeaderSum(
  bytes: Uint8Array,
  addressesAt: number,
  addressBytes: 8 | 32,
  protocol: number,
  length: number,
): number {
  return wordSum(bytes, addressesAt, addressesAt + addressBytes) + protocol + (length >>> 16) + (length & 0xffff);
}

/** What the checksum at `fieldAt` (an even distance from `start`) has to be, whatever stands there now. */
export function expectedChecksum(bytes: Uint8Array, start: number, end: number, fieldAt: number, initial = 0): number {
  return internetChecksum(bytes, fieldAt + 2, end, initial + wordSum(bytes, start, fieldAt));
}
