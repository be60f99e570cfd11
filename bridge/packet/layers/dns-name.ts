import { DecodeError } from '../../codec/errors.ts';

const maxName = 255;
const maxPointers = 32;

export interface DnsName {
  readonly name: string;
  /** Behind the name where it began; a pointer ends it there. */
  readonly end: number;
}

/**
 * Reads a name at `at`; `[start, end)` is the whole message, from which pointers count (RFC 1035 §4.1.4). A pointer leads
 * strictly back, a name has at most 255 bytes: nobody can make it run for long.
 */
export function readDnsName(bytes: Uint8Array, at: number, start: number, end: number): DnsName {
  let text = '';
  let length = 0;
  let next = at;
  let lowest = at;
  let behind: number | undefined;
  for (let pointers = 0; ; ) {
    if (next >= end) throw new DecodeError('a name goes beyond the message', at, 'name');
    const size = bytes[next] ?? 0;
    if (size === 0) return { name: text === '' ? '<Root>' : text, end: behind ?? next + 1 };
    if (size >= 0xc0) {
      if (next + 1 >= end) throw new DecodeError('half a pointer', next, 'name');
      const target = start + (((size & 0x3f) << 8) | (bytes[next + 1] ?? 0));
      behind ??= next + 2;
      pointers++;
      if (target >= lowest || pointers > maxPointers)
        throw new DecodeError('a pointer that does not lead back', next, 'name');
      next = target;
      lowest = target;
      continue;
    }
    if (size > 63) throw new DecodeError(`a label of type ${size >>> 6}`, next, 'name');
    length += size + 1;
    if (next + 1 + size > end || length > maxName) throw new DecodeError('a name that is too long', next, 'name');
    text += text === '' ? '' : '.';
    for (let i = next + 1; i <= next + size; i++) {
      const byte = bytes[i] ?? 0;
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
    }
    next += 1 + size;
  }
}
