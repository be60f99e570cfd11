import { expectedChecksum, internetChecksum, pseudoHeaderSum } from '../../../packet/checksum.ts';
import { ether, ip, protocols, putAddress, putU16, u16 } from '../../../packet/header-layout.ts';

const address = (bytes: Uint8Array, at: number): number => (u16(bytes, at) * 0x10000 + u16(bytes, at + 2)) >>> 0;

/**
 * Makes one inside address look like an outside one, ports and identifiers unchanged; answers to what went out come back
 * in. Errors about what went out do not: their quotation names the outside address.
 */
export function addressTranslation(inside: number, outside: number) {
  const open = new Set<string>();
  return {
    outward(frame: Uint8Array): Uint8Array {
      if (!isTranslatable(frame) || address(frame, ether.header + ip.source) !== inside) return frame;
      open.add(conversation(frame, ip.destination, 0));
      return withAddress(frame, ip.source, outside);
    },
    inward(frame: Uint8Array): Uint8Array {
      if (!isTranslatable(frame) || address(frame, ether.header + ip.destination) !== outside) return frame;
      if (!open.has(conversation(frame, ip.source, 2))) return frame;
      return withAddress(frame, ip.destination, inside);
    },
  };
}

const transport = (frame: Uint8Array): number => ether.header + ((frame[ether.header] ?? 0) & 15) * 4;

function isTranslatable(frame: Uint8Array): boolean {
  if (u16(frame, ether.type) !== 0x0800 || (u16(frame, ether.header + ip.fragment) & 0x3fff) !== 0) return false;
  const protocol = frame[ether.header + ip.protocol];
  const type = frame[transport(frame)];
  return (
    protocol === protocols.tcp ||
    protocol === protocols.udp ||
    (protocol === protocols.icmp && (type === 0 || type === 8))
  );
}

/** The peer's address, the protocol and the inside port, or the identifier of an echo. */
function conversation(frame: Uint8Array, peer: number, portAt: number): string {
  const protocol = frame[ether.header + ip.protocol];
  const port = protocol === protocols.icmp ? u16(frame, transport(frame) + 4) : u16(frame, transport(frame) + portAt);
  return `${address(frame, ether.header + peer)} ${protocol} ${port}`;
}

function withAddress(frame: Uint8Array, field: number, value: number): Uint8Array {
  const made = frame.slice();
  const at = ether.header;
  const start = transport(made);
  const end = at + u16(made, at + ip.totalLength);
  putAddress(made, at + field, value);
  putU16(made, at + ip.checksum, 0);
  putU16(made, at + ip.checksum, internetChecksum(made, at, start));
  const protocol = made[at + ip.protocol] ?? 0;
  if (protocol !== protocols.icmp) {
    const checksum = start + (protocol === protocols.tcp ? 16 : 6);
    const pseudo = pseudoHeaderSum(made, at + ip.source, 8, protocol, end - start);
    putU16(made, checksum, expectedChecksum(made, start, end, checksum, pseudo));
  }
  return made;
}
