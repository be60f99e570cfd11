import { tcpAnalysis } from '../conversation/tcp-flags.ts';
import { dropCauses, points, rules, verdicts } from '../trace-batch.ts';
import type { Value } from './constants.ts';
import type { Subject } from './subject.ts';

type Read = (subject: Subject) => readonly Value[];

const nothing: readonly Value[] = [];
const named = (name: string | undefined): readonly Value[] => (name === undefined || name === '' ? nothing : [name]);
/** Index 0 says that there is none. */
const unlessNone = (names: readonly string[], code: number): readonly Value[] =>
  code === 0 ? nothing : named(names[code]);

const numbered = (number: number | undefined): readonly Value[] => (number === undefined ? nothing : [number]);
/** Of a field that is there or not: it has no bytes of its own. */
const there: readonly Value[] = [new Uint8Array(0)];

/** Fields of conversations: only the log around a record knows them. */
const conversationFields: Readonly<Record<string, Read>> = {
  'tcp.stream': ({ record, context }) => numbered(context.conversations.tcpStreamOf(record.seq)),
  'udp.stream': ({ record, context }) => numbered(context.conversations.udpStreamOf(record.seq)),
  'tcp.analysis.flags': ({ record, context }) =>
    context.conversations.tcpAnalysisOf(record.seq) === 0 ? nothing : there,
  ...Object.fromEntries(
    Object.entries(tcpAnalysis).map(([name, bit]: [string, number]): [string, Read] => [
      `tcp.analysis.${name}`,
      ({ record, context }) => ((context.conversations.tcpAnalysisOf(record.seq) & bit) === 0 ? nothing : there),
    ]),
  ),
};

/** Whether a field is one of conversations. */
export const isOfConversations = (name: string): boolean => Object.hasOwn(conversationFields, name);

/** Fields that the record has beside its frame: nothing is dissected for them. */
export const recordFields: Readonly<Record<string, Read>> = {
  'frame.comment': ({ record, context }) => context.commentsOf(record.seq),
  'frame.number': ({ record }) => [record.seq],
  'frame.len': ({ record }) => [record.length],
  'frame.cap_len': ({ record }) => [record.end - record.start],
  'frame.time_relative': ({ record }) => [record.tUs / 1e6],
  frame: (subject) => [subject.frame],
  'lab.seq': ({ record }) => [record.seq],
  'lab.point': ({ record }) => named(points[record.point]),
  'lab.node': ({ record, context }) => named(context.nodeName(record.node)),
  'lab.port': ({ record }) => [record.port],
  'lab.chain': ({ record, context }) => [context.chainOf(record.seq)],
  'lab.verdict': ({ record }) => named(verdicts[record.verdict]),
  'lab.cause': ({ record }) => unlessNone(dropCauses, record.cause),
  'lab.rule': ({ record }) => unlessNone(rules, record.rule),
  'lab.confidence': ({ record }) => (record.rule === 0 ? nothing : [record.confidence]),
  'lab.check': ({ record, context }) => context.checksOf(record.seq),
  'lab.finding': ({ record, context }) => context.findingsOf(record.seq),
  '_ws.col.info': ({ summary }) => [summary.info],
  '_ws.col.protocol': ({ summary }) => [summary.protocol],
  ...conversationFields,
};

/** Of fields with few values, the code that decides: the answer for a code is remembered. */
export const recordCodes: Readonly<Record<string, (subject: Subject) => number>> = {
  'lab.point': ({ record }) => record.point,
  'lab.node': ({ record }) => record.node,
  'lab.verdict': ({ record }) => record.verdict,
  'lab.cause': ({ record }) => record.cause,
  'lab.rule': ({ record }) => record.rule,
};

/** Of fields with one number, that number. */
export const recordNumbers: Readonly<Record<string, (subject: Subject) => number>> = {
  'frame.number': ({ record }) => record.seq,
  'frame.len': ({ record }) => record.length,
  'frame.cap_len': ({ record }) => record.end - record.start,
  'frame.time_relative': ({ record }) => record.tUs / 1e6,
  'lab.seq': ({ record }) => record.seq,
  'lab.port': ({ record }) => record.port,
};
