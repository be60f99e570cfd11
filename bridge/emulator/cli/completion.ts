import type { Completer } from './line-editor.ts';

/** What may stand at the place of a word, by the words before it. */
export type Candidates = (before: readonly string[]) => readonly string[];

/** Completes the word before the cursor from what may stand there (EC5). */
export const completeFrom =
  (candidates: Candidates): Completer =>
  (before) => {
    const from = before.lastIndexOf(' ') + 1;
    const word = before.slice(from);
    const words = before.slice(0, from).split(' ').filter(Boolean);
    const fitting = candidates(words).filter((candidate) => candidate.startsWith(word));
    return { from, candidates: [...new Set(fitting)].sort() };
  };

/** The words of a shell's line: programs first, then files and hosts. */
export function shellCandidates(
  before: readonly string[],
  there: { readonly programs: () => readonly string[]; readonly others: () => readonly string[] },
): readonly string[] {
  const last = before.at(-1);
  const isProgram = last === undefined || /^(.*[;&|]|!|time)$/.test(last);
  return isProgram ? there.programs() : there.others();
}
