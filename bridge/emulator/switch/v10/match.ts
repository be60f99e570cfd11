import { formatMac, ipv4Text, parseIpv4, parseMac } from '../../../codec/addresses.ts';
import { type Match, type MatchFields, matchOf, type Wildcards } from '../../../protocols/openflow/v10/match.ts';
import { etherTypes, ipProtocols, newKey, vlanPresent, word } from '../flow-key.ts';
import type { FlowMatch } from '../flow-match.ts';

const untagged = 0xffff;
const vidMask = 0x0fff;
const pcpMask = 0xe000;
const dscpMask = 0xfc;
const addressBits = 32;

/** Whether a match has no wildcard at all: such an entry stands above all others (§3.4). */
export const isExact = ({ wildcards: w }: Match): boolean =>
  !(w.inPort || w.dlSrc || w.dlDst || w.dlVlan || w.dlVlanPcp || w.dlType || w.nwTos || w.nwProto) &&
  w.nwSrc === 0 &&
  w.nwDst === 0 &&
  !(w.tpSrc || w.tpDst);

/**
 * The match as key and mask. Fields that a frame of that type cannot have are ignored, as Open vSwitch ignores them:
 * network fields need dl_type, transport fields nw_proto too (ES14).
 */
export function toFlowMatch(match: Match): FlowMatch {
  const w = match.wildcards;
  const key = newKey();
  const mask = newKey();
  const put = (at: number, value: number, bits: number): void => {
    key[at] = (key[at] ?? 0) | (value & bits);
    mask[at] = (mask[at] ?? 0) | bits;
  };
  const has = fieldsOf(match);
  if (!w.inPort) put(word.inPortType, match.inPort << 16, 0xffff_0000);
  if (!w.dlType) put(word.inPortType, match.dlType, 0xffff);
  if (!w.dlDst) {
    const [high, low] = macParts(match.dlDst, 4);
    put(word.dlDst, high, -1);
    put(word.dlDstSrc, low << 16, 0xffff_0000);
  }
  if (!w.dlSrc) {
    const [high, low] = macParts(match.dlSrc, 2);
    put(word.dlDstSrc, high, 0xffff);
    put(word.dlSrc, low, -1);
  }
  const [tci, tciMask] = tciOf(match);
  put(word.vlanTosProto, tci << 16, tciMask << 16);
  if (!w.nwTos && has.tos) put(word.vlanTosProto, match.nwTos << 8, dscpMask << 8);
  if (!w.nwProto && has.protocol) put(word.vlanTosProto, match.nwProto, 0xff);
  if (has.addresses) {
    put(word.nwSrc, parseIpv4(match.nwSrc) ?? 0, prefixMask(w.nwSrc));
    put(word.nwDst, parseIpv4(match.nwDst) ?? 0, prefixMask(w.nwDst));
  }
  if (!w.tpSrc && has.transport) put(word.tp, match.tpSrc << 16, 0xffff_0000);
  if (!w.tpDst && has.transport) put(word.tp, match.tpDst, 0xffff);
  return { key, mask };
}

/** Which fields a frame of the match's type and protocol has. */
function fieldsOf({
  wildcards,
  dlType,
  nwProto,
}: Match): Record<'tos' | 'protocol' | 'addresses' | 'transport', boolean> {
  const type = wildcards.dlType ? 0 : dlType;
  const isIpv4 = type === etherTypes.ipv4;
  const isIp = isIpv4 || type === etherTypes.ipv6;
  const isArp = type === etherTypes.arp || type === etherTypes.rarp;
  const icmp = isIpv4 ? ipProtocols.icmp : ipProtocols.icmpv6;
  const hasPorts = [ipProtocols.tcp, ipProtocols.udp, ipProtocols.sctp, icmp].some((one) => one === nwProto);
  return {
    tos: isIp,
    protocol: isIp || isArp,
    addresses: isIpv4 || isArp,
    transport: isIp && !wildcards.nwProto && hasPorts,
  };
}

