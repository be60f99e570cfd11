import { CaptureConversations } from '../../bridge/packet/conversation/capture-conversations.ts';
import { type Filter, readFilter } from '../../bridge/packet/filter/filter.ts';
import { newFilterRecord, noContext } from '../../bridge/packet/filter/record.ts';
import type { CapturedPacket } from '../../bridge/packet/pcapng/reader.ts';
import { dropCauses, points, rules, type TraceRecord, verdicts } from '../../bridge/packet/trace-batch.ts';
import { AppError } from '../errors.ts';

/** Reads a filter; throws bad-request with what is wrong and at which character. */
function filterFrom(text: string): Filter {
  const read = readFilter(text);
  if (read.ok) return read.filter;
  const { start, message, suggestion } = read.fault;
  const instead = suggestion === undefined ? '' : ` Perhaps: ${suggestion}`;
  throw new AppError('bad-request', `filter: at character ${start + 1}: ${message}${instead}`);
}

/** Whether a filter asks what only the whole log knows: which journey a record belongs to, what people say of it. Throws bad-request. */
export const asksTheLog = (text: string): boolean => [...filterFrom(text).needs].some((need) => need !== 'checks');

/**
 * The question that a filter asks of records one by one. What they do not know themselves (checks) is refused
 * with bad-request.
 */
export function recordFilter(text: string): (record: TraceRecord) => boolean {
  const filter = filterFrom(text);
  if (filter.needs.has('checks')) {
    throw new AppError('bad-request', 'filter: lab.check is not known here; choose the records by seqs.');
  }
  if (filter.needs.has('findings')) {
    throw new AppError('bad-request', 'filter: lab.finding is not known here; choose the records by seqs.');
  }
  const nodes: string[] = [];
  const codes = new Map<string, number>();
  const codeOf = (node: string): number => {
    const known = codes.get(node);
    if (known !== undefined) return known;
    const code = nodes.push(node) - 1;
    codes.set(node, code);
    return code;
  };
  const one = newFilterRecord();
  const passes = filter.over({ ...noContext, nodeName: (node) => nodes[node] ?? '' });
  return ({ seq, tUs, point, verdict, cause, rule, confidence, node, port, length, frame }) => {
    one.seq = seq;
    one.tUs = tUs;
    one.point = points.indexOf(point);
    one.verdict = verdicts.indexOf(verdict);
    one.cause = dropCauses.indexOf(cause);
    one.rule = rules.indexOf(rule);
    one.confidence = confidence;
    one.node = codeOf(node);
    one.port = port;
    one.length = length;
    one.bytes = frame;
    one.start = 0;
    one.end = frame.length;
    return passes(one);
  };
}

/** The question that a filter asks of a packet of a capture file; `number` counts from 1. Ask them in order. */
export function packetFilter(text: string): (packet: CapturedPacket, number: number, sinceFirstNs: bigint) => boolean {
  const one = newFilterRecord();
  let said: readonly string[] = [];
  const conversations = new CaptureConversations();
  const { needs, over } = filterFrom(text);
  const passes = over({ ...noContext, commentsOf: () => said, conversations });
  return ({ frame, length, comments }, number, sinceFirstNs) => {
    said = comments;
    one.seq = number;
    one.tUs = Number(sinceFirstNs) / 1000;
    one.length = length;
    one.bytes = frame;
    one.start = 0;
    one.end = frame.length;
    if (needs.has('conversations')) conversations.look(frame, 0, frame.length, length, one.tUs);
    return passes(one);
  };
}
