/**
 * What an entry of the flow table can look at, packed into eight 32-bit words so that a frame is classified without an
 * object (ES10). The VLAN is its TCI with the CFI bit set where there is a tag, as Open vSwitch keeps it.
 */
export const keyWords = 8;
export type FlowKey = Int32Array;
export const newKey = (): FlowKey => new Int32Array(keyWords);

/** Which word holds what. */
export const word = {
  /** in_port (high half), dl_type. */
  inPortType: 0,
  /** VLAN TCI (high half), DSCP in its place of the TOS byte, nw_proto. */
  vlanTosProto: 1,
  /** First four bytes of dl_dst. */
  dlDst: 2,
  /** Last two of dl_dst (high half), first two of dl_src. */
  dlDstSrc: 3,
  dlSrc: 4,
  nwSrc: 5,
  nwDst: 6,
  /** tp_src (high half), tp_dst. */
  tp: 7,
} as const;

/** The addresses of a key as numbers. */
export const destinationOf = (key: FlowKey): number =>
  ((key[word.dlDst] ?? 0) >>> 0) * 0x1_0000 + ((key[word.dlDstSrc] ?? 0) >>> 16);
export const sourceOf = (key: FlowKey): number =>
  ((key[word.dlDstSrc] ?? 0) & 0xffff) * 0x1_0000_0000 + ((key[word.dlSrc] ?? 0) >>> 0);
/** The VLAN id of a key, 0 without a tag. */
export const vlanOf = (key: FlowKey): number => ((key[word.vlanTosProto] ?? 0) >>> 16) & 0xfff;

export const vlanPresent = 0x1000;
export const etherTypes = {
  ipv4: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  provider: 0x88a8,
  ipv6: 0x86dd,
} as const;
export const ipProtocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;
/** dl_type of a frame that is neither Ethernet II nor SNAP (OpenFlow 1.0.0 §5.2.3). */
const notEthernetType = 0x05ff;
export const ethernetHeader = 14;
const dscpMask = 0xfc;
const snapHeader = 8;
const arpLength = 28;

const u16 = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
const i32 = (frame: Uint8Array, at: number): number => (u16(frame, at) << 16) | u16(frame, at + 2);

const isVlanType = (type: number): boolean => type === etherTypes.vlan || type === etherTypes.provider;

/** True when a frame has a VLAN tag, whole. */
export const hasTag = (frame: Uint8Array): boolean => frame.length >= ethernetHeader + 4 && isVlanType(u16(frame, 12));

/** Where the IPv4 header of a frame begins, when it has a sound one, and -1 otherwise. */
export function ipv4At(frame: Uint8Array): number {
  const typeAt = hasTag(frame) ? 16 : 12;
  const type = u16(frame, typeAt);
  const isSnap = type < 0x0600;
  const at = typeAt + 2 + (isSnap ? snapHeader : 0);
  if ((isSnap ? snapType(frame, typeAt + 2) : type) !== etherTypes.ipv4) return -1;
  return isSoundIpv4(frame, at) ? at : -1;
}

/** Whether the IPv4 header at `at` is one, and its datagram lies inside the frame. */
function isSoundIpv4(frame: Uint8Array, at: number): boolean {
  const first = frame[at] ?? 0;
  const headerLength = (first & 0x0f) * 4;
  const total = u16(frame, at + 2);
  return first >> 4 === 4 && headerLength >= 20 && total >= headerLength && total <= frame.length - at;
}

/** Reads the fields of a frame into `key`; true for a fragment of IP, whose transport fields are 0 (ES12). */
export function readKey(frame: Uint8Array, inPort: number, key: FlowKey): boolean {
  key[word.vlanTosProto] = 0;
  key[word.nwSrc] = 0;
  key[word.nwDst] = 0;
  key[word.tp] = 0;
  if (frame.length < ethernetHeader) {
    key[word.inPortType] = inPort << 16;
    key[word.dlDst] = 0;
    key[word.dlDstSrc] = 0;
    key[word.dlSrc] = 0;
    return false;
  }
  key[word.dlDst] = i32(frame, 0);
  key[word.dlDstSrc] = i32(frame, 4);
  key[word.dlSrc] = i32(frame, 8);
  let at = 12;
  if (hasTag(frame)) {
    key[word.vlanTosProto] = (u16(frame, 14) | vlanPresent) << 16;
    at = 16;
  }
  let type = u16(frame, at);
  at += 2;
  if (type < 0x0600) {
    type = snapType(frame, at);
    at += snapHeader;
  }
  key[word.inPortType] = (inPort << 16) | type;
  switch (type) {
    case etherTypes.ipv4:
      return readIpv4(frame, at, key);
    case etherTypes.ipv6:
      return readIpv6(frame, at, key);
    case etherTypes.arp:
    case etherTypes.rarp:
      readArp(frame, at, key);
      return false;
    default:
      return false;
  }
}

