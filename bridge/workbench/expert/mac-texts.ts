import { formatMac } from '../../codec/addresses.ts';

const slots = 1024;
const upper = new Int32Array(slots).fill(-1);
const lower = new Int32Array(slots);
const texts = new Array<string>(slots).fill('');

/** `formatMac` for addresses that come again and again: the text of each is made once, not once a packet. */
export function macText(bytes: Uint8Array, at: number): string {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const low =
    ((bytes[at + 2] ?? 0) << 24) | ((bytes[at + 3] ?? 0) << 16) | ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0);
  const slot = (Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca77) >>> 16) & (slots - 1);
  if (upper[slot] !== high || lower[slot] !== low) {
    upper[slot] = high;
    lower[slot] = low;
    texts[slot] = formatMac(bytes, at);
  }
  return texts[slot] ?? '';
}
