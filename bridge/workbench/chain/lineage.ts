import {
  type DropCause,
  dropCauses,
  type Point,
  points,
  type Rule,
  rules,
  type Verdict,
  verdicts,
} from '../../packet/trace-batch.ts';
import { type LoggedRecord, newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';

/** One parent of a record: `isObserved` when it was seen to be (confidence 100), else it is inferred by the rule. */
interface ParentLink {
  readonly seq: number;
  readonly rule: Rule;
  readonly confidence: number;
  readonly isObserved: boolean;
}

/** A record of a chain, without its bytes. */
export interface ChainRecord {
  readonly seq: number;
  readonly tUs: number;
  readonly point: Point;
  readonly node: string;
  readonly port: number;
  readonly verdict: Verdict;
  readonly cause: DropCause;
  readonly parents: readonly ParentLink[];
}

/** Records in one chain, records looked through for descendants, and how much later than its parent one may come. */
const limits = { chain: 200, scanned: 200_000, laterUs: 30_000_000 } as const;
const exact = 100;

/** A kept record, undefined when it was forgotten or is not there yet. */
export function recordAt(
  log: PacketLog,
  seq: number,
  looked: LoggedRecord = newLoggedRecord(),
): ChainRecord | undefined {
  if (!log.look(seq, looked)) return undefined;
  return {
    seq,
    tUs: looked.tUs,
    point: points[looked.point] ?? 'drop',
    node: log.nodeName(looked.node),
    port: looked.port,
    verdict: verdicts[looked.verdict] ?? 'passed',
    cause: dropCauses[looked.cause] ?? 'none',
    parents: linksOf(looked),
  };
}

function linksOf({ rule, confidence, parents, parentCount }: LoggedRecord): ParentLink[] {
  const first = rules[rule] ?? 'none';
  return Array.from(parents.subarray(0, parentCount), (seq, i) => ({
    seq,
    // The second parent is always the ARP packet that the first one waited for (WB82).
    rule: i === 0 ? first : 'arp release',
    confidence,
    isObserved: confidence === exact,
  }));
}

/**
 * The chain that a record belongs to, in order of seq (WB90): along first parents up to where the packet came from, down from
 * there to all that came of it, and for each of those what else it came from. At most 200 records.
 */
export function chainOf(log: PacketLog, seq: number): ChainRecord[] {
  const looked = newLoggedRecord();
  const chain = new Map<number, ChainRecord>();
  const add = (each: number): ChainRecord | undefined => {
    const record = chain.size < limits.chain && !chain.has(each) ? recordAt(log, each, looked) : undefined;
    if (record !== undefined) chain.set(each, record);
    return record;
  };
  let root = add(seq);
  if (root === undefined) return [];
  for (let next = root.parents[0]; next !== undefined; next = root.parents[0])
    root = add(next.seq) ?? { ...root, parents: [] };
  addDescendants(log, root, chain, looked);
  const open = [...chain.values()];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of next.parents) {
      const more = add(parent.seq);
      if (more !== undefined) open.push(more);
    }
  }
  return [...chain.values()].sort((a, b) => a.seq - b.seq);
}

/** Children come after their parents in the log: one pass finds them, and theirs. */
function addDescendants(
  log: PacketLog,
  root: ChainRecord,
  chain: Map<number, ChainRecord>,
  looked: LoggedRecord,
): void {
  const line = new Set(chain.keys());
  const end = Math.min(log.nextSeq, root.seq + limits.scanned);
  for (let seq = root.seq + 1; seq < end && chain.size < limits.chain; seq++) {
    if (!log.look(seq, looked)) continue;
    if (looked.tUs - root.tUs > limits.laterUs) return;
    if (looked.parentCount === 0 || !line.has(looked.parents[0] ?? 0)) continue;
    line.add(seq);
    const record = chain.has(seq) ? undefined : recordAt(log, seq, looked);
    if (record !== undefined) chain.set(seq, record);
  }
}
