import type { Codec } from './codec.ts';

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const macPattern = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
const ipv4Pattern = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

/** Six bytes at `at` as `aa:bb:cc:dd:ee:ff`. */
export function formatMac(bytes: Uint8Array, at = 0): string {
  let text = '';
  for (let i = 0; i < 6; i++) text += `${i === 0 ? '' : ':'}${hexOf[bytes[at + i] ?? 0]}`;
  return text;
}

/** `aa:bb:cc:dd:ee:ff` → six bytes; undefined when it is not an address. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!macPattern.test(text)) return undefined;
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}

/** Four bytes at `at` as `1.2.3.4`. */
export function formatIpv4(bytes: Uint8Array, at = 0): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** `1.2.3.4` of a 32-bit number, signed or not. */
export const ipv4Text = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** `1.2.3.4` → an unsigned 32-bit number; undefined when it is not an address. */
export function parseIpv4(text: string): number | undefined {
  if (!ipv4Pattern.test(text)) return undefined;
  let number = 0;
  for (const part of text.split('.')) {
    const byte = Number(part);
    if (byte > 255) return undefined;
    number = number * 256 + byte;
  }
  return number;
}

/** A hardware address as `aa:bb:cc:dd:ee:ff`. */
export const mac: Codec<string> & { readonly size: number } = {
  size: 6,
  about: { kind: 'mac' },
  read: (r) => formatMac(r.bytes, r.take(6)),
  write: (w, value) => {
    const parsed = typeof value === 'string' ? parseMac(value) : undefined;
    w.append(parsed ?? w.fail(`${String(value)} is not a hardware address`));
  },
};

/** An IPv4 address as `1.2.3.4`. */
export const ipv4: Codec<string> & { readonly size: number } = {
  size: 4,
  about: { kind: 'ipv4' },
  read: (r) => formatIpv4(r.bytes, r.take(4)),
  write: (w, value) => {
    const parsed = typeof value === 'string' ? parseIpv4(value) : undefined;
    const number = parsed ?? w.fail(`${String(value)} is not an IPv4 address`);
    const at = w.take(4);
    w.view.setUint32(at, number);
  },
};
