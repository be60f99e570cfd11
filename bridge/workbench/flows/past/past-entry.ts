import type { FlowMatch } from '../../../emulator/switch/flow-match.ts';
import { fromFlowMatch, toFlowMatch } from '../../../emulator/switch/v10/match.ts';
import type { Action } from '../../../protocols/openflow/v10/action.ts';
import { type Match, matchFields } from '../../../protocols/openflow/v10/match.ts';
import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { flowId } from '../flow-row.ts';
import type { ModEvidence, WireFlow } from './evidence.ts';
import { priorityOf } from './selects.ts';

/** An entry of a table as it is followed through the control log. Times in µs on the trace's clock. */
export interface PastEntry {
  readonly id: string;
  readonly match: Match;
  readonly flow: FlowMatch;
  readonly priority: number;
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  readonly createdUs: number;
  /** Undefined when nothing tells. */
  actions: readonly Action[] | undefined;
  cookie: bigint;
  /** Since when the hard time-out counts: between these two. */
  modifiedUs: readonly [from: number, to: number];
  /** When it can have ended for want of frames at the earliest, Infinity for never. */
  idleEndUs: number;
  /** A FLOW_MOD of this time changed it or, had it ended by then, added it anew; 0 for none. */
  anewUs: number;
  anewHardTimeoutS: number;
  /** It was to be told when it ends. */
  tellsItsEnd: boolean;
  /** FLOW_MODs that made and changed it last, 0 for none that is known. */
  addedId: number;
  addedUs: number;
  changedId: number;
  changedUs: number;
  /** The answer that has it as it is. */
  seen: { readonly tUs: number; readonly flow: WireFlow } | undefined;
  /** The next answer that has it, when nothing that is known changed it before. */
  seenLater: { readonly tUs: number; readonly flow: WireFlow } | undefined;
  /** Whether it was there at the moment, as far as later messages tell. */
  fate: 'open' | 'sure' | 'doubtful';
  /** What is not sure about it, a sentence; '' for nothing. */
  doubt: string;
}

/** Arrival is later than what is told of, and how much is not known; so much is allowed for, µs. */
export const latencyUs = 200_000;

export const agoUs = (told: { readonly durationS: number; readonly durationNs: number }): number =>
  told.durationS * 1e6 + told.durationNs / 1e3;

const endUs = (fromUs: number, timeoutS: number): number => (timeoutS === 0 ? Infinity : fromUs + timeoutS * 1e6);

/** When the hard time-out ends an entry: not before the first, surely by the second. */
export const hardEnds = (entry: PastEntry): readonly [number, number] => {
  const { modifiedUs, hardTimeoutS, anewUs, anewHardTimeoutS } = entry;
  const [first, last] = [endUs(modifiedUs[0], hardTimeoutS), endUs(modifiedUs[1], hardTimeoutS)];
  return [first, anewUs > 0 ? Math.max(last, endUs(modifiedUs[1], anewHardTimeoutS)) : last];
};

/** What makes an entry itself, whatever a controller writes into fields that the match ignores. */
function identity(match: Match, priority: number, table = 0) {
  const flow = toFlowMatch(match);
  const normal = fromFlowMatch(flow);
  return { flow, match: normal, id: flowId(matchFields(normal), priority, table) };
}

export const idOf = (told: { readonly match: Match; readonly priority: number }): string =>
  identity(told.match, priorityOf(told)).id;

/** The entry that a FLOW_MOD adds. */
export function addedEntry({ id, tUs, mod }: ModEvidence): PastEntry {
  const priority = priorityOf(mod);
  return {
    ...identity(mod.match, priority),
    priority,
    idleTimeoutS: mod.idleTimeoutS,
    hardTimeoutS: mod.hardTimeoutS,
    createdUs: tUs,
    actions: mod.actions,
    cookie: mod.cookie,
    modifiedUs: [tUs, tUs],
    idleEndUs: endUs(tUs, mod.idleTimeoutS),
    anewUs: 0,
    anewHardTimeoutS: 0,
    tellsItsEnd: mod.flags.includes('sendFlowRemoved'),
    addedId: id,
    addedUs: tUs,
    changedId: 0,
    changedUs: 0,
    seen: undefined,
    seenLater: undefined,
    fate: 'open',
    doubt: '',
  };
}

/** An entry as an answer of `tUs` told it. */
export function toldEntry(flow: WireFlow, tUs: number): PastEntry {
  const createdUs = tUs - agoUs(flow);
  const isUnused = flow.packetCount === 0n;
  return {
    ...identity(flow.match, flow.priority, flow.tableId),
    priority: flow.priority,
    idleTimeoutS: flow.idleTimeoutS,
    hardTimeoutS: flow.hardTimeoutS,
    createdUs,
    actions: flow.actions,
    cookie: flow.cookie,
    // A MODIFY before the answer lets the hard time-out begin anew, and answers do not tell of it.
    modifiedUs: [createdUs, tUs],
    idleEndUs: Math.max(tUs, endUs(isUnused ? createdUs : tUs - flow.idleTimeoutS * 1e6, flow.idleTimeoutS)),
    anewUs: 0,
    anewHardTimeoutS: 0,
    tellsItsEnd: false,
    addedId: 0,
    addedUs: 0,
    changedId: 0,
    changedUs: 0,
    seen: { tUs, flow },
    seenLater: undefined,
    fate: 'open',
    doubt: '',
  };
}

/** An entry of which only its end was told. */
export function endedEntry(removed: MessageOf<'flowRemoved'>, tUs: number): PastEntry {
  const priority = priorityOf(removed);
  const createdUs = tUs - agoUs(removed);
  return {
    ...identity(removed.match, priority),
    priority,
    idleTimeoutS: removed.idleTimeoutS,
    hardTimeoutS: 0,
    createdUs,
    actions: undefined,
    cookie: removed.cookie,
    modifiedUs: [createdUs, tUs],
    idleEndUs: tUs,
    anewUs: 0,
    anewHardTimeoutS: 0,
    tellsItsEnd: true,
    addedId: 0,
    addedUs: 0,
    changedId: 0,
    changedUs: 0,
    seen: undefined,
    seenLater: undefined,
    fate: 'sure',
    doubt: '',
  };
}
