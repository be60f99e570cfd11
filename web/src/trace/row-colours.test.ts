import { expect, test, vi } from 'vitest';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { type ColourRule, defaultRules } from '../state/colour-rules.ts';
import { type RecordFilter, recordFilter } from './record-filter.ts';
import { recordOf, recordsOf } from './records.fixture.ts';
import { RowColours } from './row-colours.ts';
import { rulesNeed } from './rule-needs.ts';

const rule = (id: string, filter: string, change: Partial<ColourRule> = {}): ColourRule => ({
  id,
  name: id,
  filter,
  colour: 'red',
  isOn: true,
  ...change,
});
const filterOf = (text: string) =>
  recordFilter(text, { record: () => undefined, checksOf: () => [], commentsOf: () => [] });

/** Colours whose every question is counted. */
function counted(rules: readonly ColourRule[], change: Partial<RecordFilter> = {}) {
  const asked = vi.fn();
  const colours = RowColours.by(rules, (text) => {
    const filter = filterOf(text);
    if (filter === undefined) return undefined;
    const passes = (record: TraceRecord): boolean => {
      asked(record.seq);
      return filter.passes(record);
    };
    return { ...filter, passes, ...change };
  });
  return { colours, asked };
}

test('[TRACE75] the first rule that a packet passes counts; those that are off or wrong do nothing', () => {
  const { colours } = counted([
    rule('off', 'frame', { isOn: false }),
    rule('wrong', 'ip.adr == 1'),
    rule('empty', ' '),
    rule('fourth', 'frame.number == 4'),
    rule('early', 'frame.number < 6'),
  ]);
  const names = recordsOf(3, 7).map((record) => colours.of(record)?.id);
  expect(names).toEqual(['early', 'fourth', 'early', undefined, undefined]);
});

test('[TRACE77] however often its row is drawn, a packet is asked once', () => {
  const { colours, asked } = counted([rule('a', 'lab.port == 7'), rule('b', 'frame.number == 30')]);
  const records = recordsOf(1, 100);
  const scroll = (from: number) => records.slice(from, from + 40).map((record) => colours.of(record));
  for (const from of [0, 1, 20, 60, 30, 0]) scroll(from);
  // Two rules; the one that passes ends the asking only when it is not the last.
  expect(asked).toHaveBeenCalledTimes(200);
  expect(new Set(asked.mock.calls.map(([seq]) => seq)).size).toBe(100);
  asked.mockClear();
  for (let frame = 0; frame < 60; frame++) scroll(frame);
  expect(asked).not.toHaveBeenCalled();
  // Other comments or checks: asked anew, in sight only.
  const again = colours.anew();
  for (const record of records.slice(0, 40)) again.of(record);
  expect(asked).toHaveBeenCalledTimes(80);
});

test('[TRACE77] a rule that waits for what the server knows is asked when it is known, the others at once', () => {
  let knownTo = 3;
  const { colours, asked } = counted([rule('late', 'frame')], { knownTo: () => knownTo });
  const record = recordOf(5);
  expect([colours.of(record), colours.of(record), asked.mock.calls.length]).toEqual([undefined, undefined, 0]);
  knownTo = 5;
  expect(colours.of(record)?.id).toBe('late');
  colours.of(record);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('[TRACE77] conversations are asked for only while a rule that is on needs them', () => {
  const again = defaultRules.filter(({ id }) => id === 'tcp-again');
  expect(rulesNeed(defaultRules, 'conversations')).toBe(false);
  expect(again.length).toBe(1);
  expect(
    rulesNeed(
      again.map((each) => ({ ...each, isOn: true })),
      'conversations',
    ),
  ).toBe(true);
  expect(rulesNeed([rule('wrong', 'tcp.stream ==')], 'conversations')).toBe(false);
});

test('[TRACE76] at first only trouble has a colour', () => {
  const colours = RowColours.by(defaultRules, filterOf);
  expect(defaultRules.map(({ filter }) => filterOf(filter)).includes(undefined)).toBe(false);
  const told = (change: Partial<TraceRecord>) => colours.of(recordOf(1, change))?.name;
  const arp = new Uint8Array(42);
  arp.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
  expect(told({ frame: arp })).toBeUndefined();
  expect(told({ frame: arp, verdict: 'dropped', cause: 'no router' })).toBe('Dropped');
  expect(told({ frame: arp, verdict: 'held' })).toBe('Held');
  const ip = (protocol: number, ...data: number[]) => {
    const frame = new Uint8Array(60);
    const header = [0x45, 0, 0, 46, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 1, 100, 192, 168, 2, 2];
    frame.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, ...header, ...data]);
    return frame;
  };
  expect(told({ frame: ip(17, 0xca, 0xca, 0, 7, 0, 26, 0, 0), length: 60 })).toBe('Wrong checksum');
});
