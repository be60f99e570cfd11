/** `3-5,9`: numbers of records in order, runs as ranges. */
export function seqsText(seqs: Iterable<number>): string {
  const parts: string[] = [];
  const inOrder = [...new Set(seqs)].sort((a, b) => a - b);
  for (let i = 0; i < inOrder.length; i++) {
    const first = inOrder[i];
    while (i + 1 < inOrder.length && inOrder[i + 1] === (inOrder[i] ?? 0) + 1) i++;
    parts.push(first === inOrder[i] ? `${first}` : `${first}-${inOrder[i]}`);
  }
  return parts.join(',');
}

/** The one behind `seq` (or before it), around the end; undefined when there is none. */
export function nextAround(seqs: Iterable<number>, seq: number, step: 1 | -1): number | undefined {
  const inOrder = [...seqs].sort((a, b) => (a - b) * step);
  return inOrder.find((each) => (each - seq) * step > 0) ?? inOrder[0];
}

/** Reads `3-5,9`; parts that are none, and what goes beyond `most` numbers, are left out. */
export function readSeqs(text: string, most = 10_000): number[] {
  const seqs: number[] = [];
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? [];
    if (first === undefined) continue;
    for (let seq = Number(first); seq <= Number(last ?? first) && seqs.length < most; seq++) seqs.push(seq);
  }
  return seqs;
}
