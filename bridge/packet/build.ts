import { parseIpv4, parseMac } from '../codec/addresses.ts';
import { Writer } from '../codec/writer.ts';
import { checksumPlaces } from './checksum-places.ts';
import { etherTypes } from './layers/ethernet.ts';
import { ipProtocols } from './layers/ipv4.ts';

/** A frame as a form gives it: headers from the outside in, and what they carry. */
export interface FrameSpec {
  readonly eth: { readonly dst: string; readonly src: string };
  readonly vlan?: { readonly id: number; readonly priority: number } | undefined;
  readonly layer: ArpSpec | Ipv4Spec;
}
interface ArpSpec {
  readonly kind: 'arp';
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
}
export interface Ipv4Spec {
  readonly kind: 'ipv4';
  readonly src: string;
  readonly dst: string;
  readonly ttl: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly transport: TransportSpec;
  readonly payload: Uint8Array;
}
export type TransportSpec =
  | {
      readonly kind: 'icmp';
      readonly type: number;
      readonly code: number;
      readonly ident: number;
      readonly seq: number;
    }
  | { readonly kind: 'udp'; readonly srcPort: number; readonly dstPort: number }
  | {
      readonly kind: 'tcp';
      readonly srcPort: number;
      readonly dstPort: number;
      readonly seq: number;
      readonly ack: number;
      readonly flags: readonly TcpFlag[];
      readonly window: number;
    };
export const tcpFlags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const;
export type TcpFlag = (typeof tcpFlags)[number];

/** What of a spec is no frame, in a sentence. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BuildError';
  }
}

/** Shorter frames are filled up to this (without checksum), as a network card does. */
const minFrame = 60;
const ipv4Header = 20;
const headerOf = { icmp: 8, udp: 8, tcp: 20 } as const;
const maxPayload = 65_535 - ipv4Header;

/** The frame with all checksums and lengths right, at least 60 bytes long. Throws BuildError (WB74). */
export function buildFrame({ eth, vlan, layer }: FrameSpec): Uint8Array {
  const w = new Writer(256);
  w.append(macOf(eth.dst, 'eth.dst'));
  w.append(macOf(eth.src, 'eth.src'));
  if (vlan !== undefined) {
    u16(w, etherTypes.vlan);
    u16(w, (within(vlan.priority, 7, 'vlan.priority') << 13) | within(vlan.id, 4095, 'vlan.id'));
  }
  if (layer.kind === 'arp') appendArp(w, layer);
  else appendIpv4(w, layer);
  const length = Math.max(minFrame, w.length);
  const frame = new Uint8Array(length);
  frame.set(w.finish());
  const view = new DataView(frame.buffer);
  // The header's does not cover the transport's, nor the other way round.
  for (const { at, expected } of checksumPlaces(frame)) view.setUint16(at, expected);
  return frame;
}

function appendArp(w: Writer, arp: ArpSpec): void {
  u16(w, etherTypes.arp);
  u16(w, 1);
  u16(w, etherTypes.ipv4);
  u16(w, 0x0604);
  u16(w, arp.operation === 'request' ? 1 : 2);
  w.append(macOf(arp.senderMac, 'arp.senderMac'));
  u32(w, ipOf(arp.senderIp, 'arp.senderIp'));
  w.append(macOf(arp.targetMac, 'arp.targetMac'));
  u32(w, ipOf(arp.targetIp, 'arp.targetIp'));
}

function appendIpv4(w: Writer, ip: Ipv4Spec): void {
  const { transport, payload } = ip;
  const length = headerOf[transport.kind] + payload.length;
  if (length > maxPayload) throw new BuildError(`A payload of ${payload.length} bytes does not fit into a packet`);
  u16(w, etherTypes.ipv4);
  u16(w, 0x4500);
  u16(w, ipv4Header + length);
  u16(w, within(ip.id, 0xffff, 'ip.id'));
  u16(w, ip.dontFragment ? 0x4000 : 0);
  u16(w, (within(ip.ttl, 255, 'ip.ttl') << 8) | ipProtocols[transport.kind]);
  u16(w, 0);
  u32(w, ipOf(ip.src, 'ip.src'));
  u32(w, ipOf(ip.dst, 'ip.dst'));
  appendTransport(w, transport, payload.length);
  w.append(payload);
}

function appendTransport(w: Writer, transport: TransportSpec, payloadBytes: number): void {
  if (transport.kind === 'icmp') {
    u16(w, (within(transport.type, 255, 'icmp.type') << 8) | within(transport.code, 255, 'icmp.code'));
    u16(w, 0);
    u16(w, within(transport.ident, 0xffff, 'icmp.ident'));
    u16(w, within(transport.seq, 0xffff, 'icmp.seq'));
    return;
  }
  u16(w, within(transport.srcPort, 0xffff, `${transport.kind}.srcPort`));
  u16(w, within(transport.dstPort, 0xffff, `${transport.kind}.dstPort`));
  if (transport.kind === 'udp') {
    u16(w, headerOf.udp + payloadBytes);
    // Not 0, which would say that there is no checksum; the right one takes its place.
    u16(w, 0xffff);
    return;
  }
  u32(w, within(transport.seq, 0xffff_ffff, 'tcp.seq'));
  u32(w, within(transport.ack, 0xffff_ffff, 'tcp.ack'));
  const flags = transport.flags.reduce((all, flag) => all | (1 << tcpFlags.indexOf(flag)), 0);
  u16(w, (5 << 12) | flags);
  u16(w, within(transport.window, 0xffff, 'tcp.window'));
  u32(w, 0);
}

function u16(w: Writer, value: number): void {
  const at = w.take(2);
  w.view.setUint16(at, value);
}
function u32(w: Writer, value: number): void {
  const at = w.take(4);
  w.view.setUint32(at, value);
}

function within(value: number, most: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new BuildError(`${name} is ${value}; it is a number from 0 to ${most}`);
}
function macOf(text: string, name: string): Uint8Array {
  const address = parseMac(text);
  if (address === undefined) throw new BuildError(`${name} is ${JSON.stringify(text)}, not a hardware address`);
  return address;
}
function ipOf(text: string, name: string): number {
  const address = parseIpv4(text);
  if (address === undefined) throw new BuildError(`${name} is ${JSON.stringify(text)}, not an IPv4 address`);
  return address;
}
