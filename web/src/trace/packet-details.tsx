import { useMemo } from 'react';
import { dissect } from '../../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { runCommand } from '../state/commands.ts';
import { copyText } from '../state/copy-text.ts';
import { type Finding, severities, useFindingsOf } from '../state/findings.ts';
import { hexText } from '../ui/byte-rows.ts';
import { FieldBytes } from '../ui/field-bytes.tsx';
import type { FieldNote } from '../ui/field-tree.tsx';
import type { MenuItem } from '../ui/menu.tsx';
import { allNodes, changedFrom, type PacketNode, packetNodes } from '../ui/packet-tree.ts';
import { filterItems } from './filter-items.ts';
import type { Names } from './names.ts';

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

/** The field that a finding is about: the outermost of its name. */
function findingNotes(node: PacketNode, nodes: readonly PacketNode[], findings: readonly Finding[]): FieldNote[] {
  const isAbout = ({ field }: Finding): boolean =>
    field === node.name && allNodes(nodes).find(({ name }) => name === field) === node;
  return findings.filter(isAbout).map(({ severity, sentence }) => {
    const { tone, icon } = severities[severity];
    return { tone, icon, text: sentence };
  });
}

/** Fields and bytes of a packet, with what was different one stop earlier (TRACE13). */
export function PacketDetails({ record, parent, names, width }: PacketDetailsProps) {
  const { frame, length } = record;
  const nodes = useMemo(() => packetNodes(dissect(frame, { length }).layers), [frame, length]);
  const changes = useMemo(
    () => (parent ? changedFrom(packetNodes(dissect(parent.frame).layers), nodes) : new Map<string, string>()),
    [parent, nodes],
  );

  const findings = useFindingsOf(record.seq);

  const itemsOf = (node: PacketNode): MenuItem[] => [
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
      id: 'packet.copy-link',
      label: 'Copy a link to this packet and view',
      icon: 'copy',
      run: () => runCommand('view.copy-link'),
    },
    ...filterItems(node),
  ];

  return (
    <FieldBytes
      id="packet"
      nodes={nodes}
      bytes={frame}
      width={width}
      notesOf={(node) => [...findingNotes(node, nodes, findings), ...notesOf(node, changes, parent?.seq ?? 0, names)]}
      itemsOf={itemsOf}
    />
  );
}
