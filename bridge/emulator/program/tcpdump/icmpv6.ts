import { expectedChecksum, pseudoHeaderSum } from '../../../packet/checksum.ts';
import { formatIpv6 } from '../../../packet/text.ts';
import { hex, type Look, type Slice } from './slice.ts';

const unreachable = ['unreachable route', 'unreachable prohibited', 'beyond scope', 'unreachable address'];

/** ICMPv6; options of neighbour discovery are not shown, quoted packets with `-v`. */
export function printIcmpv6(
  icmp: Slice,
  addresses: Uint8Array,
  look: Look,
  printQuoted: (quoted: Slice) => string,
): string {
  let sum = '';
  if (look.verbose > 0 && icmp.captured === icmp.length) {
    const expected = expectedChecksum(
      icmp.bytes,
      0,
      icmp.length,
      2,
      pseudoHeaderSum(addresses, 0, 32, 58, icmp.length),
    );
    sum =
      expected === icmp.u16(2)
        ? '[icmp6 sum ok] '
        : `[bad icmp6 cksum ${hex(icmp.u16(2), 4)} -> ${hex(expected, 4)}!] `;
  }
  const type = icmp.u8(0);
  const quoted = look.verbose > 0 && type < 128 && icmp.captured > 8 ? `\n\t${printQuoted(icmp.from(8, 'ip6'))}` : '';
  return `${sum}ICMP6, ${messageOf(icmp, type, icmp.u8(1))}, length ${icmp.length}${quoted}`;
}

function messageOf(icmp: Slice, type: number, code: number): string {
  const address = (at: number): string => {
    icmp.need(at, 16);
    return formatIpv6(icmp.bytes, at);
  };
  switch (type) {
    case 1:
      return `destination unreachable, ${unreachableText(icmp, code, address(32))}`;
    case 2:
      return `packet too big, mtu ${icmp.u32(4)}`;
    case 3:
      return code === 0 ? `time exceeded in-transit for ${address(32)}` : 'ip reassembly time exceeded';
    case 4: {
      const what = ['errorneous', 'next header', 'option'][code];
      return `parameter problem, ${what === undefined ? `code-#${code}` : `${what} - octet ${icmp.u32(4)}`}`;
    }
    case 128:
    case 129:
      return `echo ${type === 128 ? 'request' : 'reply'}, id ${icmp.u16(4)}, seq ${icmp.u16(6)}`;
    case 133:
      return 'router solicitation';
    case 134:
      return 'router advertisement';
    case 135:
      return `neighbor solicitation, who has ${address(8)}`;
    case 136:
      return `neighbor advertisement, tgt is ${address(8)}`;
    case 137:
      return `redirect, ${address(24)} to ${address(8)}`;
    case 143:
      return `multicast listener report v2, ${icmp.u16(6)} group record(s)`;
    default:
      return `type-#${type}`;
  }
}

function unreachableText(icmp: Slice, code: number, to: string): string {
  if (code === 4) {
    const next = icmp.u8(14);
    const name = next === 6 ? 'tcp' : next === 17 ? 'udp' : undefined;
    return `unreachable port, ${to}${name === undefined ? ` protocol ${next}` : ` ${name}`} port ${icmp.u16(50)}`;
  }
  const what = unreachable[code];
  return what === undefined ? `unreachable code-#${code}` : `${what} ${to}`;
}
