import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bodies } from '../../protocols/openflow/v10/bodies.ts';
import { dissect, type Field } from '../dissect.ts';
import { readPcap } from '../pcap.ts';
import { completions } from './completion.ts';
import { declaredFields, declaredInTree } from './declared-fields.ts';
import { fieldOf } from './fields.ts';
import { readFilter } from './filter.ts';
import { recordsOfCapture } from './testing/records.ts';

const capture = (name: string) =>
  recordsOfCapture(readPcap(readFileSync(fileURLToPath(new URL(`../fixtures/${name}.pcap`, import.meta.url)))));
const openflow = capture('openflow');
const vns = capture('vns');

function selected(records: typeof openflow, text: string): number[] {
  const read = readFilter(text);
  if (!read.ok) throw new Error(`${text}: ${read.fault.message}`);
  return records.filter(read.filter.over()).map(({ seq }) => seq);
}
const faultOf = (text: string): string => {
  const read = readFilter(text);
  return read.ok ? '' : read.fault.message;
};

test('[PK60] every message and every field of the declarations can be typed, with its own type and names', () => {
  const names = declaredFields.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const kind of Object.keys(bodies)) {
    const name = `of.${kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    expect(fieldOf(name)?.type, name).toBe('protocol');
  }
  expect(fieldOf('of.packet_in.reason')).toMatchObject({ type: 'u8', names: { 0: 'no_match', 1: 'action' } });
  expect(fieldOf('of.flow_mod.match.nw_src')).toMatchObject({ type: 'ipv4', protocol: 'openflow' });
  expect(fieldOf('of.stats_reply.flows.byte_count')?.type).toBe('u64');
  expect(fieldOf('of.port_status.port.mac')?.type).toBe('ether');
  expect(fieldOf('vns.interface')?.type).toBe('string');
  expect(fieldOf('vns.open_template.sources.address')?.type).toBe('ipv4');
  // Of several types, as the message has it.
  expect(fieldOf('vns.hardware_info.entries.value')?.type).toBe('any');
});

test('[PK60] the tree of captured messages has no field that the declarations do not know', () => {
  const all = (fields: readonly Field[]): Field[] => fields.flatMap((field) => [field, ...all(field.children ?? [])]);
  const unknown = new Set<string>();
  for (const { bytes, length } of [...openflow, ...vns])
    for (const { fields } of dissect(bytes, { length }).layers)
      for (const { name, children } of all(fields))
        if (/^(of|vns)\./.test(name) && children === undefined && !declaredInTree.has(name)) unknown.add(name);
  // Empty lists and what an unknown number leaves have no type.
  expect(
    [...unknown].filter((name) => !/\.(queues|tables|ports|port|flows|actions|raw|match|entries|stats)$/.test(name)),
  ).toEqual([]);
});

test('[PK60] messages are chosen by type and by what they say, in numbers or in names', () => {
  const packetIns = selected(openflow, 'openflow_1_0.type == 10');
  expect(packetIns.length).toBeGreaterThan(3);
  expect(selected(openflow, 'of.type == packet_in')).toEqual(packetIns);
  expect(selected(openflow, 'of.packet_in')).toEqual(packetIns);
  expect(selected(openflow, 'of.type == "PACKET_IN" or of.type == hello')).toEqual(
    selected(openflow, 'openflow_1_0.type in {0, 10} or of.hello'),
  );
  const noMatch = selected(openflow, 'of.packet_in.reason == no_match');
  expect(noMatch.length).toBeGreaterThan(0);
  expect(selected(openflow, 'of.packet_in.reason == 0')).toEqual(noMatch);
  expect(selected(openflow, 'of.packet_in.reason')).toEqual(packetIns);
  const adds = selected(openflow, 'of.flow_mod.command == add');
  expect(adds.length).toBeGreaterThan(0);
  expect(selected(openflow, 'of.flow_mod.command in {modify_strict, 1}')).not.toEqual(adds);
  expect(selected(openflow, 'of.flow_mod.command and not of.flow_mod.command >= 1')).toEqual(adds);
  expect(selected(openflow, 'of.flow_mod.match.nw_src == 10.0.0.0/8').length).toBeGreaterThan(0);
  expect(selected(openflow, 'of.features_reply.capabilities & 1').length).toBeGreaterThan(0);
  expect(selected(openflow, 'of.packet_out.actions.port == 65531').length).toBeGreaterThan(0);
});

test('[PK60] a field of one message does not select another with the same field', () => {
  const inPort = selected(openflow, 'openflow.in_port');
  const ofPacketIn = selected(openflow, 'of.packet_in.in_port');
  expect(inPort.length).toBeGreaterThan(ofPacketIn.length);
  expect(ofPacketIn).toEqual(selected(openflow, 'of.packet_in'));
});

test('[PK62] VNS is chosen by type and interface', () => {
  const packets = selected(vns, 'vns.type == packet');
  expect(packets.length).toBeGreaterThan(0);
  expect(packets).toEqual(selected(vns, 'vns.packet'));
  const eth3 = selected(vns, 'vns.interface == "eth3"');
  expect(eth3.length).toBeGreaterThan(0);
  expect(eth3).toEqual(selected(vns, 'vns.packet.interface_name matches "^ETH3$"'));
  expect(selected(vns, 'vns.type == hwinfo')).toEqual(selected(vns, 'vns.hardware_info'));
});

test('[PK60] what does not fit the type is told where it stands, with what does', () => {
  expect(faultOf('of.packet_in.reason == nonsense')).toContain('of.packet_in.reason is compared with a number');
  expect(faultOf('of.flow_mod.priority == 70000')).toContain('at most 65535');
  expect(faultOf('of.flow_mod.match.dl_src == 5')).toContain('is not a MAC address');
});

test('[PK63] names and values are offered while one types', () => {
  const offered = (text: string) =>
    completions(text, text.length).items.map(({ text: one, description }) => [one, description]);
  expect(offered('of.pack')).toContainEqual(['of.packet_in', 'PACKET_IN']);
  expect(offered('of.packet_in.re')).toEqual([['of.packet_in.reason', 'Reason of PACKET_IN, a number of 8 bits']]);
  expect(offered('of.packet_in.reason == ')).toEqual([
    ['0', 'no_match'],
    ['1', 'action'],
  ]);
  expect(offered('of.flow_mod.command == del')).toEqual([
    ['3', 'delete'],
    ['4', 'delete_strict'],
  ]);
  expect(offered('vns.type == pa')).toEqual([['4', 'PACKET']]);
  expect(offered('vns.int')).toContainEqual(['vns.interface', 'Interface name of PACKET, a text']);
});
