import { noBuffer } from '../../../protocols/openflow/v10/bodies.ts';
import { errors } from '../../../protocols/openflow/v10/error.ts';
import { messageTypes } from '../../../protocols/openflow/v10/header.ts';
import type { Message, MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { type PhysicalPort, portNumbers } from '../../../protocols/openflow/v10/port.ts';
import type { PortStats, StatsReply } from '../../../protocols/openflow/v10/stats.ts';
import type { Observed } from './observed.ts';

/**
 * What the specification leaves to a switch, so that two right ones differ: each is made alike on both sides before they
 * are compared, and nothing else is. The reasons are in bridge/SPEC.md under the same numbers.
 */
type Normalisation = (messages: readonly Message[]) => readonly Message[];

const each =
  (change: (message: Message) => Message): Normalisation =>
  (messages) =>
    messages.map(change);
const eachStats = (change: (stats: StatsReply) => StatsReply): Normalisation =>
  each((message) => (message.kind === 'statsReply' ? { ...message, stats: change(message.stats) } : message));

/** ED30: what a port is called, its address and its medium; and whether the local port is in use. */
const portIdentity = each((message) => {
  if (message.kind === 'error' && message.data[1] === messageTypes.portMod) {
    return { ...message, data: Uint8Array.from(message.data).fill(0, macAt, macAt + 6) };
  }
  if (message.kind === 'featuresReply') return { ...message, ports: message.ports.map(anonymous).sort(byNumber) };
  return message.kind === 'portStatus' ? { ...message, port: anonymous(message.port) } : message;
});
/** Of a PORT_MOD. */
const macAt = 10;
const anonymous = (port: PhysicalPort): PhysicalPort => ({
  ...port,
  ...(port.number === portNumbers.Local ? { config: [], state: [] } : {}),
  mac: '00:00:00:00:00:00',
  name: '',
  current: [],
  advertised: [],
  supported: [],
  peer: [],
});
const byNumber = (a: { readonly number: number }, b: { readonly number: number }): number => a.number - b.number;

/** ED31: who made it. */
const description = eachStats((stats) =>
  stats.kind === 'desc' ? { kind: 'desc', flags: stats.flags, ...noDescription } : stats,
);
const noDescription = { manufacturer: '', hardware: '', software: '', serialNumber: '', datapath: '' };

/** ED32: how a list of statistics is cut into replies with MORE. */
const parts: Normalisation = (messages) => {
  const whole: Message[] = [];
  for (const message of messages) {
    const before = whole.at(-1);
    const joined = before === undefined ? undefined : continued(before, message);
    if (joined === undefined) whole.push(message);
    else whole[whole.length - 1] = joined;
  }
  return whole;
};
function continued(before: Message, message: Message): Message | undefined {
  if (before.kind !== 'statsReply' || message.kind !== 'statsReply' || before.xid !== message.xid) return undefined;
  const { stats: first } = before;
  const { stats: next } = message;
  if (!first.flags.includes('more') || first.kind !== 'flow' || next.kind !== 'flow') return undefined;
  return { ...message, stats: { ...next, flows: [...first.flows, ...next.flows] } };
}

/** ED33: in which order entries, ports and queues are told, and entries that go at the same time. */
const order: Normalisation = (messages) => {
  const sorted = messages.map((message): Message => {
    if (message.kind !== 'statsReply') return message;
    const { stats } = message;
    if (stats.kind === 'flow') return { ...message, stats: { ...stats, flows: [...stats.flows].sort(byText) } };
    if (stats.kind === 'port') return { ...message, stats: { ...stats, ports: [...stats.ports].sort(byPort) } };
    if (stats.kind === 'queue') return { ...message, stats: { ...stats, queues: [...stats.queues].sort(byPort) } };
    return message;
  });
  const removed = sorted.filter((message) => message.kind === 'flowRemoved').sort(byText);
  return sorted.map((message) => (message.kind === 'flowRemoved' ? (removed.shift() ?? message) : message));
};
const byPort = (a: { readonly port: number }, b: { readonly port: number }): number => a.port - b.port;
const byText = (a: unknown, b: unknown): number => (text(a) < text(b) ? -1 : 1);
const text = (value: unknown): string =>
  JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}` : item));

/** ED34: messages that a switch sends of itself may stand anywhere between the answers. */
const asynchronous: Normalisation = (messages) => {
  const itself = (message: Message) => ['packetIn', 'flowRemoved', 'portStatus'].includes(message.kind);
  return [...messages.filter((message) => !itself(message)), ...messages.filter(itself)];
};

/** ED35: an ERROR quotes 64 bytes at least, and says in its own words why a HELLO failed. */
const quotation = each((message) => {
  if (message.kind !== 'error') return message;
  const isText = message.type === errors.helloFailed.type;
  return { ...message, data: isText ? new Uint8Array(0) : message.data.subarray(0, 64) };
});

/** ED36: how many buffers and tables there are, what a table is called and holds, and which counters a port keeps. */
const size = each((message) => {
  if (message.kind === 'featuresReply') return { ...message, buffers: 0, tables: 1 };
  if (message.kind !== 'statsReply') return message;
  if (message.stats.kind === 'port')
    return { ...message, stats: { ...message.stats, ports: message.stats.ports.map(kept) } };
  if (message.stats.kind !== 'table') return message;
  const tables = message.stats.tables.slice(0, 1).map((table) => ({ ...table, name: '', maxEntries: 0 }));
  return { ...message, stats: { ...message.stats, tables } };
});

const notKept = 2n ** 64n - 1n;
const kept = (ports: PortStats): PortStats => ({
  ...ports,
  ...Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, value === notKept ? 0n : value])),
});

/** ED38: what a switch numbers by itself. */
const ownXids = each((message) => (message.kind === 'hello' ? { ...message, xid: 0 } : message));

/** ED39: how much later than its time an entry goes, up to a second; the step in which it goes is compared. */
const lateness = each((message) =>
  message.kind === 'flowRemoved' && message.reason !== 'delete' ? { ...message, durationS: 0, durationNs: 0 } : message,
);

const normalisations: readonly Normalisation[] = [
  portIdentity,
  description,
  parts,
  order,
  asynchronous,
  quotation,
  size,
  ownXids,
  lateness,
];

/** What was observed, without what the specification leaves free. */
export const normalised = (observed: readonly Observed[]): readonly Observed[] =>
  observed.map((step) => ({
    ...step,
    messages: normalisations.reduce((messages, make) => make(messages), step.messages),
  }));

/**
 * ED37: a switch with buffers sends the beginning of a frame that it keeps, one without sends all of it. What both sent
 * is compared, and the length that both told.
 */
export function withoutBuffers(
  ours: readonly Observed[],
  theirs: readonly Observed[],
): readonly [readonly Observed[], readonly Observed[]] {
  const lengths = theirs.map((step, at) => beginnings(ours[at]?.messages ?? [], step.messages));
  return [cut(ours, lengths), cut(theirs, lengths)];
}
const packetIns = (messages: readonly Message[]): readonly MessageOf<'packetIn'>[] =>
  messages.filter((message) => message.kind === 'packetIn');
const beginnings = (ours: readonly Message[], theirs: readonly Message[]): readonly (number | undefined)[] => {
  const others = packetIns(theirs);
  return packetIns(ours).map(({ bufferId, data }, at) => {
    const other = others[at];
    if (other === undefined || (bufferId === noBuffer && other.bufferId === noBuffer)) return undefined;
    return Math.min(data.length, other.data.length);
  });
};
const cut = (
  observed: readonly Observed[],
  lengths: readonly (readonly (number | undefined)[])[],
): readonly Observed[] =>
  observed.map((step, at) => {
    let index = 0;
    const messages = step.messages.map((message) => {
      if (message.kind !== 'packetIn') return message;
      const length = lengths[at]?.[index++];
      return length === undefined
        ? message
        : { ...message, bufferId: noBuffer, data: message.data.subarray(0, length) };
    });
    return { ...step, messages };
  });
