import type { ControlLog } from '../../../trace/control-log.ts';
import { tableEvidence } from './evidence.ts';
import { type PastRow, pastRow } from './past-row.ts';
import { knownText } from './past-words.ts';
import { tableAt } from './table-at.ts';

/** A flow table as it was at a moment, worked out from the control log. Times in µs on the trace's clock. */
export interface FlowTableThen {
  readonly dpid: string;
  readonly switch: string;
  readonly atUs: number;
  /** The highest priority first. */
  readonly entries: readonly PastRow[];
  /** Nothing that this controller put there can be missing. */
  readonly isWhole: boolean;
  /** The switch's answers around the moment, 0 for none. */
  readonly answerUs: number;
  readonly nextAnswerUs: number;
  /** From what it is known, and what cannot be known, in a sentence or two. */
  readonly text: string;
}

/** The flow table of a switch at a moment (WB171–WB174). */
export async function flowsAt(control: ControlLog, dpid: string, name: string, atUs: number): Promise<FlowTableThen> {
  const evidence = await tableEvidence(control, name, atUs);
  const { entries, ...known } = tableAt(evidence, atUs);
  const rows = entries.map((entry) => pastRow(entry, atUs));
  return { dpid, switch: name, atUs, entries: rows, ...known, text: knownText(name, evidence, known, atUs) };
}
