import { and, anyOf, or, type Predicate } from './packet.ts';

/** Which end of a packet is meant. */
export type Direction = 'src' | 'dst' | 'src or dst' | 'src and dst';

/** `link` is where the type of what follows the link header stands: 12, and 4 more for each `vlan` before. */
export const etherType =
  (type: number, link: number): Predicate =>
  (packet) =>
    packet.read(link, 2) === type;

const ipType = 0x0800;
const arpType = 0x0806;
const rarpType = 0x8035;
const ipv6Type = 0x86dd;

const isIp = (link: number): Predicate => etherType(ipType, link);
const isIpv6 = (link: number): Predicate => etherType(ipv6Type, link);

/** `ip proto`. */
export const ipProtocol = (protocol: number, link: number): Predicate =>
  and(isIp(link), (packet) => packet.read(link + 11, 1) === protocol);
/** `ip6 proto`, behind a fragment header, too. */
export const ipv6Protocol = (protocol: number, link: number): Predicate =>
  and(isIpv6(link), (packet) => {
    const next = packet.read(link + 8, 1);
    return next === protocol || (next === 44 && packet.read(link + 42, 1) === protocol);
  });
export const anyIpProtocol = (protocol: number, link: number): Predicate =>
  or(ipProtocol(protocol, link), ipv6Protocol(protocol, link));

/** Both ends of something by `direction`. */
function ends(direction: Direction, source: Predicate, destination: Predicate): Predicate {
  if (direction === 'src') return source;
  if (direction === 'dst') return destination;
  return direction === 'src and dst' ? and(source, destination) : or(source, destination);
}

/** Addresses within `network`/`mask` in IPv4 and (`arp`) ARP headers. */
export function ipv4Ends(
  network: number,
  mask: number,
  direction: Direction,
  protocol: 'ip' | 'arp' | 'rarp' | undefined,
  link: number,
): Predicate {
  const at =
    (offset: number): Predicate =>
    (packet) =>
      (packet.read(link + 2 + offset, 4) & mask) >>> 0 === network;
  const inIp = and(isIp(link), ends(direction, at(12), at(16)));
  const inArp = ends(direction, at(14), at(24));
  const arp = and(etherType(arpType, link), inArp);
  const rarp = and(etherType(rarpType, link), inArp);
  if (protocol === undefined) return anyOf([inIp, arp, rarp]);
  return protocol === 'ip' ? inIp : protocol === 'arp' ? arp : rarp;
}

/** Hardware addresses of the frame. */
export function etherEnds(address: Uint8Array, direction: Direction): Predicate {
  const high = new DataView(address.buffer, address.byteOffset).getUint16(0);
  const low = new DataView(address.buffer, address.byteOffset).getUint32(2);
  const at =
    (offset: number): Predicate =>
    (packet) =>
      packet.read(offset + 2, 4) === low && packet.read(offset, 2) === high;
  return ends(direction, at(6), at(0));
}

/** Ports from `first` to `last` of the transports named; later fragments have none. */
export function portEnds(
  first: number,
  last: number,
  direction: Direction,
  protocols: readonly number[],
  link: number,
): Predicate {
  const within = (port: number): boolean => port >= first && port <= last;
  const isFirst: Predicate = (packet) => (packet.read(link + 8, 2) & 0x1fff) === 0;
  const headerBytes = 4;
  const ipv4At =
    (offset: number): Predicate =>
    (packet) =>
      within(packet.read(link + 2 + (packet.read(link + 2, 1) & 15) * headerBytes + offset, 2));
  const ipv6At =
    (offset: number): Predicate =>
    (packet) =>
      within(packet.read(link + 42 + offset, 2));
  const ipv4 = and(
    and(isIp(link), (packet) => protocols.includes(packet.read(link + 11, 1))),
    and(isFirst, ends(direction, ipv4At(0), ipv4At(2))),
  );
  const ipv6 = and(
    and(isIpv6(link), (packet) => protocols.includes(packet.read(link + 8, 1))),
    ends(direction, ipv6At(0), ipv6At(2)),
  );
  return or(ipv6, ipv4);
}

/** `ether broadcast`, `ether multicast`, `ip multicast`. */
export const isBroadcast: Predicate = etherEnds(new Uint8Array(6).fill(255), 'dst');
export const isMulticast: Predicate = (packet) => (packet.read(0, 1) & 1) === 1;
export const isIpMulticast = (link: number): Predicate => and(isIp(link), (packet) => packet.read(link + 18, 1) >= 224);

/** A tagged frame, of this VLAN when one is named. */
export const hasVlan = (id: number | undefined, link: number): Predicate =>
  and(
    anyOf([0x8100, 0x88a8, 0x9100].map((type) => etherType(type, link))),
    (packet) => id === undefined || (packet.read(link + 2, 2) & 0xfff) === id,
  );
