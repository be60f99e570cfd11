import { create } from 'zustand';
import type { GradeRun } from '../../../server/contract/grade.ts';
import type { LabDetail } from '../../../server/contract/rest.ts';
import type { LabEvent, LabStatus, Problem } from '../../../server/contract/status.ts';

/** How the page hears from the server. `lastDataMs`: Unix ms of the last message that came. */
type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly resumedMs?: number; readonly caughtUp?: number }
  /** It stands, and nothing comes through it (UI55). */
  | { readonly state: 'silent'; readonly lastDataMs: number }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly lastDataMs: number }
  /** The server ended it for a reason, and it stays so until somebody tries again (UI25). */
  | { readonly state: 'ended'; readonly why: Problem; readonly lastDataMs: number };

interface LabState {
  /** The lab that is open; undefined in the catalogue. */
  readonly id: string | undefined;
  readonly detail: LabDetail | undefined;
  readonly status: LabStatus | undefined;
  /** Oldest first, at most 200. */
  readonly events: readonly LabEvent[];
  readonly grade: GradeRun | undefined;
  readonly connection: Connection;
  /** Why the lab could not be opened. */
  readonly problem: Problem | undefined;
}

/** Nothing comes from the server now: what is seen is how it was. */
export function isCutOff({ state }: Connection): boolean {
  return state === 'silent' || state === 'reconnecting' || state === 'ended';
}

const closed = { detail: undefined, status: undefined, events: [], grade: undefined, problem: undefined };

/** The lab that is open, as the server last told it. Written by session/lab-session.ts, read everywhere. */
export const useLab = create<LabState>()(() => ({ id: undefined, connection: { state: 'connecting' }, ...closed }));

/** Opens an empty store for a lab, or closes it with undefined. */
export function resetLab(id: string | undefined): void {
  useLab.setState({ id, ...closed });
}

const maxEvents = 200;

/** Adds an event in order of its id; one that is known already changes nothing. */
export function addEvent(events: readonly LabEvent[], event: LabEvent): readonly LabEvent[] {
  if (events.some((known) => known.id === event.id)) return events;
  return [...events, event].sort((a, b) => a.id - b.id).slice(-maxEvents);
}
