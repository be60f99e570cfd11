import { describe, expect, test } from 'vitest';
import type { LabEvent } from '../../../server/contract/status.ts';
import { markersOf, RowModel } from './row-model.ts';

const event = (id: number, afterSeq: number, level: LabEvent['level'] = 'bad'): LabEvent => ({
  id,
  atMs: 0,
  afterSeq,
  level,
  text: `event ${id}`,
  reason: '',
});

/** Rows as text for packets 1 to `packets`. */
function drawn(packets: number, events: LabEvent[]): string[] {
  const model = new RowModel(packets, markersOf(events, []), (seq) => Math.max(0, Math.min(seq, packets)));
  return Array.from({ length: model.count }, (_, row) => {
    const found = model.at(row);
    return found.kind === 'packet' ? String(found.position + 1) : found.marker.text;
  });
}

describe('[TRACE9] what happened stands between the packets', () => {
  test('behind the record that it follows, in order', () => {
    expect(drawn(3, [event(1, 2), event(2, 2), event(3, 3)])).toEqual(['1', '2', 'event 1', 'event 2', '3', 'event 3']);
  });

  test('before the first and behind the last', () => {
    expect(drawn(2, [event(1, 0), event(2, 99)])).toEqual(['event 1', '1', '2', 'event 2']);
    expect(drawn(0, [event(1, 0)])).toEqual(['event 1']);
  });

  test('a packet’s row is found again', () => {
    const model = new RowModel(4, markersOf([event(1, 0), event(2, 2)], []), (seq) => seq);
    for (let position = 0; position < 4; position++)
      expect(model.at(model.rowOf(position))).toEqual({ kind: 'packet', position });
  });

  test('routine before the first packet is left out', () => {
    expect(markersOf([event(1, 0, 'info'), event(2, 5, 'info'), event(3, 0)], []).map(({ key }) => key)).toEqual([
      'event-3',
      'event-2',
    ]);
  });

  test('what happened to an earlier run is not of this log', () => {
    expect(
      markersOf(
        [
          { ...event(1, 5), atMs: 900 },
          { ...event(2, 5), atMs: 1_000 },
        ],
        [],
        1_000,
      ).length,
    ).toBe(1);
  });

  test('a gap says how many are missing', () => {
    const [start, later] = markersOf(
      [],
      [
        { afterSeq: 0, missing: 1 },
        { afterSeq: 9, missing: 1_200 },
      ],
    );
    expect(start?.text).toBe('1 record is not shown here.');
    expect(later?.text).toBe('1,200 records are not shown here.');
  });
});
