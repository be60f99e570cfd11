import { dissect, type FieldValue, fieldValues, summarize } from '../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../bridge/packet/trace-batch.ts';
import type { ExpectationResult } from '../contract/grade.ts';
import type { Expectation, Lab } from '../contract/lab.ts';
import type { StepLog } from './step-log.ts';
import { fillIn, type Variables } from './variables.ts';
import { countText } from './words.ts';

export type PacketExpectation = Extract<Expectation, { kind: 'packets' }>;
/** Each field with the values of which it must have one. */
type Wanted = readonly (readonly [name: string, values: readonly string[]])[];

const quotedPrefix = 'quoted.';

/** Packets named when an expectation fails: enough to see what happened, few enough to read. */
const mostNamed = 4;

/** Counts the step's packets at one place of the path that have all the fields. */
export function judgePackets(
  expectation: PacketExpectation,
  { lab, variables, log }: { lab: Lab; variables: Variables; log: StepLog },
): ExpectationResult {
  const { point, at, fields, count, because } = expectation;
  const wanted: Wanted = Object.entries(fields).map(([name, value]) => [
    name,
    [value].flat().map((one) => fillIn(String(one), variables)),
  ]);
  const isThere = place(lab, at);
  const there = log.records.filter((record) => record.point === point && isThere(record));
  const seen = there.map((record) => ({ record, missing: missing(record, wanted) }));
  const matching = seen.filter(({ missing: fields }) => fields.length === 0);
  const { min = 0, max = Number.POSITIVE_INFINITY } = count;
  const passed = matching.length >= min && matching.length <= max;
  const where = at === undefined ? point : `${point} ${at}`;
  return {
    passed,
    because,
    expected: `${countText(min, max)} at ${where} with ${wanted.map(([name, values]) => `${name} ${values.join(' or ')}`).join(', ')}`,
    observed: matching.length > 0 || passed ? found(matching, where) : closest(seen, wanted.length, where),
  };
}

/** Whether a record is at the interface, port or port name that `at` says. */
function place(lab: Lab, at: string | undefined): (record: TraceRecord) => boolean {
  if (at === undefined) return () => true;
  const ofRouters = lab.routers.flatMap(({ name: node, interfaces }) =>
    interfaces.filter(({ name }) => name === at).map(({ port }) => ({ node, port })),
  );
  const port = Number(/^(?:.*-eth)?(\d+)$/.exec(at)?.[1]);
  return (record) =>
    record.port === port || ofRouters.some((one) => one.port === record.port && one.node === record.node);
}

/** The wanted fields that a packet does not have, each with what it has instead. */
function missing(record: TraceRecord, wanted: Wanted): string[] {
  const { layers } = dissect(record.frame, { length: record.length });
  // What an ICMP error quotes is not what the packet says: `ip.dst` is its own, `quoted.ip.dst` that of its cause.
  const icmp = layers.findIndex(({ name }) => name === 'icmp');
  const ownEnd = icmp < 0 ? layers.length : icmp + 1;
  const own = fieldValues(layers.slice(0, ownEnd));
  const quoted = fieldValues(layers.slice(ownEnd));
  return wanted.flatMap(([name, values]) => {
    const isQuoted = name.startsWith(quotedPrefix);
    const has = (isQuoted ? quoted.get(name.slice(quotedPrefix.length)) : own.get(name)) ?? [];
    if (has.some((one) => values.some((value) => isSame(one, value)))) return [];
    return has.length === 0 ? [`no ${name}`] : [`${name} ${has[0]} instead of ${values.join(' or ')}`];
  });
}

function isSame(has: FieldValue, wanted: string): boolean {
  if (typeof has === 'string') return has.toLowerCase() === wanted.toLowerCase();
  if (typeof has === 'boolean') return wanted === String(has) || wanted === (has ? '1' : '0');
  // Numbers may be written 0x0800.
  return String(has) === wanted || String(has) === String(Number(wanted));
}

interface Seen {
  readonly record: TraceRecord;
  readonly missing: readonly string[];
}

function found(matching: readonly Seen[], where: string): string {
  if (matching.length === 0) return `none at ${where}`;
  const named = matching.slice(0, mostNamed).map(({ record }) => lineOf(record));
  return [`${countText(matching.length, matching.length)} at ${where}`, ...named].join('\n');
}

/** None is right: the nearest ones and what is wrong with them. */
function closest(seen: readonly Seen[], fields: number, where: string): string {
  if (seen.length === 0) return `no packet at all at ${where}`;
  const least = Math.min(...seen.map(({ missing: wrong }) => wrong.length));
  if (least === fields) return `nothing like it among ${countText(seen.length, seen.length)} at ${where}`;
  const nearest = seen.filter(({ missing: wrong }) => wrong.length === least).slice(0, mostNamed);
  const lines = nearest.map(({ record, missing: wrong }) => `${lineOf(record)} (${wrong.join(', ')})`);
  return [`none among ${countText(seen.length, seen.length)} at ${where}, the closest:`, ...lines].join('\n');
}

function lineOf(record: TraceRecord): string {
  const { source, destination, protocol, info } = summarize(record.frame, record.length);
  return `#${record.seq} ${source} → ${destination} ${protocol} ${info}`;
}
