import { useMemo, useState } from 'react';
import type { LatencyStage } from '../../../server/contract/graph.ts';
import { countOf, microsOf, plural } from '../state/text.ts';
import { Segmented } from '../ui/segmented.tsx';
import { BucketTable } from './bucket-table.tsx';
import { GraphChart } from './graph-chart.tsx';
import type { DrawnLine } from './graph-series.ts';
import { type Stretch, stretchOf, useGraphChoice } from './graph-store.ts';
import { intervalText, timeText } from './graph-time.ts';
import type { LatencyColumns, Quantiles } from './latency-buckets.ts';
import { Swatch } from './series-list.tsx';
import type { Latency } from './use-graph.ts';

const lines: readonly DrawnLine[] = [
  { label: 'p50', stroke: 0 },
  { label: 'p95', stroke: 1 },
];
const ways: Readonly<Record<LatencyStage, { readonly label: string; readonly way: string }>> = {
  whole: { label: 'Whole way', way: 'from a packet_in to the packet_out that came of it' },
  dispatch: { label: 'Dispatch', way: 'from packet_in to to_router' },
  router: { label: 'Router', way: 'from to_router to from_router' },
  'packet-out': { label: 'PACKET_OUT', way: 'from from_router to packet_out' },
};
const choices = (['whole', 'dispatch', 'router', 'packet-out'] as const).map((value) => ({
  value,
  label: ways[value].label,
}));
/** What came of which in a router only its packets tell. */
const isInferred: ReadonlySet<LatencyStage> = new Set(['whole', 'router']);

/** 2,500 → `2.5 ms`: an axis has no room for more. */
function shortTime(us: number): string {
  if (us >= 1e6) return `${Number((us / 1e6).toFixed(1))} s`;
  return us >= 1000 ? `${Number((us / 1000).toFixed(1))} ms` : `${us} µs`;
}

const timeOf = (us: number | null | undefined): string => (us == null ? '–' : microsOf(us));
const quantilesText = ({ count, p50Us, p95Us }: Quantiles): string =>
  `p50 ${timeOf(p50Us)}, p95 ${timeOf(p95Us)} of ${countOf(count)}`;

interface LatencyGraphProps {
  readonly latency: Latency;
  readonly onOpen: (stretch: Stretch) => void;
}

/** How long packets took, over the time of the graph above (METRICS7). */
export function LatencyGraph({ latency: { buckets, answers, problem }, onOpen }: LatencyGraphProps) {
  const { stage } = useGraphChoice();
  const [cursor, setCursor] = useState<number>();
  const { label, way } = ways[stage];
  const intervalUs = buckets?.answer?.intervalUs ?? 1_000_000;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer changes what is in the buckets
  const [columns, whole] = useMemo(() => [buckets?.columns(stage), buckets?.whole(stage)], [buckets, answers, stage]);
  const drawn = useMemo(
    () => ({ seconds: columns?.seconds ?? [], values: columns === undefined ? [] : [columns.p50Us, columns.p95Us] }),
    [columns],
  );
  const { seconds } = drawn;
  const shown = stretchOf(seconds, intervalUs);
  const text = (us: number) => timeText(us, Math.min(intervalUs, 100_000));
  const at = cursor === undefined || columns === undefined ? undefined : quantilesAt(columns, cursor);
  return (
    <section className="metrics-section" aria-label="How long packets took" data-testid="metrics-latency">
      <header className="metrics-head">
        <h3>How long packets took</h3>
        <Segmented
          label="Which way"
          testId="metrics-stage"
          value={stage}
          options={choices}
          onChange={(next) => useGraphChoice.setState({ stage: next })}
        />
      </header>
      <p className="metrics-note" data-testid="metrics-latency-note">
        Measured by the bridge, {way}
        {isInferred.has(stage) && '; which packet came of which in a router is inferred'}. What was held, delayed or
        injected on purpose does not count.
      </p>
      {problem !== undefined && (
        <p className="tone-warn" role="status">
          Not measured on: {problem.detail === '' ? problem.title : problem.detail}
        </p>
      )}
      {columns === undefined || whole === undefined ? (
        <div className="metrics-latency-chart" aria-busy="true" />
      ) : whole.count === 0 ? (
        <p className="metrics-latency-none" data-testid="metrics-latency-none">
          No packet went this way in the time that is drawn: {way}.
        </p>
      ) : (
        <>
          <GraphChart
            {...{ drawn, lines, intervalUs }}
            yLabel="Time"
            yText={shortTime}
            isDotted
            className="metrics-latency-chart"
            testId="metrics-latency-chart"
            label={`${label}, measured, per ${intervalText(intervalUs)} from ${text(shown.fromUs)} to ${text(shown.toUs)}: ${quantilesText(whole)}. Arrows move the crosshair, Enter shows the packets; the figures are in the table below.`}
            onCursor={setCursor}
            onOpen={onOpen}
          />
          <p className="metrics-legend" aria-live="off">
            {lines.map((line) => (
              <span key={line.label}>
                <Swatch stroke={line.stroke} /> {line.label}, {line.stroke === 0 ? 'dots' : 'rings'}
              </span>
            ))}
            <span className="mono" data-testid="metrics-latency-at">
              {cursor === undefined || at === undefined
                ? `${quantilesText(whole)} in all`
                : `${text((seconds[cursor] ?? 0) * 1e6)}, ${intervalText(intervalUs)}: ${at.count === 0 ? 'none' : quantilesText(at)}`}
            </span>
          </p>
          <LatencyTable columns={columns} intervalUs={intervalUs} onOpen={onOpen} />
        </>
      )}
    </section>
  );
}

const quantilesAt = ({ counts, p50Us, p95Us }: LatencyColumns, index: number): Quantiles => ({
  count: counts[index] ?? 0,
  p50Us: p50Us[index] ?? null,
  p95Us: p95Us[index] ?? null,
});

interface LatencyTableProps {
  readonly columns: LatencyColumns;
  readonly intervalUs: number;
  readonly onOpen: (stretch: Stretch) => void;
}

/** The same in figures: the newest buckets in which something ended. */
function LatencyTable({ columns, intervalUs, onOpen }: LatencyTableProps) {
  const busy = columns.counts.flatMap((count, index) => (count > 0 ? [index] : []));
  return (
    <BucketTable
      testId="metrics-latency-table"
      summary={`${plural(busy.length, 'bucket')} with times`}
      seconds={columns.seconds}
      intervalUs={intervalUs}
      busy={busy}
      figures={[
        { id: 'count', label: 'Packets', at: (bucket) => countOf(columns.counts[bucket] ?? 0) },
        { id: 'p50', label: 'p50', at: (bucket) => timeOf(columns.p50Us[bucket]) },
        { id: 'p95', label: 'p95', at: (bucket) => timeOf(columns.p95Us[bucket]) },
      ]}
      onOpen={onOpen}
    />
  );
}
