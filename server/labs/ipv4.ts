/** Dotted address as a 32-bit number; undefined when an octet is missing or above 255. */
export function ipv4ToNumber(text: string): number | undefined {
  const octets = text.split('.').map(Number);
  if (octets.length !== 4 || !octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255)) return;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Mask of a prefix length as a 32-bit number. */
export function prefixToMask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** True for a mask of ones and then zeros. */
export function isMask(mask: number): boolean {
  const inverted = ~mask >>> 0;
  return (inverted & (inverted + 1)) === 0;
}

/** `10.0.1.100/32` without its prefix length. */
export function addressOf(cidr: string): string {
  return cidr.split('/')[0] ?? cidr;
}
