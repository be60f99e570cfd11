/**
 * Where a run of terminal output may be cut. A UTF-8 sequence is never split between messages (TERM6); an escape
 * sequence may be, but a screen drawn in the middle of one must be followed by its beginning (TERM5).
 */

/** Length of the longest prefix that does not end inside a UTF-8 sequence; bytes that are not UTF-8 are not held back. */
export function wholeUtf8Length(data: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return back < utf8Length(byte) ? data.length - back : data.length;
  }
  return data.length;
}

function utf8Length(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 1;
}

const esc = 0x1b;
/** A longer string (a title, a clipboard) is not worth keeping. */
const longestSequence = 4096;

/** The escape sequence that `data`, coming after the unfinished sequence `before`, leaves unfinished; empty when none. */
export function unfinishedSequence(before: Uint8Array, data: Uint8Array): Uint8Array {
  // An ESC ends whatever string was open before it (xterm's parser does the same), so only the last one counts.
  const from = data.lastIndexOf(esc);
  const open = from >= 0 ? data.subarray(from) : before.length > 0 ? join(before, data) : data.subarray(data.length);
  if (open.length === 0 || open.length > longestSequence || isFinished(open)) return new Uint8Array(0);
  return Uint8Array.from(open);
}

/** Whether the sequence that begins with the ESC at 0 is complete (ECMA-48 §5.4, §5.6; xterm's OSC ends with BEL too). */
function isFinished(sequence: Uint8Array): boolean {
  const kind = sequence[1];
  if (kind === undefined) return false;
  if (kind === 0x5b) return sequence.findIndex((byte, at) => at > 1 && byte >= 0x40 && byte <= 0x7e) >= 0;
  if (kind === 0x5d) return sequence.includes(0x07, 2);
  // DCS, SOS, PM, APC: until the next ESC.
  if (kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f) return false;
  // Intermediate bytes (charsets: `ESC ( B`) are followed by one final byte.
  return sequence.findIndex((byte, at) => at > 0 && byte >= 0x30) >= 0;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
