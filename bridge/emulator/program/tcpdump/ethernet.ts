import { printArp } from './arp.ts';
import { hexDump } from './hex-dump.ts';
import { printIpv4 } from './ipv4.ts';
import { printIpv6 } from './ipv6.ts';
import { printLldp, printStp } from './link-control.ts';
import { Cut, hex, type Look, Slice } from './slice.ts';
import type { TcpNumbers } from './tcp.ts';

const etherTypes: Readonly<Record<number, string>> = {
  2048: 'IPv4',
  2054: 'ARP',
  32821: 'Reverse ARP',
  33024: '802.1Q',
  34984: '802.1Q-QinQ',
  37120: '802.1Q-9100',
  34525: 'IPv6',
  34887: 'MPLS unicast',
  34915: 'PPPoE D',
  34916: 'PPPoE S',
  35020: 'LLDP',
  36864: 'Loopback',
};
const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100;

/** Prints frames one by one as tcpdump 4.99 does, without their time (EP66); it remembers where connections began. */
export class FramePrinter {
  readonly #look: Look;
  readonly #numbers: TcpNumbers = new Map();

  constructor(look: Look) {
    this.#look = look;
  }

  /** One packet, its lines parted by \n and without the last one; `length` is that on the wire. */
  print(frame: Uint8Array, length: number): string {
    const ether = new Slice(frame, length, 'ether');
    try {
      return this.#frame(ether);
    } catch (fault) {
      if (fault instanceof Cut) return `[|${fault.protocol}]`;
      throw fault;
    }
  }

  #frame(ether: Slice): string {
    ether.need(0, 14);
    let type = ether.u16(12);
    let at = 14;
    const isLong = type > 1500;
    const kind = isLong ? `ethertype ${etherText(type)}` : '802.3';
    const shownLength = isLong ? ether.length : type;
    const link = `${ether.mac(6)} > ${ether.mac(0)}, ${kind}, length ${shownLength}: `;
    let text = this.#look.showsLink ? link : '';
    if (!isLong) return text + this.#llc(ether.from(at, 'llc', type), link);
    while (isTag(type)) {
      const tag = ether.u16(at);
      type = ether.u16(at + 2);
      at += 4;
      const dei = tag & 0x1000 ? ', DEI' : '';
      const inner = type > 1500 ? `ethertype ${etherText(type)}, ` : '';
      if (this.#look.showsLink) text += `vlan ${tag & 0xfff}, p ${tag >> 13}${dei}, ${inner}`;
    }
    const payload = ether.from(at, '');
    const known = this.#payload(type, payload);
    if (known !== undefined) return text + known;
    return `${this.#look.showsLink ? text : link}${hexDump(payload.bytes, true)}`;
  }

  #payload(type: number, payload: Slice): string | undefined {
    const look = this.#look;
    const name = (protocol: string): string => (look.showsLink ? '' : `${protocol}, `);
    switch (type) {
      case 0x0800:
        return printIpv4(payload.from(0, 'ip'), look, this.#numbers, !look.showsLink);
      case 0x0806:
      case 0x8035:
        return name(type === 0x0806 ? 'ARP' : 'Reverse ARP') + printArp(payload.from(0, 'arp'), look);
      case 0x86dd:
        return printIpv6(payload.from(0, 'ip6'), look, this.#numbers, !look.showsLink);
      case 0x88cc:
        return printLldp(payload.from(0, 'lldp'));
      default:
        return undefined;
    }
  }

  #llc(llc: Slice, link: string): string {
    const [to, from, control] = [llc.u8(0), llc.u8(1), llc.u8(2)];
    if (to === 0xaa && from === 0xaa && control === 3) {
      const type = llc.u16(6);
      const snap = `oui Ethernet (0x000000), ethertype ${etherText(type)}, length ${llc.length - 8}: `;
      const known = this.#payload(type, llc.from(8, ''));
      const head = this.#look.showsLink
        ? `LLC, dsap SNAP (0xaa) Individual, ssap SNAP (0xaa) Command, ctrl 0x03: ${snap}`
        : '';
      return known === undefined ? `${link}${hexDump(llc.bytes, true)}` : head + known;
    }
    const isStp = to === 0x42 && from === 0x42 && control === 3;
    const sap = (value: number): string => (isStp ? `STP (${hex(value, 2)})` : `Unknown (${hex(value, 2)})`);
    const head = `LLC, dsap ${sap(to)} ${to & 1 ? 'Group' : 'Individual'}, ssap ${sap(from)} ${from & 1 ? 'Response' : 'Command'}, ctrl ${hex(control, 2)}: `;
    if (isStp) return `${this.#look.showsLink ? head : ''}${printStp(llc.from(3, 'stp'))}`;
    return `${head}Unnumbered, ${control === 3 ? 'ui' : hex(control, 2)}, Flags [Command], length ${llc.length}`;
  }
}

const etherText = (type: number): string => `${etherTypes[type] ?? 'Unknown'} (${hex(type, 4)})`;
