import { useRef, useState } from 'react';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useFirstPing } from '../session/run-command.ts';
import { useLab } from '../state/lab-store.ts';
import { clearReference } from '../state/marks.ts';
import { countOf } from '../state/text.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useMeasured } from '../ui/use-measured.ts';
import { ColourRulesPlace } from './colour-rules-place.tsx';
import { TraceList } from './trace-list.tsx';
import { TraceTools } from './trace-tools.tsx';
import { useFollow } from './use-follow.ts';
import { useNames } from './use-names.ts';
import { type TraceRows, useTraceRows } from './use-trace-rows.ts';
import './trace.css';
import './trace-narrow.css';

/** Pane widths below this show a packet on two lines, pixels. */
const compactBelow = 520;
const isCompact = ({ clientWidth }: HTMLElement) => clientWidth > 0 && clientWidth < compactBelow;
/** Heights of a row, pixels: `--row-h` of the tokens, and of two lines. */
const rowHeights = { wide: 20, compact: 44 } as const;

/** Whether packets end at VNS for want of a router; in a lab without routers the controller answers. */
export function stopsAtVns({ phase, routers }: LabStatus): boolean {
  return phase === 'running' && routers.length > 0 && !routers.some(({ state }) => state === 'ready');
}

/** Nothing has crossed yet: says so, and offers the lab's first ping. */
function NothingYet() {
  const ping = useFirstPing();
  const stops = useLab(({ status }) => status !== undefined && stopsAtVns(status));
  return (
    <EmptyState
      icon="trace"
      testId="trace-empty"
      title="Nothing has crossed the bridge"
      reason={`Packets appear here the moment one does. A ping makes the first${stops ? '; without a router it stops at VNS.' : '.'}`}
    >
      {ping && <Button id="trace.first-ping" {...ping} />}
    </EmptyState>
  );
}

/** Packets there are, but none that matches. */
function NoMatch({ rows }: { rows: TraceRows }) {
  const { good, previous, setText, clear } = useTraceFilter();
  const total = countOf(rows.view.total);
  if (rows.view.filtering) return <EmptyState icon="filter" testId="trace-filtering" title="filtering…" />;
  return (
    <EmptyState icon="filter" testId="trace-no-match" title={`0 of ${total} match.`} reason={good}>
      <Button id="trace.clear-all" kind="primary" label="Clear" onPress={clear} />
      {previous !== '' && previous !== good && (
        <Button id="trace.last-filter" label="Last filter" onPress={() => setText(previous)} />
      )}
    </EmptyState>
  );
}

/** The trace: every packet that crossed the bridge, newest last. */
export function TracePane() {
  const names = useNames();
  const rows = useTraceRows();
  const [relative, setRelative] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const compact = useMeasured(host, false, isCompact);
  const scroller = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const rowHeight = compact ? rowHeights.compact : rowHeights.wide;
  const following = useFollow(rows, scroller, rowHeight);

  return (
    <div ref={host} className="trace-pane" data-testid="trace">
      <TraceTools
        rows={rows}
        following={following}
        relative={relative}
        compact={compact}
        onRelative={(next) => {
          clearReference();
          setRelative(next);
        }}
        onLeave={() => host.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()}
        input={input}
      />
      <TraceList
        rows={rows}
        following={following}
        names={names}
        scroller={scroller}
        rowHeight={rowHeight}
        compact={compact}
        relative={relative}
        empty={rows.view.total === 0 ? <NothingYet /> : <NoMatch rows={rows} />}
      />
      <ColourRulesPlace />
    </div>
  );
}
