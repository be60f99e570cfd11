import { useMemo, useRef } from 'react';
import { dissect } from '../../../bridge/packet/dissect.ts';
import { fromBase64 } from '../state/base64.ts';
import { copyText } from '../state/copy-text.ts';
import { hexText } from '../ui/byte-rows.ts';
import { FieldBytes } from '../ui/field-bytes.tsx';
import type { MenuItem } from '../ui/menu.tsx';
import { type PacketNode, packetNodes } from '../ui/packet-tree.ts';
import { useWidth } from '../ui/use-measured.ts';
import type { ComparedFrame } from './use-comparison.ts';

/** Fields and bytes of a frame that the reference computed: it is in no log. */
export function ExpectedFrame({ frame: { bytesBase64 } }: { frame: ComparedFrame }) {
  const host = useRef<HTMLElement>(null);
  const width = useWidth(host);
  const { bytes, nodes } = useMemo(() => {
    const decoded = fromBase64(bytesBase64);
    return { bytes: decoded, nodes: packetNodes(dissect(decoded).layers) };
  }, [bytesBase64]);
  const itemsOf = (node: PacketNode): MenuItem[] => [
    { id: 'shadow.copy-value', label: 'Copy the value', icon: 'copy', run: () => copyText(node.text, node.label) },
    {
      id: 'shadow.copy-hex',
      label: 'Copy the frame as hex',
      icon: 'copy',
      run: () => copyText(hexText(bytes), 'Bytes of the expected frame'),
    },
  ];
  return (
    <section ref={host} className="shadow-bytes" aria-label="The expected frame" data-testid="shadow-frame">
      <FieldBytes
        id="shadow"
        nodes={nodes}
        bytes={bytes}
        width={width}
        notesOf={(node) => (node.note ? [{ tone: node.note.level, text: node.note.text }] : [])}
        itemsOf={itemsOf}
      />
    </section>
  );
}
