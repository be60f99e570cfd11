import { expectedChecksum } from '../../../packet/checksum.ts';
import { protocolName } from './names.ts';
import type { Look, Slice } from './slice.ts';

const unreachable: Readonly<Record<number, (to: string) => string>> = {
  0: (to) => `net ${to} unreachable`,
  1: (to) => `host ${to} unreachable`,
  5: (to) => `${to} unreachable - source route failed`,
  6: (to) => `net ${to} unreachable - unknown`,
  7: (to) => `host ${to} unreachable - unknown`,
  8: (to) => `${to} unreachable - source host isolated`,
  9: (to) => `net ${to} unreachable - admin prohibited`,
  10: (to) => `host ${to} unreachable - admin prohibited`,
  11: (to) => `net ${to} unreachable - tos prohibited`,
  12: (to) => `host ${to} unreachable - tos prohibited`,
  13: (to) => `host ${to} unreachable - admin prohibited filter`,
  14: (to) => `host ${to} unreachable - host precedence violation`,
  15: (to) => `host ${to} unreachable - precedence cutoff`,
};
const redirects = ['net', 'host', 'tos and net', 'tos and host'];

/** ICMP; `printQuoted` shows the datagram that an error quotes. */
export function printIcmp(
  icmp: Slice,
  look: Look,
  isFragment: boolean,
  printQuoted: (quoted: Slice) => string,
): string {
  const [type, code] = [icmp.u8(0), icmp.u8(1)];
  let text = `ICMP ${messageOf(icmp, type, code, look)}, length ${icmp.length}`;
  if (look.verbose > 0 && !isFragment && icmp.captured === icmp.length) {
    const expected = expectedChecksum(icmp.bytes, 0, icmp.length, 2);
    if (expected !== icmp.u16(2)) {
      text += ` (wrong icmp cksum ${icmp.u16(2).toString(16)} (->${expected.toString(16)})!)`;
    }
  }
  if (look.verbose > 0 && [3, 4, 5, 11, 12].includes(type) && icmp.captured > 8) {
    text += `\n\t${printQuoted(icmp.from(8, 'ip'))}`;
  }
  return text;
}

function messageOf(icmp: Slice, type: number, code: number, look: Look): string {
  const to = (at: number): string => look.host(icmp.ipv4(at)) ?? icmp.ipv4(at);
  switch (type) {
    case 0:
    case 8:
      return `echo ${type === 8 ? 'request' : 'reply'}, id ${icmp.u16(4)}, seq ${icmp.u16(6)}`;
    case 3:
      return unreachableMessage(icmp, code, to(24));
    case 4:
      return 'source quench';
    case 5: {
      const whom = redirects[code];
      return whom === undefined
        ? `redirect-#${code} ${to(24)} to net ${to(4)}`
        : `redirect ${to(24)} to ${whom} ${to(4)}`;
    }
    case 9:
      return 'router advertisement';
    case 10:
      return 'router solicitation';
    case 11:
      return code === 0
        ? 'time exceeded in-transit'
        : code === 1
          ? 'ip reassembly time exceeded'
          : `time exceeded-#${code}`;
    case 12:
      return code === 0 ? `parameter problem - octet ${icmp.u8(4)}` : `parameter problem - code ${code}`;
    case 13:
      return `time stamp query id ${icmp.u16(4)} seq ${icmp.u16(6)}`;
    case 14:
      return `time stamp reply id ${icmp.u16(4)} seq ${icmp.u16(6)}: org ${dayTime(icmp.u32(8))}, recv ${dayTime(icmp.u32(12))}, xmit ${dayTime(icmp.u32(16))}`;
    case 15:
      return 'information request';
    case 16:
      return 'information reply';
    case 17:
      return 'address mask request';
    default:
      return `type-#${type}`;
  }
}

function unreachableMessage(icmp: Slice, code: number, to: string): string {
  if (code === 2) return `${to} protocol ${icmp.u8(17)} unreachable`;
  if (code === 3) {
    const headerBytes = (icmp.u8(8) & 15) * 4;
    const protocol = icmp.u8(17);
    const port = icmp.u16(8 + headerBytes + 2);
    const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : undefined;
    return name === undefined
      ? `${to} protocol ${protocolName(protocol)} port ${port} unreachable`
      : `${to} ${name} port ${port} unreachable`;
  }
  if (code === 4) {
    const mtu = icmp.u16(6);
    return `${to} unreachable - need to frag${mtu === 0 ? '' : ` (mtu ${mtu})`}`;
  }
  return unreachable[code]?.(to) ?? `${to} unreachable - #${code}`;
}

/** Milliseconds since midnight. */
function dayTime(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
