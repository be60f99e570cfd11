/** What a frame is, as far as causes depend on it. */
export const kinds = { other: 0, ipv4: 1, arpRequest: 2, arpReply: 3 } as const;

const etherHeader = 14;
const arpLength = 28;
const ipHeader = 20;
const protocols = { icmp: 1, tcp: 6, udp: 17 } as const;
const icmpTypes = { echoReply: 0, echoRequest: 8 } as const;
/** Seeds that keep the keys of different questions apart. */
const seeds = { body: 1, flow: 2, content: 3, echo: 4, arp: 5, mac: 6, hop: 7 } as const;
/** Up to this many bytes are hashed whole; of longer ones the beginning, the end and words in between. */
const wholeBytes = 64;
const sampledWords = 6;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

function mixed(hash: number, value: number): number {
  const next = Math.imul(hash ^ value, 0x85ebca6b);
  return next ^ (next >>> 15);
}

/** Hash of `bytes[start, end)` in bounded time: transport checksums stand in the beginning and cover the rest. */
function sampled(seed: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = mixed(seed, length);
  const first = Math.min(end, start + (length > wholeBytes ? 32 : wholeBytes));
  let at = start;
  for (; at + 4 <= first; at += 4) hash = mixed(hash, u32(bytes, at));
  for (; at < first; at++) hash = mixed(hash, bytes[at] ?? 0);
  if (length <= wholeBytes) return hash;
  const step = Math.max(1, Math.floor((end - at - 4) / sampledWords));
  for (let i = 0; i < sampledWords; i++, at += step) hash = mixed(hash, u32(bytes, at));
  return mixed(hash, u32(bytes, end - 4));
}

/** Key of a next hop that is asked for. */
export const hopKey = (address: number): number => mixed(seeds.hop, address);

/**
 * A frame as keys and numbers, read into the same object again and again. Addresses are signed 32-bit numbers; keys are
 * hashes, of which equal ones mean the same packet (one in four thousand million pairs is wrong about it).
 */
export class FrameFacts {
  kind: number = kinds.other;
  /** IPv4 source and destination; of ARP who asks or answers, and whom. */
  source = 0;
  destination = 0;
  ttl = 0;
  /** False when a router has to throw it away: header lengths or checksum are wrong. */
  isSound = true;
  /** Id, protocol, addresses and the first 8 bytes behind the header: what an ICMP error quotes and a router never changes. */
  flow = 0;
  /** Everything behind the IPv4 header; of another frame everything behind the addresses. */
  body = 0;
  /** Id, protocol and data, without addresses, ports and checksums: what is left when a router rewrites those. */
  content = 0;
  /** The same for a request and its answer: echo (id, sequence, addresses) or ARP (who asks for whom). 0 for anything else. */
  exchange = 0;
  isEchoReply = false;
  /** `flow` of the packet that an ICMP error quotes; 0 when this is none. */
  quoted = 0;
  /** Hashes of MACs: to whom the frame goes, and of the ARP packet's sender. */
  toMac = 0;
  senderMac = 0;

