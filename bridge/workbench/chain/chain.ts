import type { Rule } from '../../packet/trace-batch.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { type Again, againOf } from './again.ts';
import { type JourneyAnswers, journeyAnswers } from './answers.ts';
import { type ChainRecord, chainOf, recordAt } from './lineage.ts';

export interface ChainMethods {
  /** The whole chain of a record, at most 200 records in order of seq (WB90). */
  'trace:chain'(argument: { readonly seq: number }): readonly ChainRecord[];
  /** What a record came from, in one sentence for people, and what it says again (WB91, WB92). */
  'trace:cause'(argument: { readonly seq: number }): {
    readonly seq: number;
    readonly text: string;
    readonly again: Again | null;
  };
  /** What the journey of these records answers, and what hosts sent in answer to it (WB88). */
  'trace:answers'(argument: { readonly seqs: readonly number[] }): JourneyAnswers;
}

/** Chains of the log, asked for. */
export function chainMethods(log: PacketLog): Implementation<ChainMethods> {
  return {
    'trace:chain': ({ seq }) => {
      const chain = chainOf(log, seq);
      if (chain.length === 0) throw notKept(log, seq);
      return chain;
    },
    'trace:cause': ({ seq }) => {
      const record = recordAt(log, seq);
      if (record === undefined) throw notKept(log, seq);
      return { seq, text: causeText(record), again: againOf(log, seq) ?? null };
    },
    'trace:answers': ({ seqs }) => journeyAnswers(log, seqs),
  };
}

/** Why a seq cannot be asked about. */
export function notKept(log: PacketLog, seq: number): WorkbenchError {
  const kept = log.nextSeq === log.firstSeq ? 'none is' : `#${log.firstSeq} to #${log.nextSeq - 1} are`;
  return new WorkbenchError('not-found', `Record #${seq} is not kept, ${kept}`);
}

const deeds: Readonly<Record<Rule, string>> = {
  none: '',
  'same frame': 'the very frame of',
  edited: 'edited from',
  forward: 'forwarded from',
  'arp release': 'released, it had waited as',
  'icmp error': 'an ICMP error about',
  'echo reply': 'the reply to',
  'arp reply': 'the ARP reply to',
  'arp request for': 'an ARP request that was needed for',
  nat: 'forwarded under another address from',
  flood: 'another copy of',
};

/** `#14: forwarded from #10 (inferred by the rule "forward", 98 %)`. */
export function causeText({ seq, point, parents }: ChainRecord): string {
  const [first, second] = parents;
  if (first === undefined) {
    if (point !== 'from_router') return `#${seq}: where its journey begins`;
    return `#${seq}: cause unknown, none of the frames that the router was given lately fits well enough`;
  }
  const waited = second === undefined ? '' : `, sent when #${second.seq} told the neighbour's address`;
  const how = first.isObserved ? 'observed' : `inferred by the rule "${first.rule}", ${first.confidence} %`;
  return `#${seq}: ${deeds[first.rule]} #${first.seq}${waited} (${how})`;
}
