/** What is wrong with a filter, and where: [start, end) of its text, a sentence, and what may be put there instead. */
export class FilterError extends Error {
  readonly start: number;
  readonly end: number;
  readonly suggestion: string | undefined;

  constructor(start: number, end: number, message: string, suggestion?: string) {
    super(message);
    this.name = 'FilterError';
    this.start = start;
    this.end = end;
    this.suggestion = suggestion;
  }
}

/** The one of `names` that differs from `word` by the fewest letters, if by few. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue;
    const distance = lettersBetween(word.toLowerCase(), name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Levenshtein's distance, with two swapped letters as one change. */
function lettersBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
