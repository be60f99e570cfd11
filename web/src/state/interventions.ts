import type { Static } from 'typebox';
import { create } from 'zustand';
import type { workbench } from '../../../server/contract/workbench.ts';

type Workbench = typeof workbench;
type Answer<M extends keyof Workbench> = Static<Workbench[M]['answer']>;
type Argument<M extends keyof Workbench> = Static<Workbench[M]['argument']>;

export type Breakpoints = Answer<'hold:breakpoints'>;
export type Breakpoint = Breakpoints['breakpoints'][number];
export type BreakpointSpec = NonNullable<Argument<'hold:breakpoints'>['breakpoints']>[number];
export type HeldFrames = Answer<'hold:list'>;
type HeldFrame = HeldFrames['frames'][number];
export type HoldAction = Argument<'hold:act'>['action'];
export type FaultInfo = Answer<'fault:list'>[number];
export type FaultSpec = Argument<'fault:set'>;
export type FaultPlace = FaultSpec['where'];
export type FaultEffect = FaultSpec['what'];
export type FramePlace = Omit<Argument<'inject:frame'>, 'bytes'>;
export type InterceptPoint = FramePlace['point'];
export type ReplayStatus = Answer<'inject:status'>;
export type ReplayRequest = Argument<'inject:replay'>;

/** Where frames can be stopped and put in, in the order of their way. */
export const interceptPoints: readonly InterceptPoint[] = ['packet_in', 'to_router', 'from_router', 'packet_out'];

/** A held frame as the page has it: its bytes, as they came, and its deadline in Unix ms. */
export interface Held extends Omit<HeldFrame, 'bytes'> {
  readonly bytes: Uint8Array;
  /** As it came, undefined when that is not known here. */
  readonly original: Uint8Array | undefined;
  readonly heldMs: number;
  readonly deadlineMs: number;
}

interface Interventions {
  /** In the order in which they came. */
  readonly held: readonly Held[];
  /** Undefined until the lab has told. */
  readonly breakpoints: Breakpoints | undefined;
  readonly faults: readonly FaultInfo[];
  readonly replay: ReplayStatus | undefined;
}
const nothing: Interventions = { held: [], breakpoints: undefined, faults: [], replay: undefined };

/** What people have set in the open lab that stops, changes or adds packets. Written by session/interventions.ts. */
export const useInterventions = create<Interventions>()(() => nothing);

/** Forgets everything: another lab, or the lab has stopped. */
export function resetInterventions(): void {
  useInterventions.setState(nothing);
}

/** Faults that are at work or will be. */
export const liveFaults = (faults: readonly FaultInfo[]): readonly FaultInfo[] =>
  faults.filter(({ state }) => state !== 'over');

/** The held frame to show: that of the selected packet, else the oldest. */
export function heldFor(held: readonly Held[], seq: number | undefined): Held | undefined {
  return held.find((each) => each.seq === seq) ?? held[0];
}

/** Which side of the Held pane is in front. */
export const useHoldView = create<{ readonly view: 'held' | 'breakpoints' }>()(() => ({ view: 'held' }));
