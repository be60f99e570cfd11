import { useEffect, useMemo, useState } from 'react';
import { useFirstPing } from '../session/run-command.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { showFiltered } from '../state/show-filtered.ts';
import { countOf } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { shortCount } from './chart-options.ts';
import { GraphChart } from './graph-chart.tsx';
import { unitWords } from './graph-series.ts';
import { type Stretch, showStretch, standStill, stretchOf, useGraphChoice } from './graph-store.ts';
import { GraphTable } from './graph-table.tsx';
import { intervalText, timeFilter, timeText } from './graph-time.ts';
import { GraphTools } from './graph-tools.tsx';
import { LabCounters } from './lab-counters.tsx';
import { LatencyGraph } from './latency-graph.tsx';
import { SeriesList } from './series-list.tsx';
import { type Graph, useGraph, useLatency } from './use-graph.ts';
import '../ui/report.css';
import './metrics.css';

const openPackets = ({ fromUs, toUs }: Stretch) => showFiltered(timeFilter(fromUs, toUs));

/** The IO graph of the log, the same in figures, and the lab's counters. */
export function MetricsPane() {
  const lab = useLab((state) => state.id);
  const status = useLab((state) => state.status);
  const isConnected = useLab((state) => state.connection.state === 'connected');
  const isSeen = useDock((state) => state.visible.includes('metrics'));
  const isRunning = status?.phase === 'running';
  const run = status?.startedMs ?? 0;
  const active = isRunning && isConnected && isSeen;
  const graph = useGraph(lab, run, active);
  const latency = useLatency(lab, run, active);
  // A stretch of another run is another time.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another lab or run
  useEffect(() => showStretch(undefined), [lab, run]);
  const isEmpty = (status?.counters.logged ?? 0) === 0;
  if (lab === undefined || status === undefined) return null;
  if (!isRunning && graph.answer === undefined)
    return (
      <EmptyState
        icon="bars"
        testId="metrics-stopped"
        title="The lab is not running"
        reason="Packets are counted while it runs."
      />
    );
  if (isEmpty) return <NothingYet />;
  return (
    <div className="report metrics" data-testid="metrics-pane">
      <GraphTools answer={graph.answer} />
      {graph.problem !== undefined && (
        <p className="metrics-problem" role="status" data-testid="metrics-problem">
          Not counted on: {graph.problem.detail === '' ? graph.problem.title : graph.problem.detail}
        </p>
      )}
      {!isRunning && <p className="metrics-problem">The lab is not running: this is how it was counted last.</p>}
      <DrawnGraph graph={graph} />
      <LatencyGraph latency={latency} onOpen={openPackets} />
      <LabCounters status={status} active={active} />
    </div>
  );
}

function DrawnGraph({ graph: { columns, answer } }: { graph: Graph }) {
  const { lines, unit, isLog, selected, still } = useGraphChoice();
  const [cursor, setCursor] = useState<number>();
  const { seconds } = columns;
  const intervalUs = answer?.intervalUs ?? 1_000_000;
  const shown = stretchOf(seconds, intervalUs);
  const isStill = still !== undefined;
  useRegisterCommands([
    {
      id: 'metrics.follow',
      title: isStill ? 'Graph: follow the packets' : 'Graph: stand still',
      group: 'Metrics',
      keys: ['f'],
      pane: 'metrics',
      run: () => (isStill ? showStretch(undefined) : standStill(shown)),
    },
    {
      id: 'metrics.show',
      title: 'Graph: show the packets of the selected time',
      group: 'Metrics',
      when: () => selected !== undefined,
      run: () => selected !== undefined && openPackets(selected),
    },
    {
      id: 'metrics.log',
      title: isLog ? 'Graph: linear scale' : 'Graph: logarithmic scale',
      group: 'Metrics',
      run: () => useGraphChoice.setState({ isLog: !isLog }),
    },
  ]);
  const drawn = useMemo(() => ({ seconds: columns.seconds, values: columns.sums }), [columns]);
  const text = (us: number) => timeText(us, Math.min(intervalUs, 100_000));
  const at = cursor === undefined ? undefined : seconds[cursor];
  const label = `${unitWords[unit]} per ${intervalText(intervalUs)} from ${text(shown.fromUs)} to ${text(shown.toUs)}: ${lines
    .map((line, i) => `${line.label} ${countOf((columns.sums[i] ?? []).reduce((sum, each) => sum + each, 0))}`)
    .join(', ')}. Arrows move the crosshair, Enter shows the packets; the figures are in the table below.`;
  return (
    <>
      {answer === undefined ? (
        <div className="metrics-chart" aria-busy="true" />
      ) : (
        <GraphChart
          {...{ drawn, lines, intervalUs, label }}
          yLabel={`${unitWords[unit]} per ${intervalText(intervalUs)}`}
          yText={shortCount}
          className="metrics-chart"
          testId="metrics-chart"
          onCursor={setCursor}
          onOpen={openPackets}
        />
      )}
      <div className="metrics-under" aria-live="off">
        {selected === undefined ? (
          <span className="dim" data-testid="metrics-at">
            {at === undefined
              ? 'Drag selects a time, a click goes to a moment.'
              : `${text(at * 1e6)}, ${intervalText(intervalUs)}`}
          </span>
        ) : (
          <>
            <span className="mono" data-testid="metrics-selected">
              {text(selected.fromUs)} – {text(selected.toUs)}
            </span>
            <Button
              id="metrics.show"
              kind="primary"
              icon="filter"
              label="Show these packets"
              onPress={() => openPackets(selected)}
            />
            <Button id="metrics.zoom" icon="zoom" label="Only this time" onPress={() => showStretch(selected)} />
            <Button
              id="metrics.unselect"
              kind="ghost"
              label="Clear"
              onPress={() => useGraphChoice.setState({ selected: undefined })}
            />
          </>
        )}
      </div>
      <SeriesList {...{ lines, columns, intervalUs, cursor }} />
      <GraphTable {...{ lines, columns, unit, intervalUs }} onOpen={openPackets} />
    </>
  );
}

/** Nothing was logged yet: says so, and offers the lab's first ping. */
function NothingYet() {
  const ping = useFirstPing();
  return (
    <EmptyState
      icon="bars"
      testId="metrics-nothing"
      title="Nothing to count yet"
      reason="No packet has crossed the bridge. The graph begins with the first."
    >
      {ping && <Button id="metrics.first-ping" {...ping} />}
    </EmptyState>
  );
}
