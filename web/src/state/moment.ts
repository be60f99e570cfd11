import { useMemo } from 'react';
import { create } from 'zustand';
import type { LabMoment } from '../../../server/contract/moments.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useLab } from './lab-store.ts';
import { traceStore } from './trace-store.ts';

/** The moment that the page shows (SCRUB1): now, or one of the past. */
interface MomentState {
  /** Microseconds of the trace clock; undefined: live. */
  readonly atUs: number | undefined;
  /** The moment moves on by itself, as fast as it was. */
  readonly playing: boolean;
  /** What the map showed, oldest first; fetched when the past is entered. */
  readonly history: readonly LabMoment[];
}

export const useMoment = create<MomentState>()(() => ({ atUs: undefined, playing: false, history: [] }));

export type Mode = 'live' | 'paused' | 'replay';

/** First and last moment that there is something of, µs; undefined before the first packet. */
export function kept(): { readonly fromUs: number; readonly toUs: number } | undefined {
  const { ring } = traceStore;
  if (ring.size === 0) return undefined;
  return { fromUs: ring.at(ring.first).tUs, toUs: ring.at(ring.end - 1).tUs };
}

/** Shows a moment of the past, as near as there is something kept; the trace stands still. */
export function goToMoment(atUs: number): void {
  const range = kept();
  if (range === undefined) return;
  traceStore.pause();
  useMoment.setState({ atUs: Math.min(range.toUs, Math.max(range.fromUs, atUs)) });
}

/** Shows the moment of the record `by` records after the one that is shown; from now on, the last one. */
export function stepMoment(by: number): void {
  const { ring } = traceStore;
  if (ring.size === 0) return;
  const { atUs } = useMoment.getState();
  const shown = atUs === undefined ? ring.end : ring.indexAfter(atUs);
  const index = Math.min(ring.end - 1, Math.max(ring.first, shown - 1 + by));
  useMoment.setState({ playing: false });
  goToMoment(ring.at(index).tUs);
}

/** Holds what is shown now, plays on from there (from the start when it is live), or goes back to live. */
export function setMode(mode: Mode): void {
  const range = kept();
  if (mode === 'live' || range === undefined) {
    useMoment.setState({ atUs: undefined, playing: false });
    traceStore.resume();
    return;
  }
  const { atUs } = useMoment.getState();
  const ended = atUs === undefined || atUs >= range.toUs;
  goToMoment(mode === 'replay' && ended ? range.fromUs : (atUs ?? range.toUs));
  useMoment.setState({ playing: mode === 'replay' });
}

/** What the top bar says; the trace may stand still on its own, too. */
export function modeOf({ atUs, playing }: Pick<MomentState, 'atUs' | 'playing'>, tracePaused: boolean): Mode {
  if (playing) return 'replay';
  return atUs === undefined && !tracePaused ? 'live' : 'paused';
}

/** The status as it was at `atMs` (Unix), as far as the map shows it; before everything known nothing was there. */
export function statusAt(status: LabStatus, history: readonly LabMoment[], atMs: number): LabStatus {
  const moment = history.findLast((each) => each.atMs <= atMs);
  if (moment !== undefined) {
    const { phase, switches, routers, hosts } = moment;
    return { ...withoutQueues(status), phase, switches, routers, hosts };
  }
  return {
    ...withoutQueues(status),
    switches: status.switches.map((each) => ({ ...each, connected: false })),
    routers: status.routers.map(({ process: _, ...router }) => ({ ...router, state: 'absent' as const })),
    hosts: status.hosts.map((host) => ({ ...host, ready: false })),
  };
}

/** What waited on links then is not kept. */
function withoutQueues({ queues: _, ...status }: LabStatus): LabStatus {
  return status;
}

/** Unix milliseconds of the moment that is shown; undefined while live. */
export function useMomentMs(): number | undefined {
  return useMoment(({ atUs }) => (atUs === undefined ? undefined : traceStore.epochMs + atUs / 1000));
}

/** The lab's status at the moment that is shown: the same object until something of it changes. */
export function useShownStatus(): LabStatus | undefined {
  const status = useLab((state) => state.status);
  const atMs = useMomentMs();
  const moment = useMoment(({ history }) => (atMs === undefined ? undefined : history.findLast((e) => e.atMs <= atMs)));
  const past = atMs !== undefined;
  return useMemo(() => {
    if (status === undefined || !past) return status;
    return statusAt(status, moment === undefined ? [] : [moment], moment?.atMs ?? 0);
  }, [status, past, moment]);
}
