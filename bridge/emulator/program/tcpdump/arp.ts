import { hex, type Look, type Slice } from './slice.ts';

const hardware: Readonly<Record<number, string>> = {
  1: 'Ethernet',
  4: 'Pronet',
  6: 'TokenRing',
  7: 'ArcNet',
  15: 'FrameRelay',
};
const operations: Readonly<Record<number, string>> = {
  1: 'Request',
  2: 'Reply',
  3: 'Reverse Request',
  4: 'Reverse Reply',
  8: 'Inverse Request',
  9: 'Inverse Reply',
};

/** ARP and RARP, without the protocol's name in front. */
export function printArp(arp: Slice, look: Look): string {
  const [hardwareType, protocolType, hardwareBytes, protocolBytes] = [arp.u16(0), arp.u16(2), arp.u8(4), arp.u8(5)];
  const operation = arp.u16(6);
  const macAt = (at: number): string => {
    arp.need(at, hardwareBytes);
    return Array.from(arp.bytes.subarray(at, at + hardwareBytes), (byte) => byte.toString(16).padStart(2, '0')).join(
      ':',
    );
  };
  const senderMac = 8;
  const sender = senderMac + hardwareBytes;
  const targetMac = sender + protocolBytes;
  const target = targetMac + hardwareBytes;
  const isIpv4 = protocolType === 0x0800 && protocolBytes === 4 && hardwareBytes > 0;
  const kind = `${hardware[hardwareType] ?? `Unknown Hardware (${hardwareType})`} (len ${hardwareBytes}), ${
    protocolType === 0x0800 ? 'IPv4' : `Unknown Protocol (${hex(protocolType, 4)})`
  } (len ${protocolBytes}), `;
  const head = look.verbose > 0 || !isIpv4 ? kind : '';
  const tail = `, length ${arp.length}`;
  const name = (at: number): string => look.host(arp.ipv4(at)) ?? arp.ipv4(at);
  const said = operations[operation] ?? `Unknown (${operation})`;
  if (!isIpv4) return `${head}${said}${tail}`;
  switch (operation) {
    case 1: {
      const asked = macAt(targetMac);
      const whom = /^[0:]*$/.test(asked) ? '' : ` (${asked})`;
      return `${head}${said} who-has ${name(target)}${whom} tell ${name(sender)}${tail}`;
    }
    case 2:
      return `${head}${said} ${name(sender)} is-at ${macAt(senderMac)}${tail}`;
    case 3:
      return `${head}${said} who-is ${macAt(targetMac)} tell ${macAt(senderMac)}${tail}`;
    case 4:
      return `${head}${said} ${macAt(targetMac)} at ${name(target)}${tail}`;
    default:
      return `${head}${said}${tail}`;
  }
}
