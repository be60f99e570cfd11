import { useMemo, useRef } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { chainOf, originOf } from '../state/chain.ts';
import { select } from '../state/selection.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { Button } from '../ui/button.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { useWidth } from '../ui/use-measured.ts';
import { AgainNote, AnswersNote, CauseNote } from './cause-note.tsx';
import { ChainStrip } from './chain-strip.tsx';
import { CommentBlock } from './comment-block.tsx';
import { FindingBars } from './finding-bars.tsx';
import { neighbour, oldestSeq } from './neighbour.ts';
import { PacketDetails } from './packet-details.tsx';
import { summaryOf } from './summaries.ts';
import { useAnswers } from './use-answers.ts';
import { openComment, useWhyNotComment } from './use-comment-commands.ts';
import { useNames } from './use-names.ts';
import { WhySection } from './why-section.tsx';

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
  const width = useWidth(host);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the journey grows with the log
  const journey = useMemo(() => {
    const seqs = chainOf({ record: (seq) => log.record(seq), childrenOf: (seq) => log.childrenOf(seq) }, record.seq);
    return seqs.flatMap((seq) => log.record(seq) ?? []);
  }, [log, record, version]);
  const answers = useAnswers(journey);
  const origin = originOf(record);
  const parent = origin === undefined ? undefined : log.record(origin);

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

/** A packet of the log: its journey, its fields and its bytes. */
export function PacketView({ log, record }: { log: TraceLog; record: TraceRecord }) {
  return (
    <>
      <Steps log={log} seq={record.seq} />
      <Packet log={log} record={record} />
    </>
  );
}
