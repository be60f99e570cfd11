/** How a byte stands to what is selected. */
export type ByteMark = 'plain' | 'layer' | 'hover' | 'mark';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Ranges of bytes to draw differently; the later in the list of marks wins. */
export interface ByteMarks {
  readonly layer: Span | undefined;
  readonly hover: Span | undefined;
  readonly mark: Span | undefined;
}

const within = (span: Span | undefined, offset: number) =>
  span !== undefined && span.start <= offset && offset < span.end;

export function markAt(marks: ByteMarks, offset: number): ByteMark {
  if (within(marks.mark, offset)) return 'mark';
  if (within(marks.hover, offset)) return 'hover';
  return within(marks.layer, offset) ? 'layer' : 'plain';
}

export const hexByte = (byte: number) => byte.toString(16).padStart(2, '0');

/** A byte as ASCII, a middle dot for what cannot be printed. */
export const asciiByte = (byte: number) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');

/** Bytes as a person pastes them: `45 00 00 54`. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}
