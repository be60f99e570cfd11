import type { MatchFields } from '../../../../protocols/openflow/v10/match.ts';
import { alice, arp, bob, carol, everybody, llc, ping, plain, protocol, tcp, udp, withVlan } from '../frames.ts';
import { dumpFlows, everyField, forward } from '../messages.ts';
import { frameIn, type Sequence, send, type Topic } from '../sequence.ts';

const ip = { dlType: 0x0800 };
const udpOnly = { ...ip, nwProto: 17 };
const icmp = { ...ip, nwProto: 1 };

interface Case {
  readonly field: string;
  readonly match: MatchFields;
  readonly hit: Uint8Array;
  readonly miss: Uint8Array;
}
/** One field at a time: a frame that has it and one that has not; the rest goes to port 4. */
const fields: readonly Case[] = [
  { field: 'dl_src', match: { dlSrc: alice.mac }, hit: plain(), miss: plain(carol) },
  { field: 'dl_dst', match: { dlDst: bob.mac }, hit: plain(), miss: plain(alice, carol.mac) },
  { field: 'dl_dst of a group', match: { dlDst: 'ff:ff:ff:ff:ff:ff' }, hit: everybody(), miss: plain() },
  { field: 'dl_vlan', match: { dlVlan: 7 }, hit: withVlan(ping(), 7), miss: withVlan(ping(), 8) },
  { field: 'dl_vlan against an untagged frame', match: { dlVlan: 7 }, hit: withVlan(plain(), 7, 3), miss: plain() },
  { field: 'dl_vlan of none', match: { dlVlan: 0xffff }, hit: ping(), miss: withVlan(ping(), 7) },
  {
    field: 'dl_vlan of none against a priority tag',
    match: { dlVlan: 0xffff },
    hit: ping(),
    miss: withVlan(ping(), 0, 5),
  },
  { field: 'dl_vlan 0', match: { dlVlan: 0 }, hit: withVlan(ping(), 0, 2), miss: ping() },
  { field: 'dl_vlan with bits beyond twelve', match: { dlVlan: 0x1007 }, hit: withVlan(ping(), 7), miss: ping() },
  {
    field: 'dl_vlan_pcp',
    match: { dlVlan: 7, dlVlanPcp: 3 },
    hit: withVlan(ping(), 7, 3),
    miss: withVlan(ping(), 7, 4),
  },
  {
    field: 'dl_vlan_pcp without dl_vlan',
    match: { dlVlanPcp: 3 },
    hit: withVlan(ping(), 9, 3),
    miss: withVlan(ping(), 9, 4),
  },
  {
    field: 'dl_vlan_pcp without dl_vlan, untagged',
    match: { dlVlanPcp: 0 },
    hit: withVlan(ping(), 9, 0),
    miss: ping(),
  },
  {
    field: 'dl_vlan_pcp of a frame without a tag',
    match: { dlVlan: 0xffff, dlVlanPcp: 3 },
    hit: ping(),
    miss: withVlan(ping(), 9, 3),
  },
  { field: 'dl_type', match: { dlType: 0x88b5 }, hit: plain(), miss: ping() },
  { field: 'dl_type behind a tag', match: ip, hit: withVlan(ping(), 5), miss: withVlan(plain(), 5) },
  { field: 'dl_type of 802.3 without SNAP', match: { dlType: 0x05ff }, hit: llc(), miss: plain() },
  { field: 'dl_type of 802.3 with SNAP', match: { dlType: 0x88b5 }, hit: llc(0x88b5), miss: llc(0x88b6) },
  {
    field: 'dl_type of two tags',
    match: { dlType: 0x8100, dlVlan: 5 },
    hit: withVlan(withVlan(ping(), 6), 5),
    miss: withVlan(ping(), 5),
  },
  { field: 'dl_type 0x88a8', match: { dlVlan: 5 }, hit: withVlan(ping(), 5, 0, 0x88a8), miss: ping() },
  { field: 'nw_proto', match: udpOnly, hit: udp(), miss: tcp() },
  {
    field: 'nw_proto of another protocol',
    match: { ...ip, nwProto: 47 },
    hit: protocol(47, [1, 2, 3, 4]),
    miss: udp(),
  },
  { field: 'nw_tos', match: { ...ip, nwTos: 0x28 }, hit: ping({ tos: 0x28 }), miss: ping({ tos: 0x2c }) },
  { field: 'nw_tos does not look at ECN', match: { ...ip, nwTos: 0x28 }, hit: ping({ tos: 0x2b }), miss: ping() },
  { field: 'nw_src', match: { ...ip, nwSrc: '10.0.0.1' }, hit: ping(), miss: ping({ from: carol }) },
  { field: 'nw_dst', match: { ...ip, nwDst: '10.0.0.2' }, hit: ping(), miss: ping({ to: '10.0.0.3' }) },
  { field: 'tp_src', match: { ...udpOnly, tpSrc: 1000 }, hit: udp(), miss: udp({ sourcePort: 1001 }) },
  { field: 'tp_dst', match: { ...udpOnly, tpDst: 2000 }, hit: udp(), miss: udp({ destinationPort: 2001 }) },
  { field: 'tp_src of TCP', match: { ...ip, nwProto: 6, tpSrc: 1000 }, hit: tcp(), miss: tcp({ sourcePort: 2 }) },
  { field: 'tp_dst of TCP', match: { ...ip, nwProto: 6, tpDst: 80 }, hit: tcp(), miss: udp({ destinationPort: 80 }) },
  {
    field: 'tp_src behind IP options',
    match: { ...udpOnly, tpSrc: 1000 },
    hit: udp({ options: [1, 1, 1, 1] }),
    miss: udp({ options: [1, 1, 1, 1], sourcePort: 9 }),
  },
  {
    field: 'tp_dst behind a tag',
    match: { ...udpOnly, tpDst: 2000 },
    hit: withVlan(udp(), 5),
    miss: withVlan(udp({ destinationPort: 1 }), 5),
  },
  { field: 'ICMP type', match: { ...icmp, tpSrc: 8 }, hit: ping(), miss: ping({ type: 0 }) },
  { field: 'ICMP code', match: { ...icmp, tpDst: 0 }, hit: ping(), miss: protocol(1, [3, 1, 0, 0, 0, 0, 0, 0]) },
  { field: 'ICMP type beyond a byte', match: { ...icmp, tpSrc: 0x108 }, hit: ping({ type: 0 }), miss: ping() },
  { field: 'ARP operation', match: { dlType: 0x0806, nwProto: 1 }, hit: arp(), miss: ping() },
  { field: 'ARP operation, another', match: { dlType: 0x0806, nwProto: 2 }, hit: ping(), miss: arp() },
  { field: 'ARP sender', match: { dlType: 0x0806, nwSrc: '10.0.0.1' }, hit: arp(), miss: arp(carol) },
  { field: 'ARP target', match: { dlType: 0x0806, nwDst: '10.0.0.0/30' }, hit: arp(), miss: arp(alice, '10.0.0.9') },
  { field: 'ARP and TOS', match: { dlType: 0x0806, nwTos: 4 }, hit: arp(), miss: ping() },
  {
    field: 'ports of a first fragment',
    match: { ...udpOnly, tpDst: 2000 },
    hit: udp({ fragment: 0x2000 }),
    miss: udp({ fragment: 0x2000, destinationPort: 5 }),
  },
  {
    field: 'ports of a later fragment are 0',
    match: { ...udpOnly, tpDst: 0, tpSrc: 0 },
    hit: udp({ fragment: 0x0010 }),
    miss: udp(),
  },
  {
    field: 'ports of a later fragment are not read',
    match: { ...udpOnly, tpDst: 2000 },
    hit: udp(),
    miss: udp({ fragment: 0x2010 }),
  },
  { field: 'a datagram cut before its ports', match: udpOnly, hit: protocol(17, [1, 2]), miss: protocol(6, [1, 2]) },
  {
    field: 'ports of a datagram cut before its ports',
    match: { ...udpOnly, tpSrc: 0 },
    hit: protocol(17, [0, 1]),
    miss: udp(),
  },
  { field: 'IPv4 whose header is cut', match: { ...ip, nwSrc: '10.0.0.1' }, hit: ping(), miss: ping().subarray(0, 30) },
  {
    field: 'IPv4 whose total length is beyond the frame',
    match: { ...ip, nwProto: 1 },
    hit: ping(),
    miss: ping().subarray(0, 50),
  },
  {
    field: 'a frame of its head only',
    match: { dlSrc: alice.mac },
    hit: plain().subarray(0, 14),
    miss: plain(carol).subarray(0, 14),
  },
  { field: 'IPv6 is no IPv4', match: { ...ip }, hit: ping(), miss: plain(alice, bob.mac, 60, 0x86dd) },
  {
    field: 'ARP whose body is cut',
    match: { dlType: 0x0806, nwSrc: '10.0.0.1' },
    hit: arp(),
    miss: arp().subarray(0, 20),
  },
];

