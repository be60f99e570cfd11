import { useMemo, useState } from 'react';
import { dissect } from '../../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { copyText } from '../state/copy-text.ts';
import { useTraceFilter } from '../state/trace-store.ts';
import { type MenuItem, MenuList } from '../ui/menu.tsx';
import { hexText } from './byte-rows.ts';
import type { Names } from './names.ts';
import { PacketBytes } from './packet-bytes.tsx';
import {
  ancestorsOf,
  changedFrom,
  nodeForByte,
  nodeOf,
  nodesAt,
  openAtFirst,
  type PacketNode,
  packetNodes,
  type TreeRow,
  treeRows,
} from './packet-tree.ts';
import { type FieldNote, PacketTree } from './packet-tree-view.tsx';

/** Pane widths: below the first, fields above bytes; from the second on, sixteen bytes a row. Pixels. */
const widths = { stacked: 540, sixteen: 900 } as const;

/** What was opened, closed and selected stays so from packet to packet (TRACE12). */
interface Looks {
  readonly open: ReadonlyMap<string, boolean>;
  readonly selected: string | undefined;
}

interface PacketDetailsProps {
  readonly record: TraceRecord;
  /** The record that this one was made from, when it is known. */
  readonly parent: TraceRecord | undefined;
  readonly names: Names;
  /** Width of the pane, pixels. */
  readonly width: number;
}

function notesOf(node: PacketNode, changes: ReadonlyMap<string, string>, parentSeq: number, names: Names): FieldNote[] {
  const notes: FieldNote[] = [];
  const old = changes.get(node.key);
  if (old !== undefined) notes.push({ tone: 'quiet', text: `was ${old} in #${parentSeq}` });
  if (node.note) notes.push({ tone: node.note.level, text: node.note.text });
  const owner = node.layer || old !== undefined ? undefined : names.nameOf(node.text);
  if (owner !== undefined) notes.push({ tone: 'quiet', text: owner });
  return notes;
}

/** Fields and bytes of a packet, side by side; what is pointed at in one lights up in the other (TRACE11). */
export function PacketDetails({ record, parent, names, width }: PacketDetailsProps) {
  const { frame, length } = record;
  const nodes = useMemo(() => packetNodes(dissect(frame, { length }).layers), [frame, length]);
  const changes = useMemo(
    () => (parent ? changedFrom(packetNodes(dissect(parent.frame).layers), nodes) : new Map<string, string>()),
    [parent, nodes],
  );
  const [looks, setLooks] = useState<Looks>({ open: new Map(), selected: undefined });
  const [hovered, setHovered] = useState<string>();
  const [menu, setMenu] = useState<{ key: string; x: number; y: number }>();
  const setText = useTraceFilter((state) => state.setText);

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

  const items = (node: PacketNode): MenuItem[] => [
    {
      id: 'packet.copy-value',
      label: 'Copy the value',
      icon: 'copy',
      run: () => copyText(node.text, node.label),
    },
    {
      id: 'packet.copy-field-hex',
      label: 'Copy its bytes as hex',
      icon: 'copy',
      off: node.end > node.start ? undefined : 'It has no bytes of its own.',
      run: () => copyText(hexText(frame.subarray(node.start, node.end)), `Bytes of ${node.label}`),
    },
    {
      id: 'packet.copy-hex',
      label: 'Copy the frame as hex',
      icon: 'copy',
      run: () => copyText(hexText(frame), `Bytes of #${record.seq}`),
    },
    {
      id: 'packet.filter',
      label: `Filter the trace by ${node.text}`,
      icon: 'filter',
      off: /^\S+$/.test(node.text) ? undefined : 'Only single words can be filtered by.',
      run: () => setText(node.text),
    },
  ];

  const menuNode = menu && nodeOf(nodes, menu.key);
  const byte = selected ? `${selected.label}, ${selected.text}` : '';
  const stacked = width > 0 && width < widths.stacked;
  return (
    <div className={`packet-split ${stacked ? 'packet-stacked' : ''} ${width >= widths.sixteen ? 'packet-wide' : ''}`}>
      <PacketTree
        rows={rows}
        selected={looks.selected}
        hovered={hovered}
        notesOf={(row: TreeRow) => notesOf(row.node, changes, parent?.seq ?? 0, names)}
        onSelect={choose}
        onHover={setHovered}
        onFold={fold}
        onMenu={(key, x, y) => setMenu({ key, x, y })}
      />
      <PacketBytes
        frame={frame}
        perRow={width >= widths.sixteen ? 16 : 8}
        marks={{ layer, hover: nodeOf(nodes, hovered), mark: selected }}
        description={byte}
        onHover={(offset) => setHovered(offset === undefined ? undefined : nodesAt(nodes, offset)[0]?.key)}
        onPick={pickByte}
      />
      {menu && menuNode && (
        <MenuList items={items(menuNode)} anchor={menu} label={menuNode.label} onClose={() => setMenu(undefined)} />
      )}
    </div>
  );
}
