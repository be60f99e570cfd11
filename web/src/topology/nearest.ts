import type { MapNode } from './layout.ts';

type Box = Pick<MapNode, 'name' | 'x' | 'y' | 'width' | 'height'>;
export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The node that an arrow key leads to from another: the nearest whose middle lies that way, sideways distance counting double. */
export function nearestNode(from: string, key: ArrowKey, nodes: readonly Box[]): string | undefined {
  const middle = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const start = nodes.find((node) => node.name === from);
  if (start === undefined) return nodes[0]?.name;
  const a = middle(start);
  let best: { name: string; distance: number } | undefined;
  for (const node of nodes) {
    if (node.name === from) continue;
    const b = middle(node);
    const flat = key === 'ArrowLeft' || key === 'ArrowRight';
    const ahead = flat ? (b.x - a.x) * (key === 'ArrowLeft' ? -1 : 1) : (b.y - a.y) * (key === 'ArrowUp' ? -1 : 1);
    const aside = Math.abs(flat ? b.y - a.y : b.x - a.x);
    if (ahead <= 1) continue;
    const distance = ahead + 2 * aside;
    if (best === undefined || distance < best.distance) best = { name: node.name, distance };
  }
  return best?.name;
}
