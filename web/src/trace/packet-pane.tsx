import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { chainOf, originOf } from '../state/chain.ts';
import { showPanel } from '../state/dock-store.ts';
import { select } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { useTrace } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { AgainNote, AnswersNote, CauseNote } from './cause-note.tsx';
import { ChainStrip } from './chain-strip.tsx';
import { CommentBlock } from './comment-block.tsx';
import { FindingBars } from './finding-bars.tsx';
import { neighbour, oldestSeq } from './neighbour.ts';
import { PacketDetails } from './packet-details.tsx';
import { summaryOf } from './summaries.ts';
import { useSelectedSeq } from './trace-list.tsx';
import { useAnswers } from './use-answers.ts';
import { openComment, useWhyNotComment } from './use-comment-commands.ts';
import { useNames } from './use-names.ts';
import { usePastPacket } from './use-past.ts';
import { WhySection } from './why-section.tsx';
import './packet.css';

/** The packet before and after among those that pass the filter. */
function Steps({ log, seq }: { log: TraceLog; seq: number }) {
  const text = useTraceFilter((state) => state.good);
  const step = (by: 1 | -1) => {
    const found = neighbour(log, text, seq, by);
    if (found !== undefined) select({ kind: 'packet', seq: found });
  };
  const atFirst = seq <= oldestSeq(log);
  const atLast = seq >= log.ring.lastSeq;
  const whyNotComment = useWhyNotComment();
  return (
    <PaneTools>
      <Button
        id="trace.comment"
        bare
        kind="ghost"
        icon="comment"
        label="Comment the packet (Ctrl+Alt+C)"
        off={whyNotComment}
        onPress={() => openComment(seq)}
      />
      <Button
        id="packet.previous"
        bare
        kind="ghost"
        icon="prev"
        label="Packet before"
        off={atFirst ? 'This is the first packet.' : undefined}
        onPress={() => step(-1)}
      />
      <Button
        id="packet.next"
        bare
        kind="ghost"
        icon="next"
        label="Packet after"
        off={atLast ? 'This is the last packet.' : undefined}
        onPress={() => step(1)}
      />
    </PaneTools>
  );
}

function Packet({ log, record }: { log: TraceLog; record: TraceRecord }) {
  const names = useNames();
  const summary = summaryOf(record);
  const { version } = log;
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the journey grows with the log
  const journey = useMemo(() => {
    const seqs = chainOf({ record: (seq) => log.record(seq), childrenOf: (seq) => log.childrenOf(seq) }, record.seq);
    return seqs.flatMap((seq) => log.record(seq) ?? []);
  }, [log, record, version]);
  const answers = useAnswers(journey);
  const origin = originOf(record);
  const parent = origin === undefined ? undefined : log.record(origin);

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const cut = record.frame.length < record.length;
  return (
    <div ref={host} className="packet" data-testid="packet" data-seq={record.seq}>
      <header className="packet-head">
        <ProtoGlyph shape={summary.kind} radius={6} label={summary.protocol} />
        <b className="strong">#{record.seq}</b>
        <h2 className="ellipsis" title={summary.info}>
          {summary.info}
        </h2>
        <span className="packet-meta ellipsis">
          {record.point} {names.placeOf(record.node, record.port)}, {record.length} bytes
          {cut && `, ${record.frame.length} kept`}
        </span>
        <CauseNote record={record} />
        <AgainNote record={record} />
        <AnswersNote answers={answers} />
        {record.verdict === 'dropped' && <span className="packet-dropped">dropped: {record.cause}</span>}
      </header>
      <div className="packet-story">
        <CommentBlock seq={record.seq} />
        <ChainStrip records={journey} selected={record.seq} names={names} answers={answers} />
        <WhySection journey={journey} />
        <FindingBars seq={record.seq} />
      </div>
      <PacketDetails record={record} parent={parent} names={names} width={width} />
    </div>
  );
}

/** The selected packet: its journey, its fields and its bytes. */
export function PacketPane() {
  const log = useTrace();
  const seq = useSelectedSeq();
  const record = seq === 0 ? undefined : log.record(seq);
  const { keptFrom } = log.past;
  usePastPacket(log, seq);
  if (record) {
    return (
      <>
        <Steps log={log} seq={seq} />
        <Packet log={log} record={record} />
      </>
    );
  }
  const { lastSeq } = log.ring;
  if (keptFrom !== undefined && seq >= keptFrom && seq < lastSeq)
    return <EmptyState icon="search" testId="packet-fetching" title={`Packet #${seq} is being fetched`} />;
  if (seq !== 0 && log.ring.size > 0) {
    return (
      <EmptyState
        icon="search"
        testId="packet-gone"
        title={`Packet #${seq} is not here`}
        reason={`There are #${keptFrom ?? log.ring.at(log.ring.first).seq} to #${lastSeq}; older ones were let go.`}
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