/** The type in a SNAP header of organisation 0. */
function snapType(frame: Uint8Array, at: number): number {
  if (frame.length < at + snapHeader) return notEthernetType;
  const isSnap = u16(frame, at) === 0xaaaa && i32(frame, at + 2) === 0x0300_0000;
  const type = isSnap ? u16(frame, at + 6) : 0;
  return type >= 0x0600 ? type : notEthernetType;
}

function readIpv4(frame: Uint8Array, at: number, key: FlowKey): boolean {
  if (!isSoundIpv4(frame, at)) return false;
  const protocol = frame[at + 9] ?? 0;
  setNetwork(key, frame[at + 1] ?? 0, protocol);
  key[word.nwSrc] = i32(frame, at + 12);
  key[word.nwDst] = i32(frame, at + 16);
  // More fragments, or an offset.
  if ((u16(frame, at + 6) & 0x3fff) !== 0) return true;
  const transportAt = at + ((frame[at] ?? 0) & 0x0f) * 4;
  readTransport(frame, transportAt, at + u16(frame, at + 2), protocol, protocol === ipProtocols.icmp, key);
  return false;
}

function readIpv6(frame: Uint8Array, at: number, key: FlowKey): boolean {
  const payload = u16(frame, at + 4);
  if (frame.length - at < 40 || (frame[at] ?? 0) >> 4 !== 6 || at + 40 + payload > frame.length) return false;
  const end = at + 40 + payload;
  const tos = (u16(frame, at) >> 4) & 0xff;
  let next = frame[at + 6] ?? 0;
  let here = at + 40;
  let isFragment = false;
  for (;;) {
    // Hop-by-hop, routing, destination options; authentication; fragment.
    const isOptions = next === 0 || next === 43 || next === 60;
    if (!(isOptions || next === 51 || next === 44) || here + 8 > end) break;
    const extension = next;
    const length = frame[here + 1] ?? 0;
    if (extension === 44 && (u16(frame, here + 2) & 0xfff9) !== 0) isFragment = true;
    const isLater = extension === 44 && u16(frame, here + 2) >> 3 !== 0;
    next = frame[here] ?? 0;
    here += isOptions ? (length + 1) * 8 : extension === 51 ? (length + 2) * 4 : 8;
    if (isLater) break;
  }
  setNetwork(key, tos, next);
  if (!isFragment) readTransport(frame, here, end, next, next === ipProtocols.icmpv6, key);
  return isFragment;
}

function readTransport(
  frame: Uint8Array,
  at: number,
  end: number,
  protocol: number,
  isIcmp: boolean,
  key: FlowKey,
): void {
  const left = end - at;
  if (isIcmp) {
    if (left >= 8) key[word.tp] = ((frame[at] ?? 0) << 16) | (frame[at + 1] ?? 0);
    return;
  }
  const needed = transportHeader(protocol);
  if (needed > 0 && left >= needed) key[word.tp] = i32(frame, at);
}

/** Shortest header of a protocol with ports, 0 for others. */
export function transportHeader(protocol: number): number {
  if (protocol === ipProtocols.tcp) return 20;
  if (protocol === ipProtocols.udp) return 8;
  return protocol === ipProtocols.sctp ? 12 : 0;
}

/** Opcode as nw_proto, sender's and target's address as nw_src and nw_dst. */
function readArp(frame: Uint8Array, at: number, key: FlowKey): void {
  const isEthernetIpv4 = i32(frame, at) === 0x0001_0800 && u16(frame, at + 4) === 0x0604;
  if (frame.length < at + arpLength || !isEthernetIpv4) return;
  const opcode = u16(frame, at + 6);
  setNetwork(key, 0, opcode <= 0xff ? opcode : 0);
  key[word.nwSrc] = i32(frame, at + 14);
  key[word.nwDst] = i32(frame, at + 24);
}

function setNetwork(key: FlowKey, tos: number, protocol: number): void {
  key[word.vlanTosProto] = (key[word.vlanTosProto] ?? 0) | ((tos & dscpMask) << 8) | protocol;
}
