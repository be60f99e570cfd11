import { expect, test } from 'vitest';
import { dissect } from '../../../bridge/packet/dissect.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { allNodes, packetNodes } from '../ui/packet-tree.ts';
import { filterItems } from './filter-items.ts';

const arp = Uint8Array.from([
  ...[255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6],
  ...[0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 1, 100, 0, 0, 0, 0, 0, 0, 10, 0, 1, 1],
]);

function take(name: string, id: string): string {
  const node = allNodes(packetNodes(dissect(arp).layers)).find((each) => each.name === name);
  if (node === undefined) throw new Error(name);
  const item = filterItems(node).find((each) => each.id === id);
  expect(item?.off).toBeUndefined();
  item?.run();
  return useTraceFilter.getState().good;
}

test('[TRACE19] a field is applied as a filter, alone, turned round and with the one that is there', () => {
  useTraceFilter.getState().clear();
  expect(take('arp.opcode', 'filter.apply')).toBe('arp.opcode == 1');
  expect(take('arp.src.proto_ipv4', 'filter.and')).toBe('arp.opcode == 1 and arp.src.proto_ipv4 == 10.0.1.100');
  expect(take('eth.src', 'filter.not')).toBe('not (eth.src == 02:00:00:00:00:01)');
  useTraceFilter.getState().setText('arp or icmp');
  expect(take('arp', 'filter.and-not')).toBe('(arp or icmp) and not (arp)');
  expect(take('eth.dst', 'filter.prepare')).toBe('(arp or icmp) and not (arp)');
  expect(useTraceFilter.getState()).toMatchObject({ text: 'eth.dst == ff:ff:ff:ff:ff:ff', isPrepared: true });
});
