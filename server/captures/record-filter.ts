import { type Filter, readFilter } from '../../bridge/packet/filter/filter.ts';
import { newFilterRecord } from '../../bridge/packet/filter/record.ts';
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

/** Whether a filter asks what only the whole log knows: which journey a record belongs to. Throws bad-request. */
export const asksForChains = (text: string): boolean => filterFrom(text).needs.has('chains');

/**
 * The question that a filter asks of records one by one. What they do not know themselves (journeys, checks) is refused
 * with bad-request.
 */
export function recordFilter(text: string): (record: TraceRecord) => boolean {
  const filter = filterFrom(text);
  for (const [need, field] of [['chains', 'lab.chain'] as const, ['checks', 'lab.check'] as const]) {
    if (filter.needs.has(need)) {
      throw new AppError('bad-request', `filter: ${field} is not known here; choose the records by seqs.`);
    }
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
  const passes = filter.over({ nodeName: (node) => nodes[node] ?? '', chainOf: (seq) => seq, checksOf: () => [] });
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

/** The question that a filter asks of a packet of a capture file; `number` counts from 1. */
export function packetFilter(text: string): (packet: CapturedPacket, number: number, sinceFirstNs: bigint) => boolean {
  const one = newFilterRecord();
  const passes = filterFrom(text).over();
  return ({ frame, length }, number, sinceFirstNs) => {
    one.seq = number;
    one.tUs = Number(sinceFirstNs) / 1000;
    one.length = length;
    one.bytes = frame;
    one.start = 0;
    one.end = frame.length;
    return passes(one);
  };
}
