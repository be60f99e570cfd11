import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dissect, type Field } from '../dissect.ts';
import { readPcap } from '../pcap.ts';
import { combined, filterForField } from './field-filter.ts';
import { readFilter } from './filter.ts';
import { recordsOfCapture } from './testing/records.ts';

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const all = (fields: readonly Field[]): Field[] => fields.flatMap((field) => [field, ...all(field.children ?? [])]);

test.each(captures)('[PK28] %s: the filter of each field selects the packet that it was made from', (capture) => {
  const wrong: string[] = [];
  for (const record of recordsOfCapture(readPcap(readFileSync(folder + capture)))) {
    const { layers } = dissect(record.bytes, { length: record.length });
    const made = [
      ...layers.map(({ name }) => filterForField(name)),
      ...layers.flatMap(({ fields }) => all(fields)).map(({ name, value }) => filterForField(name, value)),
    ];
    for (const text of new Set(made)) {
      const read = readFilter(text ?? '#');
      if (!read.ok) wrong.push(`${record.seq} ${text}: ${read.fault.message}`);
      else if (!read.filter.over()(record)) wrong.push(`${record.seq} ${text}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('[PK28] the words of a filter by type, and of one added to another', () => {
  expect(filterForField('ip.src', '10.0.1.1')).toBe('ip.src == 10.0.1.1');
  expect(filterForField('tcp.flags.syn', true)).toBe('tcp.flags.syn == 1');
  expect(filterForField('http.host', 'a"b')).toBe('http.host == "a\\"b"');
  expect(filterForField('eth.padding', new Uint8Array(3))).toBe('eth.padding == 00:00:00');
  expect(filterForField('icmp')).toBe('icmp');
  expect(filterForField('no.such.field', 1)).toBeUndefined();
  expect(combined('', 'icmp', 'and', false)).toBe('icmp');
  expect(combined('arp or tcp', 'icmp', 'and', false)).toBe('(arp or tcp) and icmp');
  expect(combined('arp', 'icmp', 'and', true)).toBe('arp and not (icmp)');
  expect(combined('arp', 'icmp', 'only', true)).toBe('not (icmp)');
});
