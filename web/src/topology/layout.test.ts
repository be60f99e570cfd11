import { expect, test } from 'vitest';
import { labOf } from '../state/lab.fixture.ts';
import { layoutMap, type MapNode } from './layout.ts';
import { nearestNode } from './nearest.ts';

const overlaps = (a: MapNode, b: MapNode) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const cases = [
  [3, 1, 1],
  [3, 1, 0],
  [2, 3, 0],
  [12, 1, 1],
  [1, 4, 2],
  [1, 1, 3],
] as const;

test.each(cases)(
  '[MAP1] %d hosts on each of %d switches with %d routers: nothing overlaps, all is inside',
  (hosts, switches, routers) => {
    for (const vertical of [false, true]) {
      const layout = layoutMap(labOf(hosts, switches, routers), vertical);
      expect(layout.nodes).toHaveLength(hosts * switches + switches + routers + 1);
      layout.nodes.forEach((node, at) => {
        expect([node.x >= 0, node.y >= 0]).toEqual([true, true]);
        expect(node.x + node.width).toBeLessThanOrEqual(layout.width);
        expect(node.y + node.height).toBeLessThanOrEqual(layout.height);
        for (const other of layout.nodes.slice(at + 1))
          expect(overlaps(node, other), `${node.name} over ${other.name}`).toBe(false);
      });
    }
  },
);

test('[MAP1] every link ends at jacks that exist', () => {
  for (const vertical of [false, true]) {
    const { nodes, links } = layoutMap(labOf(2, 2, 2), vertical);
    expect(links).toHaveLength(4 + 1 + 2 + 6);
    for (const { from, to } of links)
      for (const end of [from, to]) {
        const jacks = nodes.find((node) => node.name === end.node)?.jacks.map(({ id }) => id);
        expect(jacks, `${end.node} ${end.jack}`).toContain(end.jack);
      }
  }
});

test('[MAP1] the simple router at 1:1 is what is drawn: columns left to right, upside down when narrow', () => {
  const wide = layoutMap(labOf(3, 1, 1), false);
  expect([wide.width, wide.height]).toEqual([766, 336]);
  const x = (name: string) => wide.nodes.find((node) => node.name === name)?.x ?? 0;
  expect([x('h0x1'), x('sw0'), x('the-bridge'), x('r1')]).toEqual([16, 266, 442, 634]);
  const tall = layoutMap(labOf(3, 1, 1), true);
  const y = (name: string) => tall.nodes.find((node) => node.name === name)?.y ?? 0;
  expect(y('r1')).toBeLessThan(y('the-bridge'));
  expect(y('the-bridge')).toBeLessThan(y('sw0'));
  expect(y('sw0')).toBeLessThan(y('h0x1'));
  expect(tall.width).toBeLessThanOrEqual(390);
});

test('[MAP6] arrows lead to the nearest node that way', () => {
  const { nodes } = layoutMap(labOf(3, 1, 1), false);
  expect(nearestNode('h0x1', 'ArrowDown', nodes)).toBe('h0x2');
  expect(nearestNode('h0x2', 'ArrowRight', nodes)).toBe('sw0');
  expect(nearestNode('sw0', 'ArrowLeft', nodes)).toBe('h0x2');
  expect(nearestNode('the-bridge', 'ArrowRight', nodes)).toBe('r1');
  expect(nearestNode('r1', 'ArrowRight', nodes)).toBeUndefined();
  expect(nearestNode('', 'ArrowUp', nodes)).toBe('h0x1');
});
