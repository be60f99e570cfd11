import { DecodeError } from '../../codec/errors.ts';
import type { CapturedFrame } from '../pcap.ts';
import { formatIpv6 } from '../text.ts';
import { type Block, blocksOf, FileBytes, optionsOf } from './block-reader.ts';
import {
  blockTypes,
  type CaptureInterface,
  type CaptureName,
  type Direction,
  directions,
  nameTypes,
  optionCodes,
} from './blocks.ts';

export interface CapturedPacket extends CapturedFrame {
  /** Index into the interfaces of the file. */
  readonly interface: number;
  readonly direction: Direction;
  readonly comments: readonly string[];
}
/** What a capture file holds, whichever its format. */
export interface CaptureFile {
  readonly format: 'pcap' | 'pcapng';
  readonly interfaces: readonly CaptureInterface[];
  /** In the order of the file. A packet without a time (simple packet block) has 0. */
  readonly frames: readonly CapturedPacket[];
  readonly names: readonly CaptureName[];
}

/** Interface and what its times count. */
interface Source {
  readonly number: number;
  readonly snapLength: number;
  /** Nanoseconds of a count of units. */
  readonly toNs: (units: bigint) => bigint;
}

/** Reads a pcapng file of any number of sections, in both byte orders; blocks that are not known are passed over (PK41). */
export function readPcapng(bytes: Uint8Array): CaptureFile {
  return new PcapngReader(bytes).read();
}

class PcapngReader {
  readonly #file: FileBytes;
  readonly #interfaces: CaptureInterface[] = [];
  readonly #frames: CapturedPacket[] = [];
  readonly #names: CaptureName[] = [];
  /** Of the section: interfaces count from 0 in each. */
  #sources: Source[] = [];

  constructor(bytes: Uint8Array) {
    this.#file = new FileBytes(bytes);
  }

  read(): CaptureFile {
    if (this.#file.bytes.length === 0) throw new DecodeError('an empty file', 0);
    for (const block of blocksOf(this.#file)) this.#block(block);
    return { format: 'pcapng', interfaces: this.#interfaces, frames: this.#frames, names: this.#names };
  }

  #block(block: Block): void {
    switch (block.type) {
      case blockTypes.section:
        this.#section(block);
        return;
      case blockTypes.interface:
        this.#interface(block);
        return;
      case blockTypes.enhancedPacket:
        this.#enhanced(block);
        return;
      case blockTypes.packet:
        this.#obsolete(block);
        return;
      case blockTypes.simplePacket:
        this.#simple(block);
        return;
      case blockTypes.names:
        this.#nameRecords(block);
        return;
      default:
        return;
    }
  }

  #section(block: Block): void {
    this.#file.need(block, block.start, 16, 'a section');
    const major = this.#file.u16(block.start + 4, block.isLittle);
    if (major !== 1) throw new DecodeError(`version ${major} of pcapng, 1 is known`, block.start + 4);
    this.#sources = [];
  }

  #interface(block: Block): void {
    const { start, isLittle } = block;
    this.#file.need(block, start, 8, 'an interface');
    let name = '';
    let description = '';
    let resolution = 6;
    let offsetNs = 0n;
    for (const option of optionsOf(this.#file, block, start + 8)) {
      const length = option.end - option.start;
      if (option.code === optionCodes.interfaceName) name = this.#file.text(option.start, option.end);
      else if (option.code === optionCodes.interfaceDescription)
        description = this.#file.text(option.start, option.end);
      else if (option.code === optionCodes.interfaceResolution && length >= 1) {
        resolution = this.#file.bytes[option.start] ?? 0;
      } else if (option.code === optionCodes.interfaceOffset && length >= 8) {
        offsetNs = this.#file.i64(option.start, isLittle) * 1_000_000_000n;
      }
    }
    const snapLength = this.#file.u32(start + 4, isLittle);
    const number = this.#interfaces.length;
    this.#interfaces.push({ name, description, linkType: this.#file.u16(start, isLittle), snapLength });
    this.#sources.push({ number, snapLength, toNs: nanosecondsFrom(resolution, offsetNs) });
  }

  #enhanced(block: Block): void {
    const { start, isLittle } = block;
    this.#file.need(block, start, 20, 'a packet');
    const source = this.#source(this.#file.u32(start, isLittle), start);
    this.#packet(block, source, start + 4);
  }

  #obsolete(block: Block): void {
    const { start, isLittle } = block;
    this.#file.need(block, start, 20, 'a packet');
    const source = this.#source(this.#file.u16(start, isLittle), start);
    this.#packet(block, source, start + 4);
  }

