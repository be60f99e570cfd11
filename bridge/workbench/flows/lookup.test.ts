import { describe, expect, test } from 'vitest';
import { parseMatch } from '../../packet/flow/match-words.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import type { TableAnswer } from './flow-reader.ts';
import { knownFlow } from './flow-row.ts';
import { lookUp } from './lookup.ts';

/** ICMP echo 10.0.1.100 → 192.168.2.2, from 02:…:0a to 02:…:0b. */
const ping = Uint8Array.from(
  Buffer.from('02000000000b02000000000a0800' + '4500001c000140004001000000000000' + '0800f7fe00010000', 'hex'),
);
ping.set([10, 0, 1, 100, 192, 168, 2, 2], 26);
const icmp = Uint8Array.from([...ping.subarray(0, 34), 8, 0, 0xf7, 0xfe, 0, 1, 0, 0]);

const tableUs = 100_000_000;
const entry = (match: string, priority = 1, ageS = 90) => {
  const { fields, faults } = parseMatch(match);
  expect(faults).toEqual([]);
  return knownFlow(
    {
      tableId: 0,
      match: matchOf(fields),
      durationS: ageS,
      durationNs: 0,
      priority,
      idleTimeoutS: 0,
      hardTimeoutS: 0,
      cookie: 0n,
      packetCount: 0n,
      byteCount: 0n,
      actions: [],
    },
    tableUs,
    undefined,
    0,
  );
};
const look = (flows: ReturnType<typeof entry>[], tUs = 0) => {
  const table: TableAnswer = {
    tUs: tableUs,
    previousUs: 0,
    flows,
    tables: [],
    aggregate: { packetCount: 0n, byteCount: 0n, flowCount: 0 },
  };
  return lookUp(table, { bytes: icmp, inPort: 3, tUs });
};

describe('looking up', () => {
  test('[WB168] the highest priority wins, one without wildcards before all', () => {
    const exact =
      'in_port=3,dl_src=02:00:00:00:00:0a,dl_dst=02:00:00:00:00:0b,dl_vlan=none,nw_tos=0,icmp,nw_src=10.0.1.100,nw_dst=192.168.2.2,tp_src=8,tp_dst=0';
    const low = entry('', 1);
    const high = entry('ip.dst=192.168.2.0/24', 500);
    expect(look([low, high])).toMatchObject({
      confidence: 'inferred',
      matched: '0/500/dl_type=ip,nw_dst=192.168.2.0/24',
      outranked: ['0/1/'],
      text: 'Taken by the entry of priority 500, by the table as it was read.',
    });
    const wire = { ...entry(exact, 1).wire };
    const all = { ...wire.match, wildcards: { ...wire.match.wildcards, dlVlanPcp: false } };
    const first = knownFlow({ ...wire, match: all }, tableUs, undefined, 0);
    expect(look([high, first]).matched).toBe(first.row.id);
  });

  test('[WB169] an entry that fails in one field alone is a near miss, with what it asked for and what came', () => {
    const { matched, nearMisses } = look([
      entry('in_port=1,ip.dst=192.168.2.2', 9),
      entry('ip.src=10.0.1.100,ip.dst=10.9.0.0/16', 8),
      entry('tcp', 7),
      entry('dl_vlan=5', 6),
      entry('in_port=1,dl_dst=02:00:00:00:00:01', 5),
    ]);
    expect(matched).toBe('');
    expect(nearMisses.map((miss) => [miss.priority, miss.field, miss.expected, miss.observed])).toEqual([
      [9, 'in_port', '1', '3'],
      [8, 'nw_dst', '10.9.0.0/16', '192.168.2.2'],
      [7, 'nw_proto', 'tcp', 'icmp'],
      [6, 'dl_vlan', '5', 'none'],
    ]);
  });

  test('[WB168] an entry that is younger than the frame did not take it, and would take it now', () => {
    const old = entry('', 1, 90);
    const young = entry('in_port=3', 9, 2);
    expect(look([young], 97_000_000)).toMatchObject({
      matched: '',
      now: '0/9/in_port=3',
      text: 'A miss when it came: the entry of priority 9, which would take it now, was not there yet. An entry that ended since may have.',
    });
    expect(look([young, old], 97_000_000)).toMatchObject({ matched: '0/1/', now: '0/9/in_port=3' });
    expect(look([young, old], 99_000_000).matched).toBe('0/9/in_port=3');
  });

  test('[WB168] a table without an entry for it says so', () => {
    expect(look([]).text).toBe('A miss: the table was empty when it was read.');
    expect(look([entry('tcp', 7)]).text).toBe('A miss: no entry of 1 takes it, by the table as it was read.');
  });
});
