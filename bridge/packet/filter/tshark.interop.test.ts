import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasTshark, tsharkFieldTypes, tsharkSelections } from '../../testing/tshark.ts';
import { readPcap } from '../pcap.ts';
import { type FieldType, fieldTable } from './field-table.ts';
import { readFilter } from './filter.ts';
import { recordsOfCapture } from './testing/records.ts';
import { sharedFilters } from './tshark-filters.fixture.ts';

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
/** VNS is unknown to Wireshark, and so are the frames in it. */
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap') && name !== 'vns.pcap');

/** Frames of which Wireshark tells more, or less, than their own bytes do, by capture: which protocol, and why. */
const beyond: Readonly<Record<string, readonly (readonly [frame: number, protocol: string])[]>> = {
  // It knows from the segments before that a conversation is HTTP; it tells a request from half of its first line.
  'lab.pcap': [
    [64, 'http'],
    [78, 'http'],
  ],
  'corner-cases.pcap': [[41, 'http']],
  // It stops at a message with an action that it does not know.
  'openflow.pcap': [[199, 'openflow']],
};

const theirTypes: Readonly<Record<FieldType, readonly string[]>> = {
  u8: ['FT_UINT8'],
  u16: ['FT_UINT16'],
  u24: ['FT_UINT24'],
  u32: ['FT_UINT32', 'FT_FRAMENUM'],
  u64: ['FT_UINT64', 'FT_UINT32'],
  boolean: ['FT_BOOLEAN'],
  time: ['FT_RELATIVE_TIME'],
  ipv4: ['FT_IPv4'],
  ipv6: ['FT_IPv6'],
  ether: ['FT_ETHER'],
  bytes: ['FT_BYTES'],
  string: ['FT_STRING', 'FT_STRINGZ'],
  protocol: ['FT_NONE', 'FT_PROTOCOL'],
  any: [],
};

describe.skipIf(!hasTshark())('against tshark -Y', () => {
  const selected: number[] = [];
  let frames = 0;

  test.each(captures)('[PK21] %s: each shared filter selects the same frames', (capture) => {
    const path = folder + capture;
    const records = recordsOfCapture(readPcap(readFileSync(path)));
    const theirs = tsharkSelections(path, sharedFilters);
    const wrong: string[] = [];
    for (const [i, text] of sharedFilters.entries()) {
      const read = readFilter(text);
      if (!read.ok) {
        wrong.push(`${text}: ${read.fault.message}`);
        continue;
      }
      const passes = read.filter.over();
      const isBeyond = (seq: number): boolean =>
        (beyond[capture] ?? []).some(([frame, protocol]) => frame === seq && text.includes(protocol));
      const ours = records.filter(passes).flatMap(({ seq }) => (isBeyond(seq) ? [] : [seq]));
      const told = theirs[i] ?? 'no answer';
      if (typeof told === 'string') wrong.push(`${text}: tshark: ${told}`);
      else if (ours.join() !== told.filter((seq) => !isBeyond(seq)).join())
        wrong.push(`${text}: ours ${ours.join(' ')}; tshark ${told.join(' ')}`);
      selected[i] = (selected[i] ?? 0) + ours.length;
    }
    frames += records.length;
    expect(wrong.join('\n')).toBe('');
  });

  test('[PK21] enough was compared to mean something', async ({ annotate }) => {
    await annotate(
      `${sharedFilters.length} filters over ${frames} frames selected ${selected.reduce((a, b) => a + b)}`,
    );
    expect(new Set(sharedFilters).size).toBe(sharedFilters.length);
    expect(sharedFilters.length).toBeGreaterThanOrEqual(150);
    expect(sharedFilters.filter((_, i) => selected[i] === 0)).toEqual([]);
    expect(sharedFilters.filter((_, i) => selected[i] === frames)).toEqual(['frame', 'eth']);
  });

  test('[PK20] fields have the types that Wireshark gives them', () => {
    const types = tsharkFieldTypes();
    const known = fieldTable.filter(([name]) => types.has(name));
    const wrong = known.filter(([name, type]) => !theirTypes[type].some((one) => types.get(name)?.has(one)));
    expect(known.length).toBeGreaterThan(250);
    expect(wrong.map(([name, type]) => `${name} ${type}: ${[...(types.get(name) ?? [])]}`)).toEqual([]);
  });
});
