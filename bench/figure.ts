import { cpus, release, totalmem } from 'node:os';

/**
 * One measured figure: `median`, `min` and `max` over `runs`; `ratio` is that of the medians, or, of runs in turns with
 * the peer's, the median of each run's own; `met` compares with the goal.
 */
export interface Figure {
  readonly id: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly peer?: { readonly name: string; readonly median: number };
  readonly ratio?: number;
  readonly goal?: string;
  readonly met?: boolean;
}

/** A bound on the median, at most or at least this much, or on its ratio to the peer's. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number } | { readonly ratioAtMost: number };

/** What a figure stands beside: its values, one a run, with `inTurns` each measured beside the run of the same index. */
export interface PeerValues {
  readonly name: string;
  readonly values: readonly number[];
  readonly inTurns?: boolean;
}

/** Measured values, one a run, as a figure. */
export function figure(
  id: string,
  unit: string,
  values: readonly number[],
  extra: { goal?: Goal; peer?: PeerValues } = {},
): Figure {
  const median = middle(values);
  const { goal, peer } = extra;
  const ratio = peer === undefined ? Number.NaN : ratioTo(peer, values);
  return {
    id,
    unit,
    median: round(median),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
    runs: values.length,
    ...(peer && {
      peer: { name: peer.name, median: round(middle(peer.values)) },
      ratio: round(ratio),
    }),
    ...(goal && verdict(goal, median, ratio)),
  };
}

function ratioTo(peer: PeerValues, values: readonly number[]): number {
  if (!peer.inTurns) return middle(values) / middle(peer.values);
  return middle(values.map((value, index) => value / (peer.values[index] ?? Number.NaN)));
}

function verdict(goal: Goal, median: number, ratio: number): { goal: string; met: boolean } {
  if ('ratioAtMost' in goal) return { goal: `ratio ≤ ${goal.ratioAtMost}`, met: ratio <= goal.ratioAtMost };
  if ('atMost' in goal) return { goal: `≤ ${goal.atMost}`, met: median <= goal.atMost };
  return { goal: `≥ ${goal.atLeast}`, met: median >= goal.atLeast };
}

/** What the figures were measured on; absolute values mean nothing without it. */
export function machine() {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
  };
}

/** The value below which the share `q` of all values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

const round = (value: number): number => Number(value.toPrecision(4));