const one = ({ field, match, hit, miss }: Case): Sequence => ({
  name: `match on ${field}`,
  steps: [
    send(forward(match, [3], { priority: 100 }), forward({}, [4], { priority: 1 })),
    frameIn(1, hit),
    frameIn(1, miss),
    dumpFlows,
  ],
});

const lengths = [1, 8, 9, 16, 24, 30, 31, 32];
const prefixCase = (length: number, field: 'nwSrc' | 'nwDst'): Sequence => {
  const others = { nwSrc: { from: { ...alice, address: '138.1.1.1' } }, nwDst: { to: '138.1.1.1' } };
  return {
    name: `match on a prefix of ${length} bits of ${field}`,
    steps: [
      send(forward({ ...ip, [field]: `10.0.0.1/${length}` }, [3]), forward({}, [4], { priority: 1 })),
      ...['10.0.0.1', '10.0.0.0', '10.0.0.3', '10.0.1.1', '10.1.1.1', '11.1.1.1'].map((address) =>
        frameIn(1, ping(field === 'nwSrc' ? { from: { ...alice, address } } : { to: address })),
      ),
      frameIn(1, ping(others[field])),
      dumpFlows,
    ],
  };
};

export const matching: Topic = {
  name: 'what an entry matches',
  rule: 'ED10',
  sequences: [
    ...fields.map(one),
    {
      name: 'match on in_port',
      steps: [send(forward({ inPort: 1 }, [3])), frameIn(1, plain()), frameIn(2, plain()), dumpFlows],
    },
    ...lengths.flatMap((length) => [prefixCase(length, 'nwSrc'), prefixCase(length, 'nwDst')]),
  ],
};

