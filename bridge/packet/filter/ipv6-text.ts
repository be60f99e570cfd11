import { parseIpv4 } from '../../codec/addresses.ts';

/** `2001:db8::1`, `::ffff:10.0.1.1` → sixteen bytes; undefined when it is not an address. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? bytesOf(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return bytesOf([...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]);
}

/** The groups of sixteen bits; the last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const ipv4 = i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) groups.push(Math.floor(ipv4 / 65_536), ipv4 & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

const bytesOf = (groups: readonly number[]): Uint8Array =>
  Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 255]));