  /** Reads `bytes[start, end)`, Ethernet header first. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.kind = kinds.other;
    this.source = 0;
    this.destination = 0;
    this.ttl = 0;
    this.isSound = true;
    this.flow = 0;
    this.content = 0;
    this.exchange = 0;
    this.isEchoReply = false;
    this.quoted = 0;
    this.senderMac = 0;
    this.toMac = macHash(bytes, start);
    const type = u16(bytes, start + 12);
    const at = start + etherHeader;
    if (type === 0x0800 && end - at >= ipHeader && (bytes[at] ?? 0) >>> 4 === 4) this.#ipv4(bytes, at, end);
    else if (type === 0x0806 && end - at >= arpLength) this.#arp(bytes, at);
    else this.body = this.flow = sampled(seeds.body, bytes, start + 12, end);
  }

  #arp(bytes: Uint8Array, at: number): void {
    const operation = u16(bytes, at + 6);
    this.kind = operation === 1 ? kinds.arpRequest : operation === 2 ? kinds.arpReply : kinds.other;
    this.source = u32(bytes, at + 14);
    this.destination = u32(bytes, at + 24);
    this.senderMac = macHash(bytes, at + 8);
    const asker = operation === 1 ? this.source : this.destination;
    const asked = operation === 1 ? this.destination : this.source;
    this.exchange = mixed(mixed(seeds.arp, asker), asked) | 1;
    this.body = this.flow = sampled(seeds.body, bytes, at, at + arpLength);
  }

  #ipv4(bytes: Uint8Array, at: number, frameEnd: number): void {
    this.kind = kinds.ipv4;
    const header = ((bytes[at] ?? 0) & 15) * 4;
    const total = u16(bytes, at + 2);
    const start = Math.min(at + Math.max(header, ipHeader), frameEnd);
    const end = total >= header && at + total <= frameEnd ? Math.max(start, at + total) : frameEnd;
    this.isSound = header >= ipHeader && total >= header && at + total <= frameEnd && headerSum(bytes, at, start);
    this.source = u32(bytes, at + 12);
    this.destination = u32(bytes, at + 16);
    this.ttl = bytes[at + 8] ?? 0;
    this.body = sampled(seeds.body, bytes, start, end);
    this.flow = flowKey(bytes, at, start, end);
    const protocol = bytes[at + 9] ?? 0;
    const isFirst = (u16(bytes, at + 6) & 0x1fff) === 0;
    this.content = contentKey(bytes, at, isFirst ? protocol : 0, start, end);
    if (protocol === protocols.icmp && isFirst && end - start >= 8) this.#icmp(bytes, start, end);
  }

  #icmp(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start] ?? 0;
    if (type === icmpTypes.echoRequest || type === icmpTypes.echoReply) {
      this.isEchoReply = type === icmpTypes.echoReply;
      const asker = this.isEchoReply ? this.destination : this.source;
      const asked = this.isEchoReply ? this.source : this.destination;
      this.exchange = mixed(mixed(mixed(seeds.echo, asker), asked), u32(bytes, start + 4)) | 1;
      return;
    }
    const at = start + 8;
    const isError = type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
    if (!isError || end - at < ipHeader) return;
    const header = ((bytes[at] ?? 0) & 15) * 4;
    this.quoted = flowKey(bytes, at, Math.min(end, at + header), end);
  }
}

function headerSum(bytes: Uint8Array, start: number, end: number): boolean {
  let sum = 0;
  for (let at = start; at < end; at += 2) sum += u16(bytes, at);
  sum = (sum & 0xffff) + (sum >>> 16);
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}

function flowKey(bytes: Uint8Array, at: number, start: number, end: number): number {
  let hash = mixed(seeds.flow, (u16(bytes, at + 4) << 8) | (bytes[at + 9] ?? 0));
  hash = mixed(hash, u16(bytes, at + 6) & 0x3fff);
  hash = mixed(mixed(hash, u32(bytes, at + 12)), u32(bytes, at + 16));
  // Behind the end there is nothing to be hashed, whatever stands there.
  if (end - start >= 8) return mixed(mixed(hash, u32(bytes, start)), u32(bytes, start + 4)) | 1;
  for (let i = start; i < end; i++) hash = mixed(hash, bytes[i] ?? 0);
  return hash | 1;
}

function contentKey(bytes: Uint8Array, at: number, protocol: number, start: number, end: number): number {
  const hash = mixed(mixed(seeds.content, (u16(bytes, at + 4) << 8) | protocol), u16(bytes, at + 6) & 0x3fff);
  if (protocol === protocols.tcp && end - start >= 20) {
    // Sequence and acknowledgement numbers, flags; the checksum and the ports change with the addresses.
    const numbers = mixed(mixed(mixed(hash, u32(bytes, start + 4)), u32(bytes, start + 8)), u16(bytes, start + 12));
    return sampled(numbers, bytes, start + 20, end);
  }
  if (protocol === protocols.udp && end - start >= 8) return sampled(hash, bytes, start + 8, end);
  if (protocol === protocols.icmp && end - start >= 8)
    return sampled(mixed(hash, (u32(bytes, start + 4) & 0xffff) ^ ((bytes[start] ?? 0) << 16)), bytes, start + 8, end);
  return sampled(hash, bytes, start, end);
}

const macHash = (bytes: Uint8Array, at: number): number => mixed(mixed(seeds.mac, u32(bytes, at)), u16(bytes, at + 4));
