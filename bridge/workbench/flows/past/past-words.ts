import type { TableEvidence } from './evidence.ts';

/** A moment of the trace's clock in a sentence: `12.304 s`. */
export const secondsAt = (tUs: number): string => `${(tUs / 1e6).toFixed(3)} s`;

interface Known {
  readonly isWhole: boolean;
  readonly answerUs: number;
  readonly nextAnswerUs: number;
}

/** From what a table of the past is known, and what cannot be known (WB174). */
export function knownText(
  name: string,
  { firstUs, keptFromUs, isCut }: TableEvidence,
  { isWhole, answerUs, nextAnswerUs }: Known,
  atUs: number,
): string {
  const forgotten = `Control messages from before ${secondsAt(keptFromUs)} are not kept`;
  if (firstUs > atUs)
    return isCut ? `${forgotten}: only later ones tell of this moment.` : `${name} had not connected yet.`;
  const answers = [answerUs, nextAnswerUs].filter((tUs) => tUs > 0).map(secondsAt);
  const from =
    answers.length === 0
      ? 'Followed from FLOW_MODs'
      : `Followed from FLOW_MODs and the switch's ${answers.length === 1 ? 'answer' : 'answers'} at ${answers.join(' and ')}`;
  if (!isWhole) return `${isCut ? forgotten : `${name} had just connected`}: older entries may be missing. ${from}.`;
  return `${from}. What others change shows only in the switch's answers.`;
}
