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
  leaveHeld();
}

/** Faults that are at work or will be. */
export const liveFaults = (faults: readonly FaultInfo[]): readonly FaultInfo[] =>
  faults.filter(({ state }) => state !== 'over');

interface HoldView {
  /** Which side of the Held pane is in front. */
  readonly view: 'held' | 'breakpoints';
  /** The held frame that somebody types into, by its id. */
  readonly typedInto: number | undefined;
  /** A frame that was let go while somebody typed into it: it stays in sight, as it was typed, until it is left (HOLD11). */
  readonly gone: Held | undefined;
}

/** What the Held pane shows. */
export const useHoldView = create<HoldView>()(() => ({ view: 'held', typedInto: undefined, gone: undefined }));

/** The held frame to show: that of the selected packet, else the oldest, unless one that is gone is still in sight. */
export function heldFor(held: readonly Held[], seq: number | undefined, gone?: Held): Held | undefined {
  return held.find((each) => each.seq === seq) ?? (gone === undefined ? held[0] : undefined);
}

/** Types no longer into a frame, and looks no longer at one that is gone. */
export const leaveHeld = (): void => useHoldView.setState({ typedInto: undefined, gone: undefined });

/** The held frames are these: one that somebody types into and that is not among them is gone. */
export function setHeld(held: readonly Held[]): void {
  const { typedInto } = useHoldView.getState();
  const typed = useInterventions.getState().held.find(({ id }) => id === typedInto);
  if (typed !== undefined && !held.some(({ id }) => id === typedInto))
    useHoldView.setState({ typedInto: undefined, gone: typed });
  useInterventions.setState({ held });
}
