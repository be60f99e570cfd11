import { parseIpv4, parseMac } from '../../codec/addresses.ts';

/**
 * Frames for tests, and their description; written without the router's own helpers, so that a mistake there is not
 * mirrored here.
 */
export interface Station {
  readonly mac: string;
  readonly address: string;
}

export const broadcast = 'ff:ff:ff:ff:ff:ff';

const macBytes = (text: string): Uint8Array => parseMac(text) ?? fail(`${text} is not a MAC`);
const ipBytes = (text: string): number[] => {
  const number = parseIpv4(text) ?? fail(`${text} is not an address`);
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
};
function fail(message: string): never {
  throw new Error(message);
}

/** RFC 1071, the slow and obvious way. */
function slowChecksum(bytes: Iterable<number>): number {
  let sum = 0;
  let high = true;
  for (const byte of bytes) {
    sum += high ? byte * 256 : byte;
    high = !high;
  }
  while (sum > 0xffff) sum = (sum % 65_536) + Math.floor(sum / 65_536);
  return 0xffff - sum;
}

function withChecksum(bytes: number[], at: number): number[] {
  const sum = slowChecksum(bytes);
  bytes[at] = sum >>> 8;
  bytes[at + 1] = sum & 255;
  return bytes;
}

export function ethernet(source: string, destination: string, type: number, payload: Iterable<number>): Uint8Array {
  return Uint8Array.from([...macBytes(destination), ...macBytes(source), type >>> 8, type & 255, ...payload]);
}

export function arpRequest(
  from: Station,
  target: string,
  { to = broadcast, targetMac = '00:00:00:00:00:00' } = {},
): Uint8Array {
  const body = [...macBytes(from.mac), ...ipBytes(from.address), ...macBytes(targetMac), ...ipBytes(target)];
  return ethernet(from.mac, to, 0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...body]);
}

export function arpReply(from: Station, to: Station): Uint8Array {
  const body = [...macBytes(from.mac), ...ipBytes(from.address), ...macBytes(to.mac), ...ipBytes(to.address)];
  return ethernet(from.mac, to.mac, 0x0806, [0, 1, 8, 0, 6, 4, 0, 2, ...body]);
}

export interface DatagramOptions {
  readonly from: Station;
  /** MAC of the next hop. */
  readonly via: string;
  readonly to: string;
  readonly tos?: number;
  readonly ttl?: number;
  readonly protocol: number;
  readonly payload: readonly number[];
  readonly id?: number;
  /** Flags and offset word. */
  readonly fragment?: number;
  /** A multiple of four bytes. */
  readonly options?: readonly number[];
  /** Bytes behind the datagram. */
  readonly padding?: number;
}

export function datagram(o: DatagramOptions): Uint8Array {
  const options = o.options ?? [];
  const length = 20 + options.length + o.payload.length;
  const id = o.id ?? 1;
  const flags = o.fragment ?? 0;
  const header = withChecksum(
    [
      0x45 + options.length / 4,
      o.tos ?? 0,
      length >>> 8,
      length & 255,
      id >>> 8,
      id & 255,
      flags >>> 8,
      flags & 255,
      o.ttl ?? 64,
      o.protocol,
      0,
      0,
      ...ipBytes(o.from.address),
      ...ipBytes(o.to),
      ...options,
    ],
    10,
  );
  const padding = Array.from({ length: o.padding ?? 0 }, () => 0xee);
  return ethernet(o.from.mac, o.via, 0x0800, [...header, ...o.payload, ...padding]);
}

/** An ICMP message with its checksum; `rest` are the four bytes behind it. */
export const icmpMessage = (type: number, code: number, rest: readonly number[], data: Iterable<number>): number[] =>
  withChecksum([type, code, 0, 0, ...rest, ...data], 2);

export const echo = (sequence: number, { type = 8, size = 56, id = 7 } = {}): number[] =>
  icmpMessage(
    type,
    0,
    [0, id, 0, sequence],
    Array.from({ length: size }, (_, i) => i & 255),
  );

/** TCP or UDP as far as the ports go. */
export const ports = (source: number, destination: number, length = 8): number[] => [
  source >>> 8,
  source & 255,
  destination >>> 8,
  destination & 255,
  ...Array.from({ length: length - 4 }, () => 0),
];

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
const ipText = (bytes: Uint8Array, at: number): string => bytes.subarray(at, at + 4).join('.');
const macText = (bytes: Uint8Array, at: number): string =>
  Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');

/** A frame in one line, for comparing conversations; checksums that are wrong are said. */
export function describeFrame(frame: Uint8Array, nameOf: (mac: string) => string = (mac) => mac): string {
  const to = nameOf(macText(frame, 0));
  const type = u16(frame, 12);
  if (type === 0x0806) {
    const [sender, target] = [ipText(frame, 28), ipText(frame, 38)];
    const text =
      u16(frame, 20) === 1
        ? `who has ${target} tell ${sender}`
        : `${sender} is at ${nameOf(macText(frame, 22))} says to ${nameOf(macText(frame, 32))}`;
    return `to ${to}: arp ${text}`;
  }
  if (type !== 0x0800) return `to ${to}: type ${type.toString(16)}`;
  return `to ${to}: ${describeDatagram(frame.subarray(14))}`;
}

function describeDatagram(bytes: Uint8Array): string {
  const header = ((bytes[0] ?? 0) & 15) * 4;
  const flags = u16(bytes, 6);
  const payload = bytes.subarray(header, u16(bytes, 2));
  const parts = [`${ipText(bytes, 12)} > ${ipText(bytes, 16)} ttl ${bytes[8]}`];
  if (slowChecksum(bytes.subarray(0, header)) !== 0) parts.push('WRONG HEADER CHECKSUM');
  if (flags & 0x3fff) parts.push(`fragment at ${(flags & 0x1fff) * 8}`);
  const fragmented = (flags & 0x3fff) !== 0;
  if (bytes[9] !== 1) parts.push(`protocol ${bytes[9]}, ${payload.length} bytes`);
  else if ((flags & 0x1fff) === 0) parts.push(describeIcmp(payload, fragmented));
  return parts.join(', ');
}

function describeIcmp(bytes: Uint8Array, fragmented: boolean): string {
  const [type, code] = bytes;
  const wrong = !fragmented && slowChecksum(bytes) !== 0 ? ' WRONG ICMP CHECKSUM' : '';
  if (type === 8 || type === 0) return `echo ${type === 8 ? 'request' : 'reply'} ${u16(bytes, 6)}${wrong}`;
  return `icmp ${type}/${code} quoting ${bytes.length - 8} bytes${wrong}`;
}