  /** From the time stamp on the two kinds of packets are the same. */
  #packet(block: Block, source: Source, at: number): void {
    const { isLittle } = block;
    const units = (BigInt(this.#file.u32(at, isLittle)) << 32n) | BigInt(this.#file.u32(at + 4, isLittle));
    const captured = this.#file.u32(at + 8, isLittle);
    const start = at + 16;
    if (captured > block.end - start) {
      throw new DecodeError(`${captured} bytes of a frame, ${block.end - start} are there`, at + 8);
    }
    let direction: Direction = 'unknown';
    const comments: string[] = [];
    for (const option of optionsOf(this.#file, block, start + captured + (-captured & 3))) {
      if (option.code === optionCodes.comment) comments.push(this.#file.text(option.start, option.end));
      else if (option.code === optionCodes.packetFlags && option.end - option.start >= 4) {
        direction = directions[this.#file.u32(option.start, isLittle) & 3] ?? 'unknown';
      }
    }
    this.#frames.push({
      interface: source.number,
      timeNs: source.toNs(units),
      length: this.#file.u32(at + 12, isLittle),
      frame: this.#file.bytes.subarray(start, start + captured),
      direction,
      comments,
    });
  }

  #simple(block: Block): void {
    this.#file.need(block, block.start, 4, 'a packet');
    const source = this.#source(0, block.start);
    const length = this.#file.u32(block.start, block.isLittle);
    const captured = source.snapLength === 0 ? length : Math.min(length, source.snapLength);
    const start = block.start + 4;
    if (captured > block.end - start) {
      throw new DecodeError(`${captured} bytes of a frame, ${block.end - start} are there`, block.start);
    }
    const frame = this.#file.bytes.subarray(start, start + captured);
    this.#frames.push({ interface: source.number, timeNs: 0n, length, frame, direction: 'unknown', comments: [] });
  }

  #nameRecords(block: Block): void {
    for (const { code, start, end } of optionsOf(this.#file, block, block.start)) {
      const addressBytes = code === nameTypes.ipv4 ? 4 : 16;
      if ((code !== nameTypes.ipv4 && code !== nameTypes.ipv6) || end - start < addressBytes) continue;
      const at = this.#file.bytes.subarray(start, start + addressBytes);
      const address = code === nameTypes.ipv4 ? at.join('.') : formatIpv6(at);
      const names = this.#file.text(start + addressBytes, end).split('\0');
      for (const name of names) if (name !== '') this.#names.push({ address, name });
    }
  }

  #source(number: number, at: number): Source {
    const source = this.#sources[number];
    if (source === undefined) throw new DecodeError(`interface ${number} of ${this.#sources.length}`, at);
    return source;
  }
}

/** if_tsresol: with the high bit set a power of two, else of ten. */
function nanosecondsFrom(resolution: number, offsetNs: bigint): (units: bigint) => bigint {
  const exponent = BigInt(resolution & 0x7f);
  if (resolution >= 0x80) return (units) => ((units * 1_000_000_000n) >> exponent) + offsetNs;
  if (exponent <= 9n) {
    const factor = 10n ** (9n - exponent);
    return (units) => units * factor + offsetNs;
  }
  const divisor = 10n ** (exponent - 9n);
  return (units) => units / divisor + offsetNs;
}
