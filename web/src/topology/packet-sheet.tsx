import { useSyncExternalStore } from 'react';
import { summarize } from '../../../bridge/packet/dissect.ts';
import { showPanel } from '../state/dock-store.ts';
import { useSelection } from '../state/selection.ts';
import { plural } from '../state/text.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { shapeOf } from '../ui/frame-shape.ts';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';

/** Below the narrow map: the selected packet in short, and the way to its fields and bytes. */
export function PacketSheet() {
  const seq = useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : undefined));
  const record = useSyncExternalStore(traceStore.subscribe, () =>
    seq === undefined ? undefined : traceStore.record(seq),
  );
  if (record === undefined) return null;
  const { info, source, destination } = summarize(record.frame, record.length);
  return (
    <section className="packet-sheet" aria-label={`Packet #${record.seq}`} data-testid="packet-sheet">
      <div className="row">
        <ProtoGlyph shape={shapeOf(record.frame)} radius={6} />
        <span className="strong">#{record.seq}</span>
        <span className="strong ellipsis">{info}</span>
      </div>
      <div className="mid small">
        {record.point} {record.node}, {(record.tUs / 1e6).toFixed(6)} s, {plural(record.length, 'byte')}
      </div>
      <div className="dim small ellipsis">
        {source} → {destination}
      </div>
      <Button id="open-packet" label="Open" kind="primary" size="large" onPress={() => showPanel('packet')} />
    </section>
  );
}
