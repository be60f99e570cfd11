import { formatIpv6 } from '../../../packet/text.ts';
import { printIcmpv6 } from './icmpv6.ts';
import { protocolName } from './names.ts';
import { Cut, hex, type Look, type Slice } from './slice.ts';
import { printTcp, type TcpNumbers } from './tcp.ts';
import { printUdp } from './udp.ts';

/** An IPv6 packet with the extension headers that hosts send. */
export function printIpv6(ip: Slice, look: Look, numbers: TcpNumbers, hasName: boolean): string {
  ip.need(0, 40);
  const [length, first] = [ip.u16(4), ip.u8(6)];
  const [source, destination] = [formatIpv6(ip.bytes, 8), formatIpv6(ip.bytes, 24)];
  let text = hasName ? 'IP6 ' : '';
  if (look.verbose > 0) {
    const word = ip.u32(0);
    const traffic = (word >>> 20) & 255;
    const label = word & 0xfffff;
    text += `(${traffic === 0 ? '' : `class ${hex(traffic, 2)}, `}${label === 0 ? '' : `flowlabel ${hex(label, 5)}, `}`;
    text += `hlim ${ip.u8(7)}, next-header ${protocolName(first)} (${first}) payload length: ${length}) `;
  }
  const around = { source, destination, addresses: ip.bytes.subarray(8, 40) };
  let at = 40;
  let next = first;
  let extensions = '';
  const end = 40 + length;
  const between = (left = '', right = ''): string => `${source}${left} > ${destination}${right}: ${extensions}`;
  try {
    for (;;) {
      const rest = ip.from(at, 'ip6', end - at);
      switch (next) {
        case 0:
          extensions += 'HBH ';
          next = rest.u8(0);
          at += (rest.u8(1) + 1) * 8;
          continue;
        case 60:
          extensions += 'DSTOPT ';
          next = rest.u8(0);
          at += (rest.u8(1) + 1) * 8;
          continue;
        case 44: {
          const word = rest.u16(2);
          const isFirst = (word & 0xfff8) === 0;
          const id = look.verbose > 0 ? `${hex(rest.u32(4), 8)}:` : '';
          extensions += `frag (${id}${word & 0xfff8}|${end - at - 8})`;
          if (!isFirst) return text + between();
          extensions += ' ';
          next = rest.u8(0);
          at += 8;
          continue;
        }
        case 6:
        case 17: {
          const isTcp = next === 6;
          const layer = rest.from(0, isTcp ? 'tcp' : 'udp');
          const port = (where: number): string =>
            `.${look.port(layer.u16(where), isTcp ? 'tcp' : 'udp') ?? layer.u16(where)}`;
          const body = isTcp ? printTcp(layer, around, look, numbers) : printUdp(layer, around, look);
          return `${text}${between(port(0), port(2))}${body}`;
        }
        case 58:
          return (
            text +
            between() +
            printIcmpv6(rest.from(0, 'icmp6'), around.addresses, look, (inner) => printIpv6(inner, look, numbers, true))
          );
        case 59:
          return `${text}${between()}no next header`;
        default:
          return `${text}${between()}ip-proto-${next} ${rest.length}`;
      }
    }
  } catch (fault) {
    if (!(fault instanceof Cut)) throw fault;
    return `${text}${between()}[|${fault.protocol}]`;
  }
}