const ladder = (priorities: readonly number[]): Sequence => ({
  name: `priorities ${priorities.join(', ')} on entries that all match`,
  steps: [
    send(
      forward({}, [2], { priority: priorities[0] ?? 0 }),
      forward({ dlSrc: alice.mac }, [3], { priority: priorities[1] ?? 0 }),
      forward({ dlDst: bob.mac, dlType: 0x0800 }, [4], { priority: priorities[2] ?? 0 }),
    ),
    frameIn(1, ping()),
    dumpFlows,
  ],
});

export const priorities: Topic = {
  name: 'which entry counts',
  rule: 'ED11',
  sequences: [
    ladder([1, 2, 3]),
    ladder([3, 2, 1]),
    ladder([2, 3, 1]),
    ladder([0, 0x7fff, 0x8000]),
    {
      name: 'an exact entry of a low priority yields to a wide one of a high priority',
      steps: [
        send(forward(everyField, [2], { priority: 1 }), forward({ inPort: 1 }, [3], { priority: 2 })),
        frameIn(1, udp()),
        dumpFlows,
      ],
    },
    {
      name: 'the entry of the higher priority goes and the other one counts',
      steps: [
        send(forward({}, [2], { priority: 1 }), forward({ inPort: 1 }, [3], { priority: 2 })),
        frameIn(1, plain()),
        send(forward({ inPort: 1 }, [], { command: 'deleteStrict', priority: 2 })),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
    {
      name: 'the longest prefix does not count, the priority does',
      steps: [
        send(
          forward({ ...ip, nwDst: '10.0.0.2' }, [2], { priority: 1 }),
          forward({ ...ip, nwDst: '10.0.0.0/8' }, [3], { priority: 2 }),
        ),
        frameIn(1, ping()),
        dumpFlows,
      ],
    },
    {
      name: 'an entry added later with a higher priority counts at once',
      steps: [
        send(forward({}, [2], { priority: 1 })),
        frameIn(1, plain()),
        send(forward({ dlSrc: alice.mac }, [3], { priority: 9 })),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
    {
      name: 'entries of many shapes, each hit once',
      steps: [
        send(
          forward({ inPort: 1, dlVlan: 5 }, [2], { priority: 9 }),
          forward({ ...udpOnly, tpDst: 53 }, [3], { priority: 8 }),
          forward({ ...ip, nwDst: '10.0.0.0/24' }, [4], { priority: 7 }),
          forward({ dlType: 0x0806 }, [2, 3], { priority: 6 }),
          forward({ dlDst: 'ff:ff:ff:ff:ff:ff' }, [2, 3, 4], { priority: 5 }),
        ),
        frameIn(1, withVlan(udp({ destinationPort: 53 }), 5)),
        frameIn(1, udp({ destinationPort: 53 })),
        frameIn(1, ping()),
        frameIn(1, arp()),
        frameIn(1, everybody()),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
  ],
};
