import { useState } from 'react';
import { ByteView } from './byte-view.tsx';
import { type FieldNote, FieldTree } from './field-tree.tsx';
import { type MenuItem, MenuList } from './menu.tsx';
import {
  ancestorsOf,
  nodeForByte,
  nodeOf,
  nodesAt,
  openAtFirst,
  type PacketNode,
  type TreeRow,
  treeRows,
} from './packet-tree.ts';
import './field-bytes.css';

/** Widths: below the first, fields above bytes; from the second on, sixteen bytes a row. Pixels. */
const widths = { stacked: 540, sixteen: 900 } as const;

/** What was opened, closed and selected stays so from packet to packet (TRACE12). */
interface Looks {
  readonly open: ReadonlyMap<string, boolean>;
  readonly selected: string | undefined;
}

interface FieldBytesProps {
  /** Begins the ids and test ids: `packet`. */
  readonly id: string;
  readonly nodes: readonly PacketNode[];
  readonly bytes: Uint8Array;
  /** Width that there is, pixels. */
  readonly width: number;
  readonly notesOf: (node: PacketNode) => readonly FieldNote[];
  /** The menu of a field. */
  readonly itemsOf: (node: PacketNode) => readonly MenuItem[];
}

/** Fields and bytes, side by side; what is pointed at in one lights up in the other (TRACE11). */
export function FieldBytes({ id, nodes, bytes, width, notesOf, itemsOf }: FieldBytesProps) {
  const [looks, setLooks] = useState<Looks>({ open: new Map(), selected: undefined });
  const [hovered, setHovered] = useState<string>();
  const [menu, setMenu] = useState<{ key: string; x: number; y: number }>();

  const rows = treeRows(nodes, (node) => looks.open.get(node.key) ?? openAtFirst(node));
  const selected = nodeOf(nodes, looks.selected);
  const layer = selected && nodes.find((node) => selected.key === node.key || selected.key.startsWith(`${node.key}/`));

  const fold = (key: string, open: boolean) => setLooks((now) => ({ ...now, open: new Map(now.open).set(key, open) }));
  const choose = (key: string) =>
    setLooks((now) => {
      const open = new Map(now.open);
      for (const ancestor of ancestorsOf(key)) open.set(ancestor, true);
      return { open, selected: key };
    });
  const pickByte = (offset: number) => {
    const node = nodeForByte(nodes, offset, looks.selected);
    if (node) choose(node.key);
  };

  const menuNode = menu && nodeOf(nodes, menu.key);
  const sides = width > 0 && width < widths.stacked ? 'field-bytes-stacked' : '';
  const isWide = width >= widths.sixteen;
  return (
    <div className={`field-bytes ${sides} ${isWide ? 'field-bytes-wide' : ''}`}>
      <FieldTree
        id={id}
        rows={rows}
        selected={looks.selected}
        hovered={hovered}
        notesOf={(row: TreeRow) => notesOf(row.node)}
        onSelect={choose}
        onHover={setHovered}
        onFold={fold}
        onMenu={(key, x, y) => setMenu({ key, x, y })}
      />
      <ByteView
        id={id}
        frame={bytes}
        perRow={isWide ? 16 : 8}
        marks={{ layer, hover: nodeOf(nodes, hovered), mark: selected }}
        description={selected ? `${selected.label}, ${selected.text}` : ''}
        onHover={(offset) => setHovered(offset === undefined ? undefined : nodesAt(nodes, offset)[0]?.key)}
        onPick={pickByte}
      />
      {menu && menuNode && (
        <MenuList items={itemsOf(menuNode)} anchor={menu} label={menuNode.label} onClose={() => setMenu(undefined)} />
      )}
    </div>
  );
}
