import { DecodeError } from '../codec/errors.ts';

export interface CapturedFrame {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** Bytes on the wire; `frame` may hold fewer. */
  readonly length: number;
  /** A view on the file. */
  readonly frame: Uint8Array;
}
export interface Capture {
  /** 1 is Ethernet (the registry of link types of tcpdump.org). */
  readonly linkType: number;
  readonly snapLength: number;
  readonly frames: readonly CapturedFrame[];
}

const microseconds = 0xa1b2c3d4;
const nanoseconds = 0xa1b23c4d;
const headerBytes = 24;
const recordBytes = 16;

/** Whether the bytes begin as a pcap file does. */
export function isPcap(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [true, false].some((isLittle) => [microseconds, nanoseconds].includes(view.getUint32(0, isLittle)));
}

/** Reads a capture file as libpcap writes it: both byte orders, micro- and nanoseconds. DecodeError when it is none or is cut. */
export function readPcap(bytes: Uint8Array): Capture {
  if (bytes.length < headerBytes) throw new DecodeError('shorter than the header of a capture', bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = [microseconds, nanoseconds].includes(view.getUint32(0, true));
  const magic = view.getUint32(0, isLittle);
  if (magic !== microseconds && magic !== nanoseconds) throw new DecodeError('not a pcap file', 0);
  const fraction = magic === nanoseconds ? 1n : 1000n;
  const frames: CapturedFrame[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    if (at + recordBytes > bytes.length) throw new DecodeError('half a record header', at);
    const captured = view.getUint32(at + 8, isLittle);
    const start = at + recordBytes;
    if (captured > bytes.length - start) {
      throw new DecodeError(`${captured} bytes of a frame, ${bytes.length - start} are there`, at + 8);
    }
    frames.push({
      timeNs:
        BigInt(view.getUint32(at, isLittle)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, isLittle)) * fraction,
      length: view.getUint32(at + 12, isLittle),
      frame: bytes.subarray(start, start + captured),
    });
    at = start + captured;
  }
  return { linkType: view.getUint32(20, isLittle), snapLength: view.getUint32(16, isLittle), frames };
}
