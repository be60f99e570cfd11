/** Where the fields stand that routers, hosts and their observers read and rewrite, in bytes from the start of their header (RFC 826, 791, 792). */
export const ether = { destination: 0, source: 6, type: 12, header: 14 } as const;
export const arp = {
  hardware: 0,
  protocol: 2,
  sizes: 4,
  operation: 6,
  senderMac: 8,
  senderAddress: 14,
  targetMac: 18,
  targetAddress: 24,
  length: 28,
} as const;
export const ip = {
  versionLength: 0,
  typeOfService: 1,
  totalLength: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  header: 20,
} as const;
export const icmp = { type: 0, code: 1, checksum: 2, id: 4, sequence: 6, header: 8 } as const;

export const etherTypes = { ipv4: 0x0800, arp: 0x0806 } as const;
export const protocols = { icmp: 1, tcp: 6, udp: 17 } as const;
export const icmpTypes = { echoReply: 0, unreachable: 3, echoRequest: 8, timeExceeded: 11 } as const;
export const unreachable = { net: 0, host: 1, protocol: 2, port: 3 } as const;

/** Flags and offset of a fragment: `more` is set in all but the last, `offset` is 0 in the first. */
export const fragment = { more: 0x2000, offset: 0x1fff } as const;

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** An address as a signed 32-bit number: fast to compare, mask and look up. */
export const address = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function putAddress(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Copies six bytes, `from[fromAt…]` to `to[at…]`. */
export function putMac(to: Uint8Array, at: number, from: Uint8Array, fromAt = 0): void {
  for (let i = 0; i < 6; i++) to[at + i] = from[fromAt + i] ?? 0;
}

export function isMac(bytes: Uint8Array, at: number, mac: Uint8Array): boolean {
  for (let i = 0; i < 6; i++) if (bytes[at + i] !== mac[i]) return false;
  return true;
}
