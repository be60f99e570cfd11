/**
 * UTF-8 that loses nothing: a byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte and turns back into that byte
 * (as Python's `surrogateescape`), because peers send what was left on their stack.
 */
const escaped = 0xdc00;

/** Length of the sequence that a lead byte announces, 0 when none can. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Code point of the sequence at `at`; undefined when it is not one, or not the shortest, or a surrogate. */
function codePointAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  const lead = bytes[at] ?? 0;
  const length = sequenceLength(lead);
  if (length <= 1) return length === 1 ? lead : undefined;
  if (at + length > end) return undefined;
  let point = lead & (0x7f >> length);
  for (let i = at + 1; i < at + length; i++) {
    const byte = bytes[i] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return isSurrogate || point > 0x10ffff || widthOf(point) !== length ? undefined : point;
}

function widthOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}

/** Text of `bytes[start, end)`. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    const point = codePointAt(bytes, at, end);
    text += String.fromCodePoint(point ?? escaped + (bytes[at] ?? 0));
    at += point === undefined ? 1 : widthOf(point);
  }
  return text;
}

/** Bytes of a text; a surrogate that stands for no byte becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) pushPoint(bytes, character.codePointAt(0) ?? 0);
  return Uint8Array.from(bytes);
}

function pushPoint(bytes: number[], point: number): void {
  if (point >= escaped + 0x80 && point <= escaped + 0xff) {
    bytes.push(point - escaped);
    return;
  }
  const scalar = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  const width = widthOf(scalar);
  if (width === 1) {
    bytes.push(scalar);
    return;
  }
  const lead = (0xf00 >> width) & 0xff;
  bytes.push(lead | (scalar >> (6 * (width - 1))));
  for (let shift = 6 * (width - 2); shift >= 0; shift -= 6) bytes.push(0x80 | ((scalar >> shift) & 0x3f));
}
