import type { IcmpError } from '../host/api.ts';

const unreachable = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  undefined,
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
];
const exceeded = ['Time to live exceeded', 'Frag reassembly time exceeded'];

/** What ping calls an ICMP error (iputils 20221126, pr_icmph). */
export function icmpErrorText({ type, code, mtu }: Pick<IcmpError, 'type' | 'code' | 'mtu'>): string {
  if (type === 3 && code === 4) return `Frag needed and DF set (mtu = ${mtu ?? 0})`;
  if (type === 3) return unreachable[code] ?? `Dest Unreachable, Bad Code: ${code}`;
  if (type === 11) return exceeded[code] ?? `Time exceeded, Bad Code: ${code}`;
  if (type === 12) return 'Parameter problem';
  return `Bad ICMP type: ${type}`;
}

/** What traceroute calls it; empty where the target was reached. */
export function icmpErrorMark({ type, code, mtu }: Pick<IcmpError, 'type' | 'code' | 'mtu'>): string {
  if (type === 11) return '';
  if (type !== 3) return `!<${type}-${code}>`;
  if (code === 4) return `!F-${mtu ?? 0}`;
  return unreachableMarks[code] ?? `!<${code}>`;
}
const unreachableMarks = ['!N', '!H', '!P', '', '', '!S', '!N', '!H', '!N', '!X', '!X', '!N', '!H', '!X', '!V', '!C'];
