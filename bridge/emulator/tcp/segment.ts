import { u16, u32 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import { internetChecksum } from '../../packet/checksum.ts';
import { readOptions, sizeOfOptions, type TcpOptions, writeOptions } from './options.ts';

/** RFC 9293 §3.1; `control` is the header's length in words (4 bits), 3 reserved bits, 9 flags. */
const header = struct({
  sourcePort: u16,
  destinationPort: u16,
  sequence: u32,
  acknowledgement: u32,
  control: u16,
  window: u16,
  checksum: u16,
  urgentPointer: u16,
});
const at = (name: string): number => header.offsets.get(name) ?? 0;
// Segments are read and written by these places instead of by the struct: one a microsecond is what is wanted of them.
const destinationPortAt = at('destinationPort');
const sequenceAt = at('sequence');
const acknowledgementAt = at('acknowledgement');
const controlAt = at('control');
const windowAt = at('window');
const checksumAt = at('checksum');
export const headerSize = header.size ?? 0;
export const tcpProtocol = 6;

export const flag = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;
const flagMask = 0x1ff;

export interface SegmentHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  /** Bits of `flag`. */
  readonly flags: number;
  /** As it is on the wire: not scaled. */
  readonly window: number;
  readonly options: TcpOptions;
}
export interface Segment extends SegmentHeader {
  /** A view of the packet. */
  readonly data: Uint8Array;
}

/** Sequence numbers that it takes: its bytes, SYN and FIN (RFC 9293 §3.4). */
export const lengthOf = ({ flags, data }: Segment): number =>
  data.length + ((flags & flag.syn) === 0 ? 0 : 1) + ((flags & flag.fin) === 0 ? 0 : 1);

const pseudoSum = (source: number, destination: number, length: number): number =>
  (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + tcpProtocol + length;

/** A segment as it came in an IP packet; 'malformed' or 'checksum' when it is to be dropped for that (ET2). */
export function decodeSegment(
  bytes: Uint8Array,
  source: number,
  destination: number,
): Segment | 'malformed' | 'checksum' {
  if (bytes.length < headerSize) return 'malformed';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const control = view.getUint16(controlAt);
  const headerEnd = (control >>> 12) * 4;
  if (headerEnd < headerSize || headerEnd > bytes.length) return 'malformed';
  if (internetChecksum(bytes, 0, bytes.length, pseudoSum(source, destination, bytes.length)) !== 0) return 'checksum';
  const options = readOptions(view, headerSize, headerEnd);
  if (options === undefined) return 'malformed';
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(destinationPortAt),
    sequence: view.getUint32(sequenceAt),
    acknowledgement: view.getUint32(acknowledgementAt),
    flags: control & flagMask,
    window: view.getUint16(windowAt),
    options,
    data: bytes.subarray(headerEnd),
  };
}

/** The header with room for `dataLength` bytes behind it, at `bytes.length - dataLength`; `seal` makes it a segment. */
export function encodeSegment(segment: SegmentHeader, dataLength: number): Uint8Array {
  const headerLength = headerSize + sizeOfOptions(segment.options);
  const bytes = new Uint8Array(headerLength + dataLength);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, segment.sourcePort);
  view.setUint16(destinationPortAt, segment.destinationPort);
  view.setUint32(sequenceAt, segment.sequence);
  view.setUint32(acknowledgementAt, segment.acknowledgement);
  view.setUint16(controlAt, ((headerLength / 4) << 12) | segment.flags);
  view.setUint16(windowAt, segment.window);
  writeOptions(view, headerSize, segment.options);
  return bytes;
}

/** Sets the checksum, which covers both addresses. */
export function seal(bytes: Uint8Array, source: number, destination: number): void {
  bytes[checksumAt] = 0;
  bytes[checksumAt + 1] = 0;
  const sum = internetChecksum(bytes, 0, bytes.length, pseudoSum(source, destination, bytes.length));
  bytes[checksumAt] = sum >>> 8;
  bytes[checksumAt + 1] = sum & 0xff;
}

/** Ports and sequence number of a segment of which at least 8 bytes are quoted (RFC 792); undefined when fewer are. */
export function quotedSegment(
  bytes: Uint8Array,
): { readonly sourcePort: number; readonly destinationPort: number; readonly sequence: number } | undefined {
  if (bytes.length < sequenceAt + 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(destinationPortAt),
    sequence: view.getUint32(sequenceAt),
  };
}
