import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dissect } from '../dissect.ts';
import { readPcap } from '../pcap.ts';
import { compile } from './compile.ts';
import { completions } from './completion.ts';
import { directNumbers } from './direct.ts';
import { fieldTable } from './field-table.ts';
import { fieldOf } from './fields.ts';
import { readFilter } from './filter.ts';
import { Layout } from './layout.ts';
import { parseFilter } from './parser.ts';
import { printFilter } from './print.ts';
import { type FilterRecord, noContext } from './record.ts';
import { Subject } from './subject.ts';
import { recordsOfCapture } from './testing/records.ts';
import { sharedFilters } from './tshark-filters.fixture.ts';

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const records = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => recordsOfCapture(readPcap(readFileSync(folder + name))));

/** Believes that no frame is plain: everything is dissected. */
class Dissecting extends Subject {
  override get layout(): Layout {
    return new Layout();
  }
}

/** One filter for each number that is read at a fixed place. */
const directFilters = Object.keys(directNumbers).flatMap((name) => [
  name,
  `${name} ${name.includes('mac') || name.startsWith('eth.') ? '> 80:00:00:00:00:00' : '> 1'}`,
]);
const filters = [...sharedFilters, ...directFilters].filter((text) => readFilter(text).ok);

/** Filters on which the two ways of looking differ, for one record. */
function disagreements(record: FilterRecord): string[] {
  const dissecting = new Dissecting(noContext, undefined);
  dissecting.look(record);
  return tests.flatMap(({ text, test, direct }) => (direct(record) === test(dissecting) ? [] : [text]));
}
const tests = filters.map((text) => {
  const expression = parseFilter(text);
  const read = readFilter(text);
  if (expression === undefined || !read.ok) throw new Error(text);
  return { text, test: compile(expression).passes, direct: read.filter.over() };
});

test('[PK26] reading a plain frame at its offsets says what dissecting says: every capture, every filter', {
  timeout: 60_000,
}, () => {
  expect(directFilters.length).toBeGreaterThan(100);
  const wrong = records.flatMap((record, i) => disagreements(record).map((text) => `frame ${i}: ${text}`));
  expect(wrong).toEqual([]);
});

test('[PK26] and it says so of frames that were cut, damaged or stand in the middle of other bytes', {
  timeout: 60_000,
}, () => {
  const change = fc.record({
    at: fc.nat(90),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 6, 8, 17, 0x45, 0x81)),
  });
  const mutant = fc.record({
    record: fc.constantFrom(...records),
    changes: fc.array(change, { maxLength: 3 }),
    keep: fc.oneof(fc.constant(2000), fc.nat(120)),
    before: fc.nat(9),
    more: fc.constantFrom(0, 0, 4, 400),
  });
  fc.assert(
    fc.property(mutant, ({ record, changes, keep, before, more }) => {
      const frame = record.bytes.slice(record.start, Math.min(record.end, record.start + keep));
      for (const { at, byte } of changes) if (at < frame.length) frame[at] = byte;
      const bytes = new Uint8Array(before + frame.length + 9).fill(0x11);
      bytes.set(frame, before);
      const end = before + frame.length;
      expect(disagreements({ ...record, bytes, start: before, end, length: frame.length + more })).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

const words = fc.constantFrom(
  ...fieldTable.map(([name]) => name),
  ...['and', 'or', 'not', 'in', 'xor', 'contains', 'matches', 'any', 'all', 'len', '==', '!=', '<', '(', ')', '{', '}'],
  ...[
    '..',
    ',',
    '&',
    '"a"',
    'r"\\d"',
    '10.0.0.0/8',
    '1',
    '0x1f',
    '02:00',
    '::1',
    '[0:2]',
    '[-1]',
    '"',
    '[',
    '\\',
    '#',
    '~',
  ],
);

test('[PK22] whatever is typed, reading it and completing it never throws, and a fault lies within the text', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(typed, fc.nat(60), (text, cursor) => {
      const read = readFilter(text);
      if (!read.ok) {
        expect(read.fault.start).toBeLessThanOrEqual(read.fault.end);
        expect(read.fault.end).toBeLessThanOrEqual(text.length);
        expect(read.fault.message).not.toBe('');
      }
      const offered = completions(text, Math.min(cursor, text.length));
      expect(offered.start).toBeLessThanOrEqual(offered.end);
      expect(offered.end).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 5000 },
  );
});

test('[PK27] a filter that is printed and read again is the same filter', () => {
  const printed = (text: string): string => {
    const expression = parseFilter(text);
    return expression === undefined ? '' : printFilter(expression);
  };
  for (const text of sharedFilters) expect(printed(printed(text)), text).toBe(printed(text));
  const part = fc.constantFrom(...sharedFilters);
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      part,
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or', 'xor', '&&', '||'), tie('tree'))
        .map(([a, word, b]) => `(${a}) ${word} (${b})`),
      tie('tree').map((inner) => `!(${inner})`),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(...records), (text, record) => {
      const again = printed(text);
      expect(printed(again)).toBe(again);
      const [a, b] = [readFilter(text), readFilter(again)];
      expect(a.ok && b.ok && a.filter.over()(record) === b.filter.over()(record)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** Chance seldom comes upon IPv6 options (0), routing (43) and destination options (60). */
const extended = [0, 43, 60].map((kind) => {
  const bytes = new Uint8Array(14 + 40 + 8);
  bytes.set([0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, kind, 64], 12);
  bytes[54] = 59;
  return { bytes, length: bytes.length };
});

test('[PK20] every field that the dissector tells has its type', () => {
  const missing = new Set<string>();
  const walk = (fields: ReturnType<typeof dissect>['layers'][number]['fields']): void => {
    for (const { name, children } of fields) {
      if (fieldOf(name) === undefined) missing.add(name);
      walk(children ?? []);
    }
  };
  for (const record of [...records, ...extended]) {
    for (const layer of dissect(record.bytes, { length: record.length }).layers) {
      if (fieldOf(layer.name) === undefined) missing.add(layer.name);
      walk(layer.fields);
    }
  }
  expect([...missing]).toEqual([]);
});
