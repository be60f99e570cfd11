import { AppError } from '../errors.ts';

/** Records `from` to `to`, both included. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

/** Reads `3,5,9-12` (also `9-`, up to the end) into ranges in order that do not touch. Throws `bad-request`. */
export function parseSeqs(text: string): SeqRange[] {
  const ranges = text.split(',').map((part): SeqRange => {
    const [, from = '', dash = '', to = ''] = /^\s*(\d{1,15})\s*(-?)\s*(\d{0,15})\s*$/.exec(part) ?? [];
    const last = dash === '' ? from : to === '' ? Number.MAX_SAFE_INTEGER : to;
    if (from === '' || (dash === '' && to !== '') || Number(last) < Number(from)) {
      throw new AppError(
        'bad-request',
        `seqs: expected numbers and ranges as in 3,5,9-12, found ${JSON.stringify(part.slice(0, 40))}`,
      );
    }
    return { from: Number(from), to: Number(last) };
  });
  return joined(ranges);
}

/** The ranges of single records. */
export function rangesOf(seqs: Iterable<number>): SeqRange[] {
  return joined(Array.from(seqs, (seq) => ({ from: seq, to: seq })));
}

function joined(ranges: readonly SeqRange[]): SeqRange[] {
  const inOrder: SeqRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const before = inOrder.at(-1);
    if (before === undefined || range.from > before.to + 1) inOrder.push(range);
    else inOrder[inOrder.length - 1] = { from: before.from, to: Math.max(before.to, range.to) };
  }
  return inOrder;
}
