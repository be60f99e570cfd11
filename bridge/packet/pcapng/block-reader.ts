import { DecodeError } from '../../codec/errors.ts';
import { decodeUtf8 } from '../../codec/utf8.ts';
import { blockFrameBytes, blockTypes, byteOrderMagic, optionCodes } from './blocks.ts';

/** Bytes of a block between its two lengths; every offset is one of the file. */
export interface Block {
  readonly type: number;
  readonly isLittle: boolean;
  readonly start: number;
  readonly end: number;
}
export interface Option {
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

/** Bytes of a file with the numbers read in a section's byte order. */
export class FileBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number, isLittle: boolean): number {
    return this.#view.getUint16(at, isLittle);
  }
  u32(at: number, isLittle: boolean): number {
    return this.#view.getUint32(at, isLittle);
  }
  i64(at: number, isLittle: boolean): bigint {
    return this.#view.getBigInt64(at, isLittle);
  }
  text(start: number, end: number): string {
    return decodeUtf8(this.bytes, start, end);
  }

  /** Throws unless `count` bytes from `at` on are inside the block. */
  need(block: Block, at: number, count: number, what: string): void {
    if (count > block.end - at) throw new DecodeError(`${what} needs ${count} bytes, ${block.end - at} are there`, at);
  }
}

/** All blocks of a file in order. A length that is not borne out by the file is a DecodeError at that length. */
export function* blocksOf(file: FileBytes): Generator<Block> {
  const { length } = file.bytes;
  let isLittle = true;
  for (let at = 0; at < length; ) {
    if (length - at < blockFrameBytes) throw new DecodeError(`${length - at} bytes are no block`, at);
    // Reads the same in both byte orders.
    const isSection = file.u32(at, true) === blockTypes.section;
    if (isSection) isLittle = byteOrder(file, at + 8);
    else if (at === 0) throw new DecodeError('not a pcapng file', 0);
    const blockLength = file.u32(at + 4, isLittle);
    if (blockLength < blockFrameBytes || blockLength % 4 !== 0) {
      throw new DecodeError(`a block of ${blockLength} bytes`, at + 4);
    }
    if (blockLength > length - at) {
      throw new DecodeError(`a block of ${blockLength} bytes, ${length - at} are there`, at + 4);
    }
    const end = at + blockLength - 4;
    const again = file.u32(end, isLittle);
    if (again !== blockLength) throw new DecodeError(`a block of ${blockLength} bytes ends with ${again}`, end);
    yield { type: file.u32(at, isLittle), isLittle, start: at + 8, end };
    at += blockLength;
  }
}

function byteOrder(file: FileBytes, at: number): boolean {
  for (const isLittle of [true, false]) if (file.u32(at, isLittle) === byteOrderMagic) return isLittle;
  throw new DecodeError('not a byte order of pcapng', at);
}

/** The options of a block from `at` on, up to the end mark or the end of the block. */
export function* optionsOf(file: FileBytes, block: Block, at: number): Generator<Option> {
  for (let next = at; next < block.end; ) {
    file.need(block, next, 4, 'an option');
    const code = file.u16(next, block.isLittle);
    if (code === optionCodes.end) return;
    const length = file.u16(next + 2, block.isLittle);
    const start = next + 4;
    if (length > block.end - start) {
      throw new DecodeError(`an option of ${length} bytes, ${block.end - start} are there`, next + 2);
    }
    yield { code, start, end: start + length };
    next = start + length + (-length & 3);
  }
}
