/** `-X` (with text) and `-x`: sixteen bytes a line behind a tab and their offset. */
export function hexDump(bytes: Uint8Array, hasText: boolean): string {
  let dump = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    let groups = '';
    for (const [i, byte] of row.entries()) groups += `${i % 2 === 0 ? ' ' : ''}${byte.toString(16).padStart(2, '0')}`;
    dump += `\n\t0x${at.toString(16).padStart(4, '0')}: ${hasText ? `${groups.padEnd(40)}  ${printable(row)}` : groups}`;
  }
  return dump;
}

const printable = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.map((byte) => (byte > 0x20 && byte < 0x7f ? byte : 0x2e)));

/** `-A`: the text, with dots for what cannot be shown. */
export const asciiDump = (bytes: Uint8Array): string =>
  `\n${Array.from(bytes, (byte) => (byte === 10 || byte === 9 || (byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(byte) : byte === 13 ? '' : '.')).join('')}`;