/** VLAN and priority as one TCI; 0xffff asks for frames without a tag, whatever the priority. */
function tciOf({ wildcards: { dlVlan, dlVlanPcp }, ...match }: Match): readonly [number, number] {
  if (!dlVlan && match.dlVlan === untagged) return [0, 0xffff];
  const mask = (dlVlan ? 0 : vidMask) | (dlVlanPcp ? 0 : pcpMask);
  if (mask === 0) return [0, 0];
  return [(match.dlVlan & vidMask) | ((match.dlVlanPcp << 13) & pcpMask) | vlanPresent, mask | vlanPresent];
}

/** A prefix of 32 − `ignored` bits. */
const prefixMask = (ignored: number): number => (ignored >= addressBits ? 0 : -1 << ignored);

/** The first `highBytes` bytes of an address and the others, as numbers. */
function macParts(text: string, highBytes: 2 | 4): readonly [number, number] {
  const view = new DataView((parseMac(text) ?? new Uint8Array(6)).buffer);
  return highBytes === 2 ? [view.getUint16(0), view.getUint32(2)] : [view.getUint32(0), view.getUint16(4)];
}

/** The way back, for statistics and FLOW_REMOVED: the fields that are looked at. */
export function fromFlowMatch({ key, mask }: FlowMatch): Match {
  const half = (words: FlowMatch['key'], at: number, isHigh: boolean): number =>
    isHigh ? (words[at] ?? 0) >>> 16 : (words[at] ?? 0) & 0xffff;
  const field = (at: number, isHigh: boolean): number | undefined =>
    half(mask, at, isHigh) === 0 ? undefined : half(key, at, isHigh);
  const tosProto = half(key, word.vlanTosProto, false);
  const tosProtoMask = half(mask, word.vlanTosProto, false);
  const fields: MatchFields = {
    inPort: field(word.inPortType, true),
    dlType: field(word.inPortType, false),
    dlDst: mask[word.dlDst] === 0 ? undefined : macText(key[word.dlDst] ?? 0, 4, half(key, word.dlDstSrc, true), 2),
    dlSrc: mask[word.dlSrc] === 0 ? undefined : macText(half(key, word.dlDstSrc, false), 2, key[word.dlSrc] ?? 0, 4),
    nwTos: tosProtoMask >>> 8 === 0 ? undefined : tosProto >>> 8,
    nwProto: (tosProtoMask & 0xff) === 0 ? undefined : tosProto & 0xff,
    nwSrc: prefixText(key[word.nwSrc] ?? 0, mask[word.nwSrc] ?? 0),
    nwDst: prefixText(key[word.nwDst] ?? 0, mask[word.nwDst] ?? 0),
    tpSrc: field(word.tp, true),
    tpDst: field(word.tp, false),
    ...vlanFields(half(key, word.vlanTosProto, true), half(mask, word.vlanTosProto, true)),
  };
  const match = matchOf(fields);
  // "No tag" is written without a wildcard for the priority.
  if (fields.dlVlan !== untagged) return match;
  const wildcards: Wildcards = { ...match.wildcards, dlVlanPcp: false };
  return { ...match, wildcards };
}

function vlanFields(tci: number, mask: number): Pick<MatchFields, 'dlVlan' | 'dlVlanPcp'> {
  if (mask === 0) return {};
  if ((tci & vlanPresent) === 0) return { dlVlan: untagged };
  return {
    dlVlan: (mask & vidMask) === 0 ? undefined : tci & vidMask,
    dlVlanPcp: (mask & pcpMask) === 0 ? undefined : tci >>> 13,
  };
}

function macText(high: number, highBytes: number, low: number, lowBytes: number): string {
  const bytes = new Uint8Array(6);
  for (let i = 0; i < highBytes; i++) bytes[i] = high >>> (8 * (highBytes - 1 - i));
  for (let i = 0; i < lowBytes; i++) bytes[highBytes + i] = low >>> (8 * (lowBytes - 1 - i));
  return formatMac(bytes);
}

function prefixText(address: number, mask: number): string | undefined {
  if (mask === 0) return undefined;
  return `${ipv4Text(address)}/${addressBits - (31 - Math.clz32(mask & -mask))}`;
}
