import { internetChecksum } from '../../../packet/checksum.ts';
import { printIcmp } from './icmp.ts';
import { printIgmp } from './igmp.ts';
import { protocolName } from './names.ts';
import { Cut, hex, type Look, type Slice } from './slice.ts';
import { printTcp, type TcpNumbers } from './tcp.ts';
import { printUdp } from './udp.ts';

const optionNames: Readonly<Record<number, string>> = {
  0: 'EOL',
  1: 'NOP',
  7: 'RR',
  68: 'timestamp',
  131: 'LSRR',
  137: 'SSRR',
  148: 'RA',
};

/** An IPv4 datagram; `hasName` says whether `IP ` stands in front of it. */
export function printIpv4(ip: Slice, look: Look, numbers: TcpNumbers, hasName: boolean): string {
  const name = hasName ? 'IP ' : '';
  const headerBytes = (ip.u8(0) & 15) * 4;
  if (headerBytes < 20) return `${name}bad-hlen ${headerBytes}`;
  ip.need(0, 20);
  const total = ip.u16(2);
  if (total < headerBytes) return `${name}bad-len ${total}`;
  const fragment = ip.u16(6);
  const offset = (fragment & 0x1fff) * 8;
  const protocol = ip.u8(9);
  let text = name;
  if (look.verbose > 0) text += `(${headerText(ip, headerBytes)})\n    `;
  const [source, destination] = [ip.ipv4(12), ip.ipv4(16)];
  const hosts = [look.host(source) ?? source, look.host(destination) ?? destination];
  const data = ip.from(headerBytes, '', total - headerBytes);
  const between = (left = '', right = ''): string => `${hosts[0]}${left} > ${hosts[1]}${right}: `;
  if (offset > 0) return `${text}${between()}ip-proto-${protocol}`;
  const around = { source, destination, addresses: ip.bytes.subarray(12, 20) };
  const isFragment = (fragment & 0x2000) !== 0;
  try {
    switch (protocol) {
      case 1: {
        const quoted = (inner: Slice): string => printIpv4(inner, look, numbers, !look.showsLink);
        return text + between() + printIcmp(data.from(0, 'icmp'), look, isFragment, quoted);
      }
      case 2:
        return text + between() + printIgmp(data.from(0, 'igmp'));
      case 6:
      case 17: {
        const isTcp = protocol === 6;
        const layer = data.from(0, isTcp ? 'tcp' : 'udp');
        const port = (at: number): string => `.${look.port(layer.u16(at), isTcp ? 'tcp' : 'udp') ?? layer.u16(at)}`;
        const head = text + between(port(0), port(2));
        const body = (): string => (isTcp ? printTcp(layer, around, look, numbers) : printUdp(layer, around, look));
        return head + orCut(body);
      }
      default:
        return `${text}${between()} ip-proto-${protocol} ${data.length}`;
    }
  } catch (fault) {
    if (!(fault instanceof Cut)) throw fault;
    return `${text}${between()}[|${fault.protocol}]`;
  }
}

function orCut(print: () => string): string {
  try {
    return print();
  } catch (fault) {
    if (fault instanceof Cut) return `[|${fault.protocol}]`;
    throw fault;
  }
}

function headerText(ip: Slice, headerBytes: number): string {
  const fragment = ip.u16(6);
  const tos = ip.u8(1);
  const ecn = ['', ',ECT(1)', ',ECT(0)', ',CE'][tos & 3];
  const flags = [fragment & 0x8000 && 'rsvd', fragment & 0x4000 && 'DF', fragment & 0x2000 && '+'].filter(Boolean);
  const protocol = ip.u8(9);
  let text = `tos ${hex(tos)}${ecn}, ttl ${ip.u8(8)}, id ${ip.u16(4)}, offset ${(fragment & 0x1fff) * 8}`;
  text += `, flags [${flags.join(', ') || 'none'}], proto ${protocolName(protocol)} (${protocol}), length ${ip.u16(2)}`;
  if (headerBytes > 20) text += `, options (${optionsText(ip, headerBytes)})`;
  const sum = ip.captured >= headerBytes ? internetChecksum(ip.bytes, 0, headerBytes) : 0;
  if (sum !== 0) {
    const told = ip.u16(10);
    // One's complement: what is missing to zero is what the field lacks.
    const expected = told + sum > 0xffff ? told + sum - 0xffff : told + sum;
    text += `, bad cksum ${told.toString(16)} (->${expected.toString(16)})!`;
  }
  return text;
}

function optionsText(ip: Slice, headerBytes: number): string {
  const shown: string[] = [];
  for (let at = 20; at < headerBytes; ) {
    const kind = ip.u8(at);
    const bytes = kind <= 1 ? 1 : ip.u8(at + 1);
    if (bytes === 0 || at + bytes > headerBytes) break;
    const name = optionNames[kind] ?? `unknown ${kind}`;
    if (kind === 7 || kind === 131 || kind === 137) shown.push(`${name}${routeText(ip, at, bytes)}`);
    else shown.push(name);
    if (kind === 0) break;
    at += bytes;
  }
  return shown.join(',');
}

/** Addresses of a recorded or source route; the pointer marks the one that is next. */
function routeText(ip: Slice, at: number, bytes: number): string {
  const pointer = ip.u8(at + 2) - 1;
  let text = '';
  for (let i = 3; i + 4 <= bytes; i += 4) text += ` ${ip.ipv4(at + i)}${pointer >= i + 4 ? ',' : ''}`;
  return text;
}
