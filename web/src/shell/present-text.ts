import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Stage } from '../state/journey.ts';
import { microsOf } from '../state/text.ts';

/** What a record's place is called: `eth1`, `sw0:3`, and the host there. */
interface Places {
  placeOf(node: string, port: number): string;
  hostAt(node: string, port: number): string | undefined;
}

/** What happens, in one sentence for a room. */
export function sentenceOf(record: TraceRecord, places: Places): string {
  const { seq, point, node, port, verdict, cause } = record;
  const place = places.placeOf(node, port);
  const host = places.hostAt(node, port) ?? node;
  if (verdict === 'dropped') return `#${seq} is dropped: ${cause}`;
  if (verdict === 'held') return `#${seq} is held`;
  switch (point) {
    case 'host.tx':
      return `#${seq} leaves ${host}`;
    case 'sw.rx':
      return `#${seq} reaches ${place}`;
    case 'packet_in':
      return `#${seq} comes to the controller, PACKET_IN from ${place}`;
    case 'to_router':
      return `#${seq} goes into the router on ${place}`;
    case 'from_router':
      return `#${seq} leaves the router on ${place}`;
    case 'packet_out':
      return `#${seq} goes out, PACKET_OUT to ${place}`;
    case 'sw.tx':
      return `#${seq} leaves ${place}`;
    case 'host.rx':
      return `#${seq} arrives at ${host}`;
    default:
      return `#${seq}, ${point} at ${place}`;
  }
}

const headerBytes = 14;
const ttlAt = headerBytes + 8;
const isIpv4 = (frame: Uint8Array) => frame.length > ttlAt && frame[12] === 0x08 && frame[13] === 0x00;

/** What changed since the point before, and how long it took; '' at the first. */
export function changeOf(stage: Stage | undefined): string {
  if (stage === undefined) return '';
  const { from, to, us, kind, inferred } = stage;
  const facts: string[] = [];
  if (isIpv4(from.frame) && isIpv4(to.frame) && from.frame[ttlAt] !== to.frame[ttlAt])
    facts.push(`time to live ${from.frame[ttlAt]} → ${to.frame[ttlAt]}`);
  const sameHeader = to.frame.subarray(0, 12).every((byte, at) => byte === from.frame[at]);
  if (!sameHeader) facts.push('new Ethernet header');
  facts.push(`${microsOf(us)}${kind === 'router' ? ' inside' : ' later'}${inferred ? ', inferred' : ''}`);
  const text = facts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The short name of a stop of the journey. */
export function stopOf({ point, node, port }: TraceRecord, places: Places): string {
  switch (point) {
    case 'packet_in':
      return 'PACKET_IN';
    case 'packet_out':
      return 'PACKET_OUT';
    case 'to_router':
    case 'from_router':
      return `${places.placeOf(node, port)} ${point === 'to_router' ? 'in' : 'out'}`;
    case 'host.tx':
    case 'host.rx':
      return places.hostAt(node, port) ?? node;
    default:
      return places.placeOf(node, port);
  }
}
