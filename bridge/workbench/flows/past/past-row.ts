import type { FlowRow } from '../flow-row.ts';
import { knownFlow } from '../flow-row.ts';
import type { WireFlow } from './evidence.ts';
import type { PastEntry } from './past-entry.ts';
import { secondsAt } from './past-words.ts';

/** An entry of a table of the past. Counters and times that nothing tells are −2. */
export interface PastRow extends FlowRow {
  /** Observed: an answer of the switch within a second of the moment has it like this. */
  readonly confidence: 'observed' | 'inferred';
  /** What tells of it, a sentence. */
  readonly basis: string;
  /** What is not sure about it, a sentence; '' for nothing. */
  readonly doubt: string;
  /** When the switch told these counters, 0 when it did not within a second of the moment. */
  readonly countedUs: number;
  /** When it was made, µs. */
  readonly createdUs: number;
}

const unknown = -2;
/** An answer that is not further away counts as one at the moment, µs. */
const nearUs = 1_000_000;
const notTold = 'not known';

/** The row of an entry at a moment (WB174). */
export function pastRow(entry: PastEntry, atUs: number): PastRow {
  const near = nearest(entry, atUs);
  const age = Math.max(0, atUs - entry.createdUs);
  const { row } = knownFlow(wireOf(entry, near?.flow, age), atUs, undefined, 0);
  const isObserved = near !== undefined && entry.doubt === '';
  const isKnown = entry.actions !== undefined;
  return {
    ...row,
    ...(near === undefined && { packets: unknown, bytes: unknown }),
    ...(!isKnown && { actions: [notTold], actionsText: notTold }),
    isNew: false,
    idleLeftS: entry.idleTimeoutS === 0 ? -1 : unknown,
    isIdleLeftInferred: false,
    confidence: isObserved ? 'observed' : 'inferred',
    basis: basisOf(entry, near?.tUs),
    doubt: entry.doubt,
    countedUs: near?.tUs ?? 0,
    createdUs: entry.createdUs,
  };
}

/** The answer by the moment, before or after. */
function nearest({ seen, seenLater }: PastEntry, atUs: number): PastEntry['seen'] {
  const far = ({ tUs }: { readonly tUs: number }): number => Math.abs(tUs - atUs);
  return [seen, seenLater]
    .flatMap((each) => (each === undefined || far(each) > nearUs ? [] : [each]))
    .sort((a, b) => far(a) - far(b))[0];
}

function wireOf(entry: PastEntry, counted: WireFlow | undefined, ageUs: number): WireFlow {
  return {
    tableId: counted?.tableId ?? 0,
    match: entry.match,
    durationS: Math.floor(ageUs / 1e6),
    durationNs: Math.round(ageUs % 1e6) * 1000,
    priority: entry.priority,
    idleTimeoutS: entry.idleTimeoutS,
    hardTimeoutS: entry.hardTimeoutS,
    cookie: entry.cookie,
    packetCount: counted?.packetCount ?? 0n,
    byteCount: counted?.byteCount ?? 0n,
    actions: [...(entry.actions ?? [])],
  };
}

function basisOf(
  { addedId, addedUs, changedId, changedUs, seen, seenLater, actions }: PastEntry,
  nearTUs?: number,
): string {
  const said = [
    ...(addedId > 0 ? [`added by FLOW_MOD #${addedId} at ${secondsAt(addedUs)}`] : []),
    ...(changedId > 0 ? [`changed by FLOW_MOD #${changedId} at ${secondsAt(changedUs)}`] : []),
  ];
  const answer = nearTUs ?? seen?.tUs ?? seenLater?.tUs;
  if (answer !== undefined) said.unshift(`in the switch's answer at ${secondsAt(answer)}`);
  if (said.length === 0) said.push(actions === undefined ? 'told of by FLOW_REMOVED when it ended' : 'told of later');
  const text = said.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
