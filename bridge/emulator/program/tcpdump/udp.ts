import { expectedChecksum, pseudoHeaderSum } from '../../../packet/checksum.ts';
import { printDns } from './dns.ts';
import { hex, type Look, type Slice } from './slice.ts';
import type { IpAround } from './tcp.ts';

/** The part of a UDP datagram behind `source > destination: `. */
export function printUdp(udp: Slice, around: IpAround, look: Look): string {
  const length = udp.u16(4);
  const data = udp.from(8, 'udp', length - 8);
  const either = (...ports: number[]): boolean => ports.includes(udp.u16(0)) || ports.includes(udp.u16(2));
  const sum = look.verbose > 1 && udp.captured >= length ? `[${checksumText(udp, around)}] ` : '';
  if (data.length > 0) {
    if (either(53, 5353)) return sum + printDns(data.from(0, 'domain'));
    if (either(67, 68)) return sum + printBootp(data.from(0, 'bootp'));
  }
  return `${sum}UDP, length ${Math.max(0, length - 8)}`;
}

function checksumText(udp: Slice, { addresses }: IpAround): string {
  const told = udp.u16(6);
  if (told === 0) return 'no cksum';
  const initial = pseudoHeaderSum(addresses, 0, addresses.length === 8 ? 8 : 32, 17, udp.length);
  const expected = expectedChecksum(udp.bytes, 0, udp.length, 6, initial) || 0xffff;
  return told === expected ? 'udp sum ok' : `bad udp cksum ${hex(told, 4)} -> ${hex(expected, 4)}!`;
}

function printBootp(bootp: Slice): string {
  const operation = bootp.u8(0);
  const kind = operation === 1 ? 'Request' : operation === 2 ? 'Reply' : `unknown (${hex(operation, 2)})`;
  const from = operation === 1 && bootp.u8(1) === 1 && bootp.u8(2) === 6 ? ` from ${bootp.mac(28)}` : '';
  return `BOOTP/DHCP, ${kind}${from}, length ${bootp.length}`;
}
