import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Labelled, placeLabels } from './labels.ts';

const bar = (x: number, width: number, ...texts: number[]): Labelled => ({ line: 'router', x, width, texts });

test('[WATER2] a label is inside its bar when it fits, else beside it, else over it', () => {
  expect(placeLabels([bar(100, 200, 80)], 0, 600)).toEqual([{ x: 200, anchor: 'middle', text: 0 }]);
  expect(placeLabels([bar(100, 20, 80)], 0, 600)).toEqual([{ x: 132, anchor: 'start', text: 0 }]);
  expect(placeLabels([bar(500, 90, 100)], 0, 600)).toEqual([{ x: 488, anchor: 'end', text: 0 }]);
  expect(placeLabels([bar(30, 560, 580)], 0, 600)).toEqual([{ x: 310, anchor: 'middle', text: 0 }]);
});

test('[WATER2] where others need the room fewer words are written, or none', () => {
  const two = [bar(100, 100, 190, 60), bar(210, 30, 200, 60)];
  expect(placeLabels(two, 0, 600)).toEqual([
    { x: 150, anchor: 'middle', text: 1 },
    { x: 252, anchor: 'start', text: 0 },
  ]);
  expect(placeLabels([bar(0, 300, 290), bar(310, 290, 280), bar(302, 4, 50)], 0, 600)[2]).toBeUndefined();
});

test('[WATER2] no two labels of a line lie over one another, nor over another bar', () => {
  const bars = fc.array(
    fc.record({
      line: fc.constantFrom('a', 'b'),
      x: fc.nat(900),
      width: fc.nat(90),
      texts: fc.array(fc.nat(300), { maxLength: 3 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(bars, (wanted) => {
      const spans = placeLabels(wanted, 0, 1000).flatMap((place, i) => {
        const length = wanted[i]?.texts[place?.text ?? 0] ?? 0;
        if (place === undefined) return [];
        const from = place.x - (place.anchor === 'start' ? 0 : place.anchor === 'end' ? length : length / 2);
        return [{ i, line: wanted[i]?.line, from, to: from + length }];
      });
      for (const one of spans)
        for (const two of spans)
          if (one.i < two.i && one.line === two.line) expect(one.to <= two.from || two.to <= one.from).toBe(true);
    }),
  );
});
