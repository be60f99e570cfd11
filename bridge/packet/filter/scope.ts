import { fieldOf } from './fields.ts';
import { type ReadFilter, readFilter } from './filter.ts';
import { isOfConversations } from './record-fields.ts';
import { fieldsIn } from './syntax.ts';

/** Where not every field can be known: why one cannot, and what can be used instead; undefined when it can. */
export type Refusal = (name: string) => string | undefined;

/** Reads a filter for a place where `refuse` says which fields cannot be known; the fault has the field's place (PK74). */
export function readFilterWhere(text: string, refuse: Refusal): ReadFilter {
  const read = readFilter(text);
  if (!read.ok || read.filter.expression === undefined) return read;
  for (const { name, start, end } of fieldsIn(read.filter.expression)) {
    const message = refuse(name);
    if (message !== undefined) return { ok: false, fault: { start, end, message } };
  }
  return read;
}

const ofMessage: ReadonlySet<string> = new Set(['frame', 'frame.number', 'frame.len', 'frame.cap_len', 'lab.node']);

/** Whether a control message of OpenFlow has the field: what its bytes say, its number, time and length, its switch (PK75). */
export const isOfControl = (name: string): boolean =>
  ofMessage.has(name) || name === 'frame.time_relative' || fieldOf(name)?.protocol === 'openflow';

/** A control message is no packet: nothing of Ethernet and above, and nothing that the packet log knows. */
export const refusedOfControl: Refusal = (name) =>
  isOfControl(name)
    ? undefined
    : `${name} is a field of packets, and these are OpenFlow’s control messages. They have of.* (as of.type == flow_mod, of.flow_mod.match.nw_dst), lab.node (the switch), frame.number, frame.time_relative and frame.len.`;

const unknownYet: Readonly<Record<string, string>> = {
  'lab.chain': 'its journey is not over. Use where it is and what it is: lab.point, lab.node, icmp.ident == 7',
  'lab.check':
    'which check it belongs to is told by the grade afterwards. Use what the check sends, as ip.addr == 10.0.1.100',
  'lab.finding':
    'what is wrong with it is concluded from the log afterwards. Use the fields that show it, as ip.checksum.status == 0 or ip.ttl < 2',
  'frame.comment':
    'people comment on packets of the log. Use what stands in the packet, or where it is: lab.point, lab.node',
};

/** What only the log knows cannot be asked of a packet on its way: breakpoints and faults look at it before it is logged (PK76). */
export const refusedOnTheWay: Refusal = (name) => {
  const analysis = 'the log is looked through for that. Use what the segment says itself: tcp.flags, tcp.seq, tcp.len';
  const stream = `conversations are numbered from the log, afterwards. Use its addresses and ports, as ip.addr == 10.0.1.100 and ${name.slice(0, 3)}.port == 80`;
  const conversation = isOfConversations(name) ? (name.endsWith('.stream') ? stream : analysis) : undefined;
  const why = unknownYet[name] ?? conversation;
  return why === undefined ? undefined : `${name} is not known of a packet on its way: ${why}.`;
};
