import { showPanel } from '../state/dock-store.ts';
import { fetchReading } from '../state/reading.ts';
import { useFetchedAtRest } from '../state/rest.ts';
import { select } from '../state/selection.ts';
import { useTrace } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { part } from '../ui/part.tsx';
import { useSelectedSeq } from './trace-list.tsx';
import { usePastPacket } from './use-past.ts';
import './packet.css';

/** It brings fields, bytes and what reads them: fetched with the first packet that is selected. */
async function fetchView() {
  const [view] = await Promise.all([import('./packet-view.tsx'), fetchReading()]);
  return view.PacketView;
}
const PacketView = part(fetchView);

/** The selected packet: its journey, its fields and its bytes. */
export function PacketPane() {
  const log = useTrace();
  const seq = useSelectedSeq();
  const record = seq === 0 ? undefined : log.record(seq);
  const { keptFrom } = log.past;
  usePastPacket(log, seq);
  useFetchedAtRest(PacketView.fetch);
  if (record) return <PacketView log={log} record={record} />;
  const { lastSeq } = log.ring;
  const leftOut = log.past.isLeftOut(seq);
  if (keptFrom !== undefined && seq >= keptFrom && seq < lastSeq && !leftOut)
    return <EmptyState icon="search" testId="packet-fetching" title={`Packet #${seq} is being fetched`} />;
  if (seq !== 0 && log.ring.size > 0) {
    return (
      <EmptyState
        icon="search"
        testId="packet-gone"
        title={`Packet #${seq} is not here`}
        reason={`There are #${keptFrom ?? log.ring.at(log.ring.first).seq} to #${lastSeq}; ${leftOut ? 'the log was kept without this one' : 'older ones were let go'}.`}
      >
        <Button
          id="packet.newest"
          label={`Open #${lastSeq}`}
          onPress={() => select({ kind: 'packet', seq: lastSeq })}
        />
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="search"
      testId="packet-empty"
      title="No packet is selected"
      reason={
        lastSeq === 0
          ? 'The first one that crosses the bridge can be opened here.'
          : 'Choose one in the trace or on the map: its journey, fields and bytes open here.'
      }
    >
      {lastSeq === 0 ? (
        <Button id="packet.open-trace" icon="trace" label="Open the trace" onPress={() => showPanel('trace')} />
      ) : (
        <Button
          id="packet.newest"
          icon="search"
          label={`Open the newest, #${lastSeq}`}
          onPress={() => select({ kind: 'packet', seq: lastSeq })}
        />
      )}
    </EmptyState>
  );
}
