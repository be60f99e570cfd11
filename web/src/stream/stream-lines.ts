import type { StreamPiece } from '../../../server/contract/stream.ts';
import { fromBase64 } from '../state/base64.ts';
import { countOf } from '../state/text.ts';
import { asciiByte, hexByte } from '../ui/byte-rows.ts';

/** How bytes are written: text, a dump with both, or hexadecimal digits alone. */
export type StreamLook = 'ascii' | 'hex' | 'raw';
export type Side = 'client' | 'server';

/** A piece with its bytes, and where they stand among all that its side sent. */
export interface Part {
  readonly piece: StreamPiece;
  readonly bytes: Uint8Array;
  /** Bytes of its side that are shown before it. */
  readonly offset: number;
}

/** A line of the list. */
export interface StreamLine {
  /** Index of its part. */
  readonly part: number;
  /** Whether a part begins here: its packet's number is shown. */
  readonly isFirst: boolean;
  readonly kind: 'bytes' | 'gap' | 'differs';
  readonly text: string;
  /** Bytes of its part that it shows. */
  readonly start: number;
  readonly end: number;
}

const hexPerLine = 16;
const rawPerLine = 32;
const lineFeed = 10;
const carriageReturn = 13;
const tab = 9;
const space = 0x20;

/** The pieces with their bytes. */
export function partsOf(pieces: readonly StreamPiece[]): Part[] {
  const sent = { client: 0, server: 0 };
  return pieces.map((piece) => {
    const bytes = fromBase64(piece.bytesBase64);
    const offset = sent[piece.direction];
    sent[piece.direction] += bytes.length;
    return { piece, bytes, offset };
  });
}

/** What the list shows of some sides; a line of text has at most `columns` characters. */
export function linesOf(
  parts: readonly Part[],
  look: StreamLook,
  sides: readonly Side[],
  columns: number,
): StreamLine[] {
  const lines: StreamLine[] = [];
  parts.forEach(({ piece, bytes, offset }, part) => {
    if (!sides.includes(piece.direction)) return;
    if (piece.gap > 0) {
      const why = piece.why === 'not kept' ? 'the log did not keep them' : 'not captured here';
      const text = `${countOf(piece.gap)} ${piece.gap === 1 ? 'byte is' : 'bytes are'} missing: ${why}`;
      lines.push({ part, isFirst: true, kind: 'gap', text, start: 0, end: 0 });
      return;
    }
    if (look === 'ascii') addText(lines, part, bytes, columns);
    else
      addDump(
        lines,
        part,
        bytes,
        look === 'hex' ? (start, end) => dumpLine(bytes, start, end, offset) : rawLine(bytes),
        look,
      );
    if (piece.differs.length > 0) {
      const text = `${piece.differs.map((seq) => `#${seq}`).join(', ')} carried other bytes here; the first ones are shown`;
      lines.push({ part, isFirst: false, kind: 'differs', text, start: 0, end: 0 });
    }
  });
  return lines;
}

/** Text as it was sent: a line ends where it says so, or where there is no more room. */
function addText(lines: StreamLine[], part: number, bytes: Uint8Array, columns: number): void {
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    const isEnd = at === bytes.length;
    if (isEnd && start === at && at > 0) break;
    if (!isEnd && bytes[at] !== lineFeed && at - start + 1 < columns) continue;
    const end = isEnd ? at : at + 1;
    lines.push({ part, isFirst: start === 0, kind: 'bytes', text: asText(bytes, start, end), start, end });
    start = end;
    if (isEnd) break;
  }
}

/** A character a byte; what ends a line is not drawn. */
function asText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isBreak = byte === lineFeed || (byte === carriageReturn && bytes[at + 1] === lineFeed);
    text += isBreak ? '' : byte === tab || byte === space ? ' ' : asciiByte(byte);
  }
  return text;
}

function addDump(
  lines: StreamLine[],
  part: number,
  bytes: Uint8Array,
  write: (start: number, end: number) => string,
  look: 'hex' | 'raw',
): void {
  const perLine = look === 'hex' ? hexPerLine : rawPerLine;
  for (let start = 0; start < Math.max(1, bytes.length); start += perLine) {
    const end = Math.min(bytes.length, start + perLine);
    lines.push({ part, isFirst: start === 0, kind: 'bytes', text: write(start, end), start, end });
  }
}

function dumpLine(bytes: Uint8Array, start: number, end: number, offset: number): string {
  const line = [...bytes.subarray(start, end)];
  const hex = line.map((byte, i) => (i === hexPerLine / 2 ? ` ${hexByte(byte)}` : hexByte(byte))).join(' ');
  const place = (offset + start).toString(16).padStart(8, '0');
  return `${place}  ${hex.padEnd(hexPerLine * 3)}  ${line.map(asciiByte).join('')}`;
}

const rawLine =
  (bytes: Uint8Array) =>
  (start: number, end: number): string =>
    [...bytes.subarray(start, end)].map(hexByte).join('');

/** Where a text was found: bytes of a side, in the order in which the list has them. */
export interface Match {
  readonly side: Side;
  /** Places among the bytes of the side. */
  readonly start: number;
  readonly end: number;
  /** Index of the part where it begins. */
  readonly part: number;
}

const mostMatches = 1_000;

/** Finds a text in what each side sent, over the ends of packets, whatever its case: at most 1,000 places. */
export function matchesIn(parts: readonly Part[], sides: readonly Side[], text: string): Match[] {
  if (text === '') return [];
  const wanted = text.toLowerCase();
  const matches = sides.flatMap((side) => {
    const own = parts.flatMap((part, index) => (part.piece.direction === side ? [{ ...part, index }] : []));
    const sent = own
      .map(({ bytes }) => latin1(bytes))
      .join('')
      .toLowerCase();
    const found: Match[] = [];
    let at = 0;
    for (
      let start = sent.indexOf(wanted);
      start >= 0 && found.length < mostMatches;
      start = sent.indexOf(wanted, start + 1)
    ) {
      for (let next = own[at + 1]; next !== undefined && next.offset <= start; next = own[at + 1]) at++;
      found.push({ side, start, end: start + wanted.length, part: own[at]?.index ?? 0 });
    }
    return found;
  });
  return matches.sort((a, b) => a.part - b.part || a.start - b.start).slice(0, mostMatches);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** Which characters of a line of text a match covers; undefined for none. */
export function coveredBy(
  { side, start, end }: Match,
  line: StreamLine,
  part: Part,
): readonly [number, number] | undefined {
  if (line.kind !== 'bytes' || part.piece.direction !== side) return undefined;
  const from = Math.max(start, part.offset + line.start) - part.offset - line.start;
  const to = Math.min(end, part.offset + line.end) - part.offset - line.start;
  return to > from ? [from, to] : undefined;
}

/** What some sides sent, one piece after the other, as it was: for the clipboard or a file. */
export function bytesOf(parts: readonly Part[], sides: readonly Side[]): Uint8Array<ArrayBuffer> {
  const shown = parts.filter(({ piece }) => sides.includes(piece.direction));
  const all = new Uint8Array(shown.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of shown) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
