import { create } from 'zustand';
import { nextAround } from './seqs.ts';

/** Packets that somebody marked, and the one from which times count; of one log. */
export interface Marks {
  /** The log that they belong to, by its epoch: in another one the numbers are other packets. */
  readonly epochMs: number;
  readonly marked: ReadonlySet<number>;
  readonly reference: { readonly seq: number; readonly tUs: number } | undefined;
}

const noMarks: Marks = { epochMs: 0, marked: new Set(), reference: undefined };

/** The marks of the log that was last marked in; read them through `marksOf` (TRACE63). */
export const useMarks = create<Marks>()(() => noMarks);

/** The marks that belong to a log: none when they were made in another. */
export function marksOf(marks: Marks, epochMs: number): Marks {
  return marks.epochMs === epochMs ? marks : noMarks;
}

/** Marks a packet, or takes its mark away. */
export function toggleMark(epochMs: number, seq: number): void {
  const { reference, marked } = marksOf(useMarks.getState(), epochMs);
  const next = new Set(marked);
  if (!next.delete(seq)) next.add(seq);
  useMarks.setState({ epochMs, reference, marked: next });
}

/** Marks these packets of a log, and no others. */
export function setMarks(epochMs: number, seqs: readonly number[]): void {
  useMarks.setState({ epochMs, marked: new Set(seqs), reference: undefined });
}

export function clearMarks(): void {
  useMarks.setState({ marked: noMarks.marked });
}

/** Lets times count from a packet; from the beginning again when it was that one already. */
export function toggleReference(epochMs: number, record: { readonly seq: number; readonly tUs: number }): void {
  const { reference, marked } = marksOf(useMarks.getState(), epochMs);
  const { seq, tUs } = record;
  useMarks.setState({ epochMs, marked, reference: reference?.seq === seq ? undefined : { seq, tUs } });
}

export function clearReference(): void {
  useMarks.setState({ reference: undefined });
}

/** The marked packet after `seq` (or before it), around the end; undefined when none is marked. */
export function nextMarked({ marked }: Marks, seq: number, step: 1 | -1): number | undefined {
  return nextAround(marked, seq, step);
}
