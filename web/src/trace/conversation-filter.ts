import type { FieldValue } from '../../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { reading } from '../state/reading.ts';

/** A conversation: both directions between two ends. */
export interface Conversation {
  readonly filter: string;
  /** `10.0.1.100:40000 ↔ 192.168.2.2:80` */
  readonly name: string;
}

const transports: Readonly<Record<number, 'tcp' | 'udp'>> = { 6: 'tcp', 17: 'udp' };

/** The conversation that a packet belongs to: by ports, by IP addresses, who asks for whom, or by MAC addresses. */
export function conversationOf({ frame, length }: TraceRecord): Conversation {
  const { dissect, fieldValues } = reading();
  const values = fieldValues(dissect(frame, { length }).layers);
  // Of several the outermost: an ICMP error quotes the packet that it is about.
  const of = (field: string): FieldValue | undefined => values.get(field)?.[0];
  const ends = (field: string, a: FieldValue, b: FieldValue): string => `${field} == ${a} and ${field} == ${b}`;
  for (const ip of ['ip', 'ipv6'] as const) {
    const [a, b] = [of(`${ip}.src`), of(`${ip}.dst`)];
    if (a === undefined || b === undefined) continue;
    const transport = transports[Number(of(ip === 'ip' ? 'ip.proto' : 'ipv6.nxt'))];
    const [from, to] = transport === undefined ? [] : [of(`${transport}.srcport`), of(`${transport}.dstport`)];
    const addresses = ends(`${ip}.addr`, a, b);
    if (from === undefined || to === undefined) return { filter: addresses, name: `${a} ↔ ${b}` };
    return { filter: `${addresses} and ${ends(`${transport}.port`, from, to)}`, name: `${a}:${from} ↔ ${b}:${to}` };
  }
  const [asks, asked] = [of('arp.src.proto_ipv4'), of('arp.dst.proto_ipv4')];
  if (asks !== undefined && asked !== undefined) {
    const pair = `{${asks}, ${asked}}`;
    return {
      filter: `arp.src.proto_ipv4 in ${pair} and arp.dst.proto_ipv4 in ${pair}`,
      name: `ARP ${asks} ↔ ${asked}`,
    };
  }
  const [a, b] = [of('eth.src'), of('eth.dst')];
  if (a === undefined || b === undefined) return { filter: 'frame', name: 'frames that are cut short' };
  return { filter: ends('eth.addr', a, b), name: `${a} ↔ ${b}` };
}
