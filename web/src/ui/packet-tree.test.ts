import { describe, expect, test } from 'vitest';
import type { Field, Layer } from '../../../bridge/packet/tree.ts';
import { hexText, markAt } from './byte-rows.ts';
import {
  allNodes,
  ancestorsOf,
  changedFrom,
  nodeForByte,
  nodesAt,
  openAtFirst,
  packetNodes,
  treeRows,
} from './packet-tree.ts';

const field = (name: string, start: number, end: number, text = '', children?: Field[]): Field => ({
  name,
  label: name,
  text,
  value: text,
  start,
  end,
  ...(children && { children }),
});
const layer = (name: string, start: number, end: number, fields: Field[]): Layer => ({
  name,
  label: name,
  summary: '',
  start,
  end,
  reach: end,
  fields,
});

const ping = (ttl: string, checksum: string): Layer[] => [
  layer('eth', 0, 14, [field('eth.dst', 0, 6, 'a'), field('eth.src', 6, 12, 'b')]),
  layer('ip', 14, 34, [
    field('ip.version', 14, 15, '4'),
    field('ip.hdr_len', 14, 15, '20 bytes'),
    field('ip.flags', 20, 21, '0x2', [field('ip.flags.df', 20, 21, 'set'), field('ip.flags.mf', 20, 21, 'not set')]),
    field('ip.ttl', 22, 23, ttl),
    field('ip.checksum', 24, 26, checksum),
  ]),
];
const nodes = packetNodes(ping('63', '0xe159'));

describe('[TRACE11] fields and bytes', () => {
  test('a byte means the most exact field that has it', () => {
    expect(nodeForByte(nodes, 22, undefined)?.key).toBe('ip/ip.ttl');
    expect(nodeForByte(nodes, 24, undefined)?.key).toBe('ip/ip.checksum');
    // No field has it: the layer does.
    expect(nodeForByte(nodes, 30, undefined)?.key).toBe('ip');
    expect(nodeForByte(nodes, 99, undefined)).toBeUndefined();
  });

  test('a byte that several share goes through them, clicked again and again', () => {
    const keys: (string | undefined)[] = [];
    let selected: string | undefined;
    for (let click = 0; click < 5; click++) {
      selected = nodeForByte(nodes, 20, selected)?.key;
      keys.push(selected);
    }
    expect(keys).toEqual(['ip/ip.flags', 'ip/ip.flags/ip.flags.df', 'ip/ip.flags/ip.flags.mf', 'ip', 'ip/ip.flags']);
  });

  test('of what covers a byte the most exact comes first', () => {
    expect(nodesAt(nodes, 14).map(({ key }) => key)).toEqual(['ip/ip.version', 'ip/ip.hdr_len', 'ip']);
  });

  test('a byte is lit by the field before the hover before the layer', () => {
    const marks = { layer: { start: 0, end: 10 }, hover: { start: 4, end: 8 }, mark: { start: 6, end: 7 } };
    expect([0, 4, 6, 7, 9, 10].map((offset) => markAt(marks, offset))).toEqual([
      'layer',
      'hover',
      'mark',
      'hover',
      'layer',
      'plain',
    ]);
  });

  test('bytes are copied as a person pastes them', () => {
    expect(hexText(Uint8Array.of(0, 0x45, 0xff))).toBe('00 45 ff');
  });
});

describe('[TRACE12] the tree', () => {
  test('layers are open but for Ethernet; fields with parts are closed', () => {
    expect(treeRows(nodes, openAtFirst).map(({ node, depth }) => `${depth} ${node.name}`)).toEqual([
      '0 eth',
      '0 ip',
      '1 ip.version',
      '1 ip.hdr_len',
      '1 ip.flags',
      '1 ip.ttl',
      '1 ip.checksum',
    ]);
  });

  test('keys are the same for the same field of another packet, and unique in one', () => {
    const twice = packetNodes([
      ...ping('63', ''),
      layer('ip', 40, 60, [field('ip.ttl', 48, 49), field('ip.ttl', 49, 50)]),
    ]);
    const keys = allNodes(twice).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('ip#2/ip.ttl#2');
    expect(allNodes(nodes).every(({ key }) => keys.includes(key))).toBe(true);
  });

  test('what must be open for a field to be seen', () => {
    expect(ancestorsOf('ip/ip.flags/ip.flags.df')).toEqual(['ip', 'ip/ip.flags']);
    expect(ancestorsOf('ip')).toEqual([]);
  });
});

test('[TRACE13] what the router changed is known; what follows from it is not counted', () => {
  const before = packetNodes(ping('64', '0xe059'));
  expect([...changedFrom(before, nodes)]).toEqual([['ip/ip.ttl', '64']]);
  expect(changedFrom(nodes, nodes).size).toBe(0);
});
