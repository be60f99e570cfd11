import type { ProtoShape } from './proto-glyph.tsx';

const etherTypeAt = 12;
const vlan = 0x8100;
const icmpErrors: readonly number[] = [3, 4, 5, 11, 12];

/** The shape of a frame's protocol, from its first bytes; `other` for what has no shape of its own or is cut short. */
export function shapeOf(frame: Uint8Array): ProtoShape {
  const u16 = (at: number) => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
  let at = etherTypeAt;
  while (u16(at) === vlan) at += 4;
  const etherType = u16(at);
  const ip = at + 2;
  if (etherType === 0x0806) return 'arp';
  if (etherType === 0x0800) {
    const header = ((frame[ip] ?? 0) & 15) * 4;
    return shapeOfIp(frame[ip + 9], icmpErrors.includes(frame[ip + header] ?? -1));
  }
  if (etherType === 0x86dd) return shapeOfIp(frame[ip + 6], (frame[ip + 40] ?? 128) < 128);
  return 'other';
}

function shapeOfIp(protocol: number | undefined, icmpError: boolean): ProtoShape {
  if (protocol === 1 || protocol === 58) return icmpError ? 'icmp-error' : 'icmp';
  if (protocol === 6) return 'tcp';
  return protocol === 17 ? 'udp' : 'other';
}
