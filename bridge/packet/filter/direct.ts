import type { HeaderName } from './layout.ts';

/** A number at a fixed offset of a header: `size` bytes, of which `mask` counts, shifted right, times `scale`. */
export interface DirectNumber {
  readonly header: HeaderName;
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 6;
  readonly mask: number;
  readonly shift: number;
  readonly scale: number;
  /** Types of ICMP that have it; all when left out. */
  readonly types?: readonly number[];
}

type Options = Partial<Pick<DirectNumber, 'mask' | 'shift' | 'scale' | 'types'>>;
function at(header: HeaderName, offset: number, size: DirectNumber['size'], options: Options = {}): DirectNumber {
  // A mask is for what fits an integer of 32 bits.
  return { header, offset, size, mask: 0xffffffff, shift: 0, scale: 1, ...options };
}
const bit = (header: HeaderName, offset: number, size: 1 | 2, mask: number): DirectNumber =>
  at(header, offset, size, { mask, shift: 31 - Math.clz32(mask) });

const echoes = [0, 8];
const echoesAndTimes = [...echoes, 13, 14];
const echoes6 = [128, 129];

/** Fields of plain frames by where they stand, so that nothing is dissected for them: the commonest of all filters. */
export const directNumbers: Readonly<Record<string, readonly DirectNumber[]>> = {
  'eth.dst': [at('eth', 0, 6)],
  'eth.src': [at('eth', 6, 6)],
  'eth.addr': [at('eth', 0, 6), at('eth', 6, 6)],
  'eth.type': [at('eth', 12, 2)],
  'vlan.priority': [at('vlan', 0, 2, { mask: 0xe000, shift: 13 })],
  'vlan.dei': [bit('vlan', 0, 2, 0x1000)],
  'vlan.id': [at('vlan', 0, 2, { mask: 0xfff })],
  'vlan.etype': [at('vlan', 2, 2)],
  'arp.hw.type': [at('arp', 0, 2)],
  'arp.proto.type': [at('arp', 2, 2)],
  'arp.hw.size': [at('arp', 4, 1)],
  'arp.proto.size': [at('arp', 5, 1)],
  'arp.opcode': [at('arp', 6, 2)],
  'arp.src.hw_mac': [at('arp', 8, 6)],
  'arp.src.proto_ipv4': [at('arp', 14, 4)],
  'arp.dst.hw_mac': [at('arp', 18, 6)],
  'arp.dst.proto_ipv4': [at('arp', 24, 4)],
  'ip.version': [at('ip', 0, 1, { mask: 0xf0, shift: 4 })],
  'ip.hdr_len': [at('ip', 0, 1, { mask: 0x0f, scale: 4 })],
  'ip.dsfield': [at('ip', 1, 1)],
  'ip.dsfield.dscp': [at('ip', 1, 1, { mask: 0xfc, shift: 2 })],
  'ip.dsfield.ecn': [at('ip', 1, 1, { mask: 3 })],
  'ip.len': [at('ip', 2, 2)],
  'ip.id': [at('ip', 4, 2)],
  'ip.flags': [at('ip', 6, 1, { mask: 0xe0, shift: 5 })],
  'ip.flags.rb': [bit('ip', 6, 1, 0x80)],
  'ip.flags.df': [bit('ip', 6, 1, 0x40)],
  'ip.flags.mf': [bit('ip', 6, 1, 0x20)],
  'ip.frag_offset': [at('ip', 6, 2, { mask: 0x1fff })],
  'ip.ttl': [at('ip', 8, 1)],
  'ip.proto': [at('ip', 9, 1)],
  'ip.checksum': [at('ip', 10, 2)],
  'ip.src': [at('ip', 12, 4)],
  'ip.dst': [at('ip', 16, 4)],
  'ip.addr': [at('ip', 12, 4), at('ip', 16, 4)],
  'ipv6.plen': [at('ipv6', 4, 2)],
  'ipv6.nxt': [at('ipv6', 6, 1)],
  'ipv6.hlim': [at('ipv6', 7, 1)],
  'icmp.type': [at('icmp', 0, 1)],
  'icmp.code': [at('icmp', 1, 1)],
  'icmp.checksum': [at('icmp', 2, 2)],
  'icmp.ident': [at('icmp', 4, 2, { types: echoesAndTimes })],
  'icmp.seq': [at('icmp', 6, 2, { types: echoesAndTimes })],
  'icmpv6.type': [at('icmpv6', 0, 1)],
  'icmpv6.code': [at('icmpv6', 1, 1)],
  'icmpv6.checksum': [at('icmpv6', 2, 2)],
  'icmpv6.echo.identifier': [at('icmpv6', 4, 2, { types: echoes6 })],
  'icmpv6.echo.sequence_number': [at('icmpv6', 6, 2, { types: echoes6 })],
  'tcp.srcport': [at('tcp', 0, 2)],
  'tcp.dstport': [at('tcp', 2, 2)],
  'tcp.port': [at('tcp', 0, 2), at('tcp', 2, 2)],
  'tcp.seq': [at('tcp', 4, 4)],
  'tcp.ack': [at('tcp', 8, 4)],
  'tcp.hdr_len': [at('tcp', 12, 1, { mask: 0xf0, shift: 4, scale: 4 })],
  'tcp.flags': [at('tcp', 12, 2, { mask: 0xfff })],
  'tcp.flags.ae': [bit('tcp', 12, 1, 0x01)],
  'tcp.flags.cwr': [bit('tcp', 13, 1, 0x80)],
  'tcp.flags.ece': [bit('tcp', 13, 1, 0x40)],
  'tcp.flags.urg': [bit('tcp', 13, 1, 0x20)],
  'tcp.flags.ack': [bit('tcp', 13, 1, 0x10)],
  'tcp.flags.push': [bit('tcp', 13, 1, 0x08)],
  'tcp.flags.reset': [bit('tcp', 13, 1, 0x04)],
  'tcp.flags.syn': [bit('tcp', 13, 1, 0x02)],
  'tcp.flags.fin': [bit('tcp', 13, 1, 0x01)],
  'tcp.window_size_value': [at('tcp', 14, 2)],
  'tcp.checksum': [at('tcp', 16, 2)],
  'tcp.urgent_pointer': [at('tcp', 18, 2)],
  'udp.srcport': [at('udp', 0, 2)],
  'udp.dstport': [at('udp', 2, 2)],
  'udp.port': [at('udp', 0, 2), at('udp', 2, 2)],
  'udp.length': [at('udp', 4, 2)],
  'udp.checksum': [at('udp', 6, 2)],
};
