import { errors } from '../../../protocols/openflow/v10/error.ts';
import { messageTypes } from '../../../protocols/openflow/v10/header.ts';
import type { Message } from '../../../protocols/openflow/v10/message.ts';
import type { StatsReply } from '../../../protocols/openflow/v10/stats.ts';
import type { SentFrame } from '../../../testing/switch-under-test.ts';
import type { Observed } from './observed.ts';

/** A known difference between the two switches: what it makes alike on both sides is all that may differ. */
export interface Difference {
  /** In bridge/SPEC.md, with the reason. */
  readonly rule: string;
  alike(observed: readonly Observed[]): readonly Observed[];
}

const messagesOf = (rule: string, change: (message: Message) => Message | undefined): Difference => ({
  rule,
  alike: (observed) =>
    observed.map((step) => ({
      ...step,
      messages: step.messages.map(change).filter((message) => message !== undefined),
    })),
});
const framesOf = (rule: string, change: (frame: Uint8Array) => Uint8Array): Difference => ({
  rule,
  alike: (observed) =>
    observed.map((step) => ({
      ...step,
      frames: step.frames.map(({ port, frame }) => ({ port, frame: change(frame) })),
    })),
});
const statsOf = (rule: string, change: (stats: StatsReply) => StatsReply): Difference =>
  messagesOf(rule, (message) =>
    message.kind === 'statsReply' ? { ...message, stats: change(message.stats) } : message,
  );

const quotedBytes = 64;
const { badRequest, badAction, flowModFailed, helloFailed, queueOpFailed } = errors;
const isError = (message: Message, { type }: { readonly type: number }, code: number): boolean =>
  message.kind === 'error' && message.type === type && message.code === code;
const unchanged = { kind: 'error', xid: 0, type: 0xffff, code: 0, data: new Uint8Array(0) } as const;

/** An ERROR about a message of another version is written in that version. */
export const errorVersion = messagesOf('ED40', (message) => {
  const isHelloFailed = isError(message, helloFailed, helloFailed.codes.incompatible);
  if (isHelloFailed) return { ...message, xid: 0 };
  if (message.kind !== 'unknown' || message.type !== messageTypes.error) return message;
  const view = new DataView(message.raw.buffer, message.raw.byteOffset);
  const [type, code] = [view.getUint16(0), view.getUint16(2)];
  const data = type === helloFailed.type ? new Uint8Array(0) : message.raw.subarray(4, 4 + quotedBytes);
  return { kind: 'error', xid: message.xid, type, code, data };
});

/** A HELLO of version 0 ends the connection without a word. */
export const wordless = messagesOf('ED41', (message) =>
  isError(message, helloFailed, helloFailed.codes.incompatible) ? undefined : message,
);

/** A bitmap without any version is ignored, and the version of the header counts. */
export const emptyBitmap: Difference = {
  rule: 'ED42',
  alike: (observed) => observed.map((step) => ({ ...step, messages: [], isClosed: false })),
};

/** The settings 3 and 4 for fragments are known, and greater ones refused. */
export const moreFragments = messagesOf('ED43', (message) => {
  if (message.kind === 'getConfigReply') return { ...message, fragments: 'normal' };
  return isVendorError(message) ? undefined : message;
});

/** Where the specification has no error for it, one of Open vSwitch's own says what is wrong. */
export const vendorError = messagesOf('ED44', (message) => {
  const isOurs =
    isError(message, badAction, badAction.codes.badArgument) ||
    isError(message, flowModFailed, flowModFailed.codes.unsupported);
  return isOurs || isVendorError(message) ? { ...unchanged, xid: message.xid } : message;
});
const vendorErrorType = 0xb0c2;
const isVendorError = (message: Message): boolean => message.kind === 'error' && message.type === vendorErrorType;

/** An ERROR from the controller is answered with an ERROR. */
export const errorAnswered = messagesOf('ED45', (message) => {
  const quotesError = message.kind === 'error' && message.data[1] === messageTypes.error;
  return quotesError && isError(message, badRequest, badRequest.codes.badType) ? undefined : message;
});

