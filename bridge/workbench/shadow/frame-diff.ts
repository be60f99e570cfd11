import { dissect, type Field, standsFor } from '../../packet/dissect.ts';
import { address, ether, etherTypes, ip, protocols, u16 } from '../../packet/header-layout.ts';

/** A field in which what was sent is not what was expected; texts as the packet's tree shows them. */
export interface FieldDifference {
  /** Wireshark's name. */
  readonly name: string;
  readonly label: string;
  /** Null where the frame does not have the field. */
  readonly expected: string | null;
  readonly observed: string | null;
}

interface Leaf {
  readonly name: string;
  readonly label: string;
  readonly text: string;
}

/** What follows from other fields is no difference of its own; whether it is right is. */
const derived = new Set(['ip.checksum', 'icmp.checksum', 'tcp.checksum', 'udp.checksum']);
/** What a router may choose in a message of its own (RFC 792, RFC 1812 §4.3.2). */
const freeInOwn = new Set(['ip.id', 'ip.ttl', 'ip.len', 'ip.dsfield', 'ip.flags', 'ip.frag_offset']);
const at = ether.header;

/** Whether a frame is a message that the router made itself, and not one that it passed on. */
const isOwn = (given: Uint8Array, frame: Uint8Array): boolean =>
  isIpv4(frame) && (!isIpv4(given) || address(frame, at + ip.source) !== address(given, at + ip.source));

const isIpv4 = (frame: Uint8Array): boolean =>
  frame.length >= at + ip.header && u16(frame, ether.type) === etherTypes.ipv4;

/** An ICMP error: what stands behind its first eight quoted bytes is free, and so is which of its addresses it comes from. */
function isIcmpError(frame: Uint8Array): boolean {
  if (!isIpv4(frame) || frame[at + ip.protocol] !== protocols.icmp) return false;
  const type = frame[at + ((frame[at] ?? 0) & 15) * 4];
  return type === 3 || type === 11;
}

/**
 * The fields in which two frames differ, without what the requirements leave free (WB202). `given` is what the router was
 * given when it sent `observed`; `own` are its addresses as text.
 */
export function fieldDifferences(
  given: Uint8Array,
  expected: Uint8Array,
  observed: Uint8Array,
  own: ReadonlySet<string>,
): FieldDifference[] {
  const isMessage = isOwn(given, expected);
  const isError = isIcmpError(expected);
  const [theirs, ours] = [leavesOf(expected, isError), leavesOf(observed, isError)];
  const differences: FieldDifference[] = [];
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    const [left, right] = [theirs.get(key), ours.get(key)];
    if (left?.text === right?.text) continue;
    const { name, label } = left ?? right ?? { name: '', label: '' };
    const isOuter = key.endsWith(' 0');
    if (isMessage && isOuter && freeInOwn.has(name)) continue;
    if (isError && isOuter && name === 'ip.src' && own.has(right?.text ?? '')) continue;
    differences.push({ name, label, expected: left?.text ?? null, observed: right?.text ?? null });
  }
  return differences;
}

/** Every field that has no parts, by name and occurrence; whether a checksum is right stands for its value. */
function leavesOf(frame: Uint8Array, isError: boolean): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const seen = new Map<string, number>();
  const walk = ({ name, label, text, note, children }: Field): void => {
    if (Object.values(standsFor).includes(name)) return;
    const isFolded = freeInOwn.has(name);
    if (children !== undefined && children.length > 0 && !isFolded) {
      for (const child of children) walk(child);
      return;
    }
    const occurrence = seen.get(name) ?? 0;
    seen.set(name, occurrence + 1);
    const shown = derived.has(name) ? (note?.level === 'bad' ? `wrong: ${note.text}` : 'right') : text;
    leaves.set(`${name} ${occurrence}`, { name, label, text: shown });
  };
  for (const layer of dissect(frame).layers) {
    // Of what an error quotes, the IP header and eight bytes are asked for.
    if (isError && (layer.name === 'data' || (seen.has('ip.dst') && layer.name !== 'icmp' && layer.name !== 'ip')))
      continue;
    for (const field of layer.fields) walk(field);
  }
  return leaves;
}
