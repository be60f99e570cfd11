import { type ConversationTable, noConversations } from '../../../bridge/packet/conversation/table.ts';
import type { Filter } from '../../../bridge/packet/filter/filter.ts';
import { newFilterRecord } from '../../../bridge/packet/filter/record.ts';
import type { Expression } from '../../../bridge/packet/filter/syntax.ts';
import { dropCauses, points, rules, type TraceRecord, verdicts } from '../../../bridge/packet/trace-batch.ts';
import { reading } from '../state/reading.ts';

/** What of the lab a filter may ask beyond the record. */
export interface FilterSurroundings {
  record(seq: number): TraceRecord | undefined;
  /** Names of the checks that made a record. */
  checksOf(seq: number): readonly string[];
  /** Kinds of what was found about it. */
  findingsOf?(seq: number): readonly string[];
  /** What people say of it. */
  commentsOf(seq: number): readonly string[];
  /** Which conversations records belong to, as the server numbered them, up to a seq. */
  readonly conversations?: { readonly table: ConversationTable; knownTo(): number };
}

/** A filter over the page's own records. */
export interface RecordFilter {
  readonly filter: Filter;
  passes(record: TraceRecord): boolean;
  /** The last record that it can be asked about yet; what is behind it waits. */
  knownTo(): number;
}

/** A loop in the network makes a journey without end. */
const longestJourney = 200;
/** A frame that comes out of a host begins a journey of its own (TRACE5). */
const beginsJourney = ({ point, parents }: TraceRecord): boolean =>
  point === 'packet_in' || point === 'host.tx' || parents.length === 0;

const codesOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, code) => [name, code]));
const pointCodes = codesOf(points);
const verdictCodes = codesOf(verdicts);
const causeCodes = codesOf(dropCauses);
const ruleCodes = codesOf(rules);

/** The filter of a text; undefined for an empty one and for one that is wrong. */
export function recordFilter(text: string, surroundings: FilterSurroundings): RecordFilter | undefined {
  if (text.trim() === '') return undefined;
  const read = reading().readFilter(text);
  if (!read.ok || read.filter.expression === undefined) return undefined;
  const nodes: string[] = [];
  const nodeCodes = new Map<string, number>();
  const chainOf = (seq: number): number => {
    let record = surroundings.record(seq);
    for (let i = 0; i < longestJourney && record !== undefined && !beginsJourney(record); i++) {
      const parent = record.parents[0] === undefined ? undefined : surroundings.record(record.parents[0]);
      if (parent === undefined) return record.parents[0] ?? record.seq;
      record = parent;
    }
    return record?.seq ?? seq;
  };
  const ask = read.filter.over({
    nodeName: (node) => nodes[node] ?? '',
    chainOf,
    checksOf: (seq) => surroundings.checksOf(seq),
    findingsOf: (seq) => surroundings.findingsOf?.(seq) ?? [],
    commentsOf: (seq) => surroundings.commentsOf(seq),
    conversations: surroundings.conversations?.table ?? noConversations,
  });
  // One object for all: a hundred thousand are asked in a row.
  const one = newFilterRecord();
  const passes = (record: TraceRecord): boolean => {
    let node = nodeCodes.get(record.node);
    if (node === undefined) {
      node = nodes.push(record.node) - 1;
      nodeCodes.set(record.node, node);
    }
    one.seq = record.seq;
    one.tUs = record.tUs;
    one.point = pointCodes.get(record.point) ?? 0;
    one.verdict = verdictCodes.get(record.verdict) ?? 0;
    one.cause = causeCodes.get(record.cause) ?? 0;
    one.rule = ruleCodes.get(record.rule) ?? 0;
    one.confidence = record.confidence;
    one.node = node;
    one.port = record.port;
    one.length = record.length;
    one.bytes = record.frame;
    one.end = record.frame.length;
    return ask(one);
  };
  const { conversations } = surroundings;
  const waits = conversations !== undefined && read.filter.needs.has('conversations');
  return { filter: read.filter, passes, knownTo: () => (waits ? conversations.knownTo() : Number.POSITIVE_INFINITY) };
}

/** Whether everything that passes `next` passes `before` too: all that `before` joins with “and” is in `next`. */
export function narrows(next: RecordFilter, before: RecordFilter): boolean {
  const [now, then] = [partsOf(next.filter.expression), partsOf(before.filter.expression)];
  return [...then].every((part) => now.has(part));
}

function partsOf(expression: Expression | undefined): Set<string> {
  if (expression === undefined) return new Set();
  if (expression.kind !== 'and') return new Set([reading().printFilter(expression)]);
  return new Set([...partsOf(expression.left), ...partsOf(expression.right)]);
}
