import { EncodeError } from '../../codec/errors.ts';
import { Writer } from '../../codec/writer.ts';
import { encodeUtf8 } from '../text.ts';
import {
  blockTypes,
  byteOrderMagic,
  type CaptureInterface,
  type CaptureName,
  type Direction,
  directions,
  nameTypes,
  optionCodes,
} from './blocks.ts';

/** What `packet` writes. */
export interface PacketToWrite {
  /** As `interface` numbered it. */
  readonly interface: number;
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  /** Bytes on the wire; `frame` may hold fewer. */
  readonly length: number;
  readonly frame: Uint8Array;
  readonly direction: Direction;
  /** At most 65,535 bytes of UTF-8 each. */
  readonly comments: readonly string[];
}

const nanoseconds = 9;
const longestOption = 0xffff;
const lengthUnknown = 0xffff_ffff;

/**
 * Writes pcapng block by block, little-endian, times in nanoseconds (PK40); `take` hands over what was written so far, so
 * that a long capture is never whole in memory. Throws EncodeError for what a block cannot hold.
 */
export class PcapngWriter {
  readonly #out = new Writer(64 * 1024);
  readonly #received: number[] = [];
  #blockAt = 0;

  /** Bytes that `take` would return now. */
  get byteLength(): number {
    return this.#out.length;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const bytes = this.#out.finish();
    this.#out.reset();
    return bytes;
  }

  /** Begins the file; `application` wrote it. */
  section(application: string, comment = ''): void {
    this.#begin(blockTypes.section);
    this.#u32(byteOrderMagic);
    this.#u16(1);
    this.#u16(0);
    this.#u32(lengthUnknown);
    this.#u32(lengthUnknown);
    if (comment !== '') this.#text(optionCodes.comment, comment);
    this.#text(optionCodes.sectionApplication, application);
    this.#end(true);
  }

  /** Adds an interface, at any time before its first packet, and returns its number. */
  interface({ name, description, linkType, snapLength }: CaptureInterface): number {
    this.#begin(blockTypes.interface);
    this.#u16(linkType);
    this.#u16(0);
    this.#u32(snapLength);
    this.#text(optionCodes.interfaceName, name);
    if (description !== '') this.#text(optionCodes.interfaceDescription, description);
    this.#option(optionCodes.interfaceResolution, Uint8Array.of(nanoseconds));
    this.#end(true);
    return this.#received.push(0) - 1;
  }

  /** Tells the names of IPv4 addresses; nothing is written for none. */
  names(names: readonly CaptureName[]): void {
    if (names.length === 0) return;
    this.#begin(blockTypes.names);
    for (const { address, name } of names) {
      const octets = address.split('.').map(Number);
      if (octets.length !== 4 || octets.some((octet) => !(Number.isInteger(octet) && octet >= 0 && octet < 256))) {
        throw new EncodeError(`not an IPv4 address: ${JSON.stringify(address)}`);
      }
      const text = encodeUtf8(name);
      const record = new Uint8Array(5 + text.length);
      record.set(octets);
      record.set(text, 4);
      this.#option(nameTypes.ipv4, record);
    }
    this.#u32(nameTypes.end);
    this.#end(false);
  }

  packet({ interface: number, timeNs, length, frame, direction, comments }: PacketToWrite): void {
    const received = this.#received[number];
    if (received === undefined) throw new EncodeError(`interface ${number} of ${this.#received.length}`);
    this.#begin(blockTypes.enhancedPacket);
    this.#u32(number);
    this.#time(timeNs);
    this.#u32(frame.length);
    this.#u32(length);
    this.#padded(frame);
    for (const comment of comments) this.#text(optionCodes.comment, comment);
    const flags = directions.indexOf(direction);
    if (flags > 0) this.#option(optionCodes.packetFlags, Uint8Array.of(flags, 0, 0, 0));
    this.#end(comments.length > 0 || flags > 0);
    this.#received[number] = received + 1;
  }

  /** Ends the file: how many packets each interface had, as of `timeNs`. */
  statistics(timeNs: bigint): void {
    for (const [number, received] of this.#received.entries()) {
      this.#begin(blockTypes.statistics);
      this.#u32(number);
      this.#time(timeNs);
      const count = new Uint8Array(8);
      new DataView(count.buffer).setBigUint64(0, BigInt(received), true);
      this.#option(optionCodes.statisticsReceived, count);
      this.#end(true);
    }
  }

  #begin(type: number): void {
    this.#blockAt = this.#out.length;
    this.#u32(type);
    this.#u32(0);
  }

  #end(hasOptions: boolean): void {
    if (hasOptions) this.#u32(optionCodes.end);
    const length = this.#out.length - this.#blockAt + 4;
    this.#u32(length);
    this.#out.view.setUint32(this.#blockAt + 4, length, true);
  }

  #text(code: number, text: string): void {
    this.#option(code, encodeUtf8(text));
  }

  #option(code: number, value: Uint8Array): void {
    if (value.length > longestOption) throw new EncodeError(`${value.length} bytes in an option, ${longestOption} fit`);
    this.#u16(code);
    this.#u16(value.length);
    this.#padded(value);
  }

  #padded(bytes: Uint8Array): void {
    this.#out.append(bytes);
    this.#out.zeros(-bytes.length & 3);
  }

  #time(timeNs: bigint): void {
    if (timeNs < 0n || timeNs >= 1n << 64n) throw new EncodeError(`${timeNs} ns is no time of a capture`);
    this.#u32(Number(timeNs >> 32n));
    this.#u32(Number(timeNs & 0xffff_ffffn));
  }

  #u16(value: number): void {
    const at = this.#out.take(2);
    this.#out.view.setUint16(at, value, true);
  }

  #u32(value: number): void {
    const at = this.#out.take(4);
    this.#out.view.setUint32(at, value, true);
  }
}
