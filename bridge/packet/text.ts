// Both are in every browser and in Node; the compiler's library here holds neither world's types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

export const encodeUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes of `[start, end)` as a person reads them: printable ASCII as it is, anything else as `·`. */
export function printable(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
  }
  return text;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `0a:1f:…`, as Wireshark writes bytes. */
export function colonHex(bytes: Uint8Array, limit = bytes.length): string {
  let text = '';
  for (let i = 0; i < Math.min(limit, bytes.length); i++) text += `${i === 0 ? '' : ':'}${hexOf[bytes[i] ?? 0]}`;
  return bytes.length > limit ? `${text}:…` : text;
}

/** Bytes as a field shows them: how many, and the first of them. */
export function bytesText(bytes: Uint8Array): string {
  const count = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
  return bytes.length === 0 ? count : `${count}: ${colonHex(bytes, 8)}`;
}

/** A formatter of numbers as hex of so many digits: `0x1f3c`. */
export const hex =
  (digits: number) =>
  (value: number | bigint): string =>
    `0x${value.toString(16).padStart(digits, '0')}`;
export const hex16 = hex(4);

/** A formatter of numbers with names: `ICMP (1)`; without a name the number. */
export function withName(names: Readonly<Record<number, string>>, format: (value: number) => string = String) {
  return (value: number): string => {
    const name = names[value];
    return name === undefined ? format(value) : `${name} (${format(value)})`;
  };
}

/** An IPv6 address in RFC 5952's form: lower case, the longest run of zero groups (of two or more) as `::`. */
export function formatIpv6(bytes: Uint8Array, at = 0): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0));
  let best = 0;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > length) {
      best = i;
      length = run;
    }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}
