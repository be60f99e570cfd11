import type { Field, Layer } from '../../../bridge/packet/tree.ts';

/** A layer or field of a packet, as a node of the tree. `start` and `end` are offsets into the frame. */
export interface PacketNode {
  /** Path of names, `ip/ip.ttl`: the same field of another packet has the same key. */
  readonly key: string;
  readonly name: string;
  readonly label: string;
  readonly text: string;
  /** Undefined of a layer. */
  readonly value: Field['value'] | undefined;
  readonly start: number;
  readonly end: number;
  readonly note: Field['note'];
  readonly layer: boolean;
  readonly children: readonly PacketNode[];
}

export interface TreeRow {
  readonly node: PacketNode;
  readonly depth: number;
  readonly expanded: boolean;
}

/** The nth of the same name among siblings gets its number, so that keys are unique. */
function keys(parent: string, names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return `${parent}${name}${count === 1 ? '' : `#${count}`}`;
  });
}

function fieldNodes(parent: string, fields: readonly Field[]): PacketNode[] {
  const paths = keys(
    parent,
    fields.map((field) => field.name),
  );
  return fields.map((field, i) => {
    const key = paths[i] ?? field.name;
    const { name, label, text, value, start, end, note } = field;
    return {
      key,
      name,
      label,
      text,
      value,
      start,
      end,
      note,
      layer: false,
      children: fieldNodes(`${key}/`, field.children ?? []),
    };
  });
}

/** Layers and fields as one tree. */
export function packetNodes(layers: readonly Layer[]): PacketNode[] {
  const paths = keys(
    '',
    layers.map((layer) => layer.name),
  );
  return layers.map((layer, i) => {
    const key = paths[i] ?? layer.name;
    const { name, label, summary, start, end, fields } = layer;
    return {
      key,
      name,
      label,
      text: summary,
      value: undefined,
      start,
      end,
      note: undefined,
      layer: true,
      children: fieldNodes(`${key}/`, fields),
    };
  });
}

/** Layers are open, but for Ethernet, whose line says it all; fields with parts are closed. */
export function openAtFirst(node: PacketNode): boolean {
  return node.layer && node.name !== 'eth';
}

/** The rows to draw: nodes whose ancestors are all open. */
export function treeRows(nodes: readonly PacketNode[], isOpen: (node: PacketNode) => boolean, depth = 0): TreeRow[] {
  return nodes.flatMap((node) => {
    const expanded = node.children.length > 0 && isOpen(node);
    return [{ node, depth, expanded }, ...(expanded ? treeRows(node.children, isOpen, depth + 1) : [])];
  });
}

/** Every node, parents before their children. */
export function allNodes(nodes: readonly PacketNode[]): PacketNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children)]);
}

export function nodeOf(nodes: readonly PacketNode[], key: string | undefined): PacketNode | undefined {
  return key === undefined ? undefined : allNodes(nodes).find((node) => node.key === key);
}

/**
 * Nodes that cover the byte at `offset`, the most exact first: of two with the same bytes (parts of one) the outer one, and
 * after it its parts (TRACE11).
 */
export function nodesAt(nodes: readonly PacketNode[], offset: number): PacketNode[] {
  return allNodes(nodes)
    .filter((node) => node.start <= offset && offset < node.end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
}

/** The node that a click on a byte means: the most exact one; clicked again, the next one that has the byte. */
export function nodeForByte(
  nodes: readonly PacketNode[],
  offset: number,
  selected: string | undefined,
): PacketNode | undefined {
  const found = nodesAt(nodes, offset);
  const at = found.findIndex((node) => node.key === selected);
  return found[(at + 1) % found.length];
}

/** Keys that must be open for `key` to be seen. */
export function ancestorsOf(key: string): string[] {
  const parts = key.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** Fields that follow from others: that they changed says nothing. */
const derived = /checksum/;

/** What the fields of a packet were in the one that it was made from, by key, where that was something else (TRACE13). */
export function changedFrom(before: readonly PacketNode[], now: readonly PacketNode[]): Map<string, string> {
  const was = new Map(allNodes(before).map((node) => [node.key, node.text]));
  const changes = new Map<string, string>();
  for (const { key, name, text, layer, children } of allNodes(now)) {
    const old = was.get(key);
    if (old !== undefined && old !== text && !layer && children.length === 0 && !derived.test(name))
      changes.set(key, old);
  }
  return changes;
}
