import { create } from 'zustand';
import type { LatencyStage } from '../../../server/contract/graph.ts';
import { firstLines, type GraphUnit, type Line, type Preset, withLine } from './graph-series.ts';

/** A stretch of time on the trace's clock, µs. */
export interface Stretch {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The time of the buckets that are drawn, whose beginnings `seconds` are. */
export const stretchOf = (seconds: readonly number[], intervalUs: number): Stretch => ({
  fromUs: (seconds[0] ?? 0) * 1e6,
  toUs: (seconds.at(-1) ?? 0) * 1e6 + intervalUs,
});

/** How much of the past a graph that follows shows, µs; 'all': everything that is kept. */
type Window = '30' | '300' | 'all';

interface GraphState {
  readonly lines: readonly Line[];
  readonly unit: GraphUnit;
  /** µs; undefined: as the time needs. */
  readonly intervalUs: number | undefined;
  readonly isLog: boolean;
  /** Whose times are drawn. */
  readonly stage: LatencyStage;
  readonly window: Window;
  /** The time that stands still; undefined: the graph follows. */
  readonly still: Stretch | undefined;
  /** What is selected in it. */
  readonly selected: Stretch | undefined;
  add(preset?: Preset): void;
  change(id: number, change: Partial<Pick<Line, 'filter' | 'at' | 'label'>>): void;
  remove(id: number): void;
}

/** How the graph is drawn; it stays while the pane is away. */
export const useGraphChoice = create<GraphState>()((set) => ({
  lines: firstLines,
  unit: 'packets',
  intervalUs: undefined,
  isLog: false,
  stage: 'whole',
  window: '30',
  still: undefined,
  selected: undefined,
  add: (preset) => set(({ lines }) => ({ lines: withLine(lines, preset) })),
  change: (id, change) =>
    set(({ lines }) => ({ lines: lines.map((line) => (line.id === id ? { ...line, ...change } : line)) })),
  remove: (id) => set(({ lines }) => ({ lines: lines.filter((line) => line.id !== id) })),
}));

/** Lets a graph that follows stand still as it is: it must not run away from what is pointed at in it. */
export function standStill(shown: Stretch): void {
  if (useGraphChoice.getState().still === undefined) useGraphChoice.setState({ still: shown });
}

/** Follows the log, or stands still where `stretch` is. */
export function showStretch(stretch: Stretch | undefined): void {
  useGraphChoice.setState({ still: stretch, selected: undefined });
}
