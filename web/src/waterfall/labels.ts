/** A bar that wants a label: `texts` are the widths of what may be written, pixels, the fullest first. */
export interface Labelled {
  /** Bars of one line share its room. */
  readonly line: string;
  readonly x: number;
  readonly width: number;
  readonly texts: readonly number[];
}

export interface LabelPlace {
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Which of the texts there is room for. */
  readonly text: number;
}

type Span = readonly [from: number, to: number];

const gap = 12;

/**
 * Where the labels of bars go, between `left` and `right`: inside the bar, else beside it, else over it, in the fullest
 * words that neither another bar nor another label needs the room of; undefined where there is none.
 */
export function placeLabels(bars: readonly Labelled[], left: number, right: number): (LabelPlace | undefined)[] {
  const taken = new Map<string, { readonly bar: number; readonly span: Span }[]>();
  const of = (line: string) => {
    const spans = taken.get(line) ?? [];
    taken.set(line, spans);
    return spans;
  };
  for (const [bar, { line, x, width }] of bars.entries()) of(line).push({ bar, span: [x, x + width] });
  return bars.map((wanted, bar) => {
    const others = of(wanted.line);
    const isFree = ([from, to]: Span): boolean =>
      from >= left &&
      to <= right &&
      others.every((each) => each.bar === bar || to <= each.span[0] || from >= each.span[1]);
    for (const [text, length] of wanted.texts.entries()) {
      for (const { span, ...place } of candidates(wanted, length)) {
        if (!isFree(span)) continue;
        others.push({ bar: -1, span });
        return { ...place, text };
      }
    }
    return undefined;
  });
}

function candidates({ x, width }: Labelled, length: number): (Omit<LabelPlace, 'text'> & { readonly span: Span })[] {
  const middle = x + width / 2;
  const inside = { x: middle, anchor: 'middle', span: [middle - length / 2, middle + length / 2] } as const;
  const after = { x: x + width + gap, anchor: 'start', span: [x + width + gap, x + width + gap + length] } as const;
  const before = { x: x - gap, anchor: 'end', span: [x - gap - length, x - gap] } as const;
  return length + gap < width ? [inside] : [after, before, inside];
}