/** A hidden table 254 has entries of its own, which show where the emergency table is asked for. */
export const hiddenTable = statsOf('ED46', (stats) => {
  if (stats.kind === 'flow') return { ...stats, flows: stats.flows.filter(({ tableId }) => tableId !== 254) };
  return stats.kind === 'aggregate' ? { ...stats, packetCount: 0n, byteCount: 0n, flowCount: 0 } : stats;
});

/** What a later fragment has where the checksum of a datagram stands is changed with its addresses. */
export const laterFragment = framesOf('ED47', (frame) => {
  const isLater = (((frame[20] ?? 0) << 8) | (frame[21] ?? 0)) & 0x1fff;
  return isLater ? zeroed(frame, 40, 42) : frame;
});

/** Ports that are set in ICMP become its type and code. */
export const icmpPorts = framesOf('ED48', (frame) => {
  const at = frame[12] === 0x81 ? 18 : 14;
  return frame[at + 9] === 1 ? zeroed(frame, at + 20, at + 24) : frame;
});
const zeroed = (frame: Uint8Array, start: number, end: number): Uint8Array =>
  Uint8Array.from(frame).fill(0, start, end);

/** TABLE is taken in an entry, and then leads in circles. */
export const tableInEntry = messagesOf('ED49', (message) =>
  isError(message, badAction, badAction.codes.badOutPort) ? undefined : message,
);

/** Of two faults either is told: a length that does not fit, and a type or a vendor that is not known. */
export const eitherFault = messagesOf('ED50', (message) =>
  message.kind === 'error' && (message.type === badAction.type || message.type === badRequest.type)
    ? { ...message, code: 0 }
    : message,
);

/** Every port has a queue 0 that was not configured. */
export const defaultQueue = messagesOf('ED51', (message) => {
  if (message.kind === 'queueGetConfigReply') return { ...message, queues: [] };
  const isNone = isError(message, queueOpFailed, queueOpFailed.codes.badQueue);
  const isQueues = message.kind === 'statsReply' && message.stats.kind === 'queue';
  if (!isNone && !isQueues) return message;
  return { kind: 'statsReply', xid: message.xid, stats: { kind: 'queue', flags: [], queues: [] } };
});

/** NO_PACKET_IN is kept, shown, and does nothing. */
export const noPacketInIgnored = messagesOf('ED52', (message) =>
  message.kind === 'packetIn' && message.reason === 'noMatch' ? undefined : message,
);

/** A frame that NO_RECV drops is counted by the entry that it would have matched. */
export const noRecvCounted = statsOf('ED53', (stats) => {
  if (stats.kind !== 'flow') return stats;
  return { ...stats, flows: stats.flows.map((flow) => ({ ...flow, packetCount: 0n, byteCount: 0n })) };
});

/** The dummy ports of this test go on carrying frames when they are down, which those of a kernel do not. */
export const dummyDown = (port: number, untilStep: number): Difference => ({
  rule: 'ED54',
  alike: (observed) => observed.map((step, index) => (index < untilStep ? withoutPort(step, port) : step)),
});
function withoutPort(step: Observed, port: number): Observed {
  const cameIn = step.step.endsWith(`port ${port}`);
  const frames = step.frames.filter((sent: SentFrame) => !cameIn && sent.port !== port);
  const messages = step.messages
    .filter((message) => message.kind !== 'packetIn' || message.inPort !== port)
    .map((message) => withoutCounters(message, port));
  return { ...step, frames, messages };
}
function withoutCounters(message: Message, port: number): Message {
  if (message.kind !== 'statsReply' || message.stats.kind !== 'port') return message;
  const ports = message.stats.ports.map((each) =>
    each.port === port ? { ...each, txPackets: 0n, txBytes: 0n, txDropped: 0n } : each,
  );
  return { ...message, stats: { ...message.stats, ports } };
}
