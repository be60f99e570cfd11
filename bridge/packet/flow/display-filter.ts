import type { MatchFields } from '../../protocols/openflow/v10/match.ts';

const untagged = 0xffff;
const types = { ip: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
const ports: Readonly<Record<number, readonly [source: string, destination: string]>> = {
  1: ['icmp.type', 'icmp.code'],
  6: ['tcp.srcport', 'tcp.dstport'],
  17: ['udp.srcport', 'udp.dstport'],
};

function typeTerm(dlType: number): string {
  const known = Object.entries(types).find(([, type]) => type === dlType)?.[0];
  const type = `0x${dlType.toString(16).padStart(4, '0')}`;
  // The type behind a tag is the tag's.
  return known ?? `(eth.type == ${type} || vlan.etype == ${type})`;
}

/** The frames that a match asks for, as they come into the switch, as a filter of the trace. */
export function displayFilter(fields: MatchFields, switchName: string): string {
  const isArp = fields.dlType === types.arp;
  const [source, destination] = ports[fields.nwProto ?? -1] ?? ['tcp.srcport', 'tcp.dstport'];
  const terms: (string | false | undefined)[] = [
    `lab.node == "${switchName}"`,
    'lab.point in {"packet_in", "sw.rx"}',
    fields.inPort !== undefined && `lab.port == ${fields.inPort}`,
    fields.dlSrc !== undefined && `eth.src == ${fields.dlSrc}`,
    fields.dlDst !== undefined && `eth.dst == ${fields.dlDst}`,
    fields.dlVlan !== undefined && (fields.dlVlan === untagged ? 'not vlan' : `vlan.id == ${fields.dlVlan}`),
    fields.dlVlanPcp !== undefined && fields.dlVlan !== untagged && `vlan.priority == ${fields.dlVlanPcp}`,
    fields.dlType !== undefined && typeTerm(fields.dlType),
    fields.nwTos !== undefined && `ip.dsfield.dscp == ${fields.nwTos >> 2}`,
    fields.nwProto !== undefined && `${isArp ? 'arp.opcode' : 'ip.proto'} == ${fields.nwProto}`,
    fields.nwSrc !== undefined && `${isArp ? 'arp.src.proto_ipv4' : 'ip.src'} == ${fields.nwSrc}`,
    fields.nwDst !== undefined && `${isArp ? 'arp.dst.proto_ipv4' : 'ip.dst'} == ${fields.nwDst}`,
    fields.tpSrc !== undefined && `${source} == ${fields.tpSrc}`,
    fields.tpDst !== undefined && `${destination} == ${fields.tpDst}`,
  ];
  return terms.filter(Boolean).join(' && ');
}
